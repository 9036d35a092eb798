import { type AlgorithmName, createKeySet, type Key, type KeySet } from '@countersign/tokens';
import type { RefusalCode, RefusalReason } from './challenge.ts';
import type { Fetch } from './fetch-json.ts';
import { type RevocationView, skewSeconds } from '@countersign/revocation';
import { checkStaleness } from './require.ts';
import { type FeedOptions, type Following, readFollowing } from './revocation-options.ts';
import { isSecureUrl } from './secure-url.ts';
import type { CacheLimits } from './verified-cache.ts';

/** What a guard is told of one refused request. Holds no token, key or claim value. */
export interface RefusalReport {
  readonly status: 400 | 401 | 403 | 503;
  readonly code: RefusalCode;
  readonly reason: RefusalReason;
  /** Name of the claim at fault, where there is one. */
  readonly claim: string | undefined;
  /**
   * Why there are no keys, where `reason` is `keys_unavailable`, or too little is known of revocations, where it is
   * `unsynchronised`: the issuer is unreachable, names itself otherwise …
   */
  readonly fault: string | undefined;
}

/** How revocations are followed must be said, one way or the other. */
export type GuardOptions = GuardBasics & (FollowingFeed | WithoutFeed);

export interface FollowingFeed {
  /**
   * Follow the revocations of the issuer, as one of its clients with the scope `revocations:read`. Of several
   * issuers: a member for each, named as in `issuer`, which may be `'none'`.
   */
  readonly feed: FeedOptions | Readonly<Record<string, FeedOptions | 'none'>>;
  readonly revocation?: undefined;
}

export interface WithoutFeed {
  /**
   * `'none'`: tokens are accepted until `exp`, whatever was revoked. A view: of a guard in the issuer's own
   * process.
   */
  readonly revocation: 'none' | RevocationView;
  readonly feed?: undefined;
}

export interface GuardBasics {
  /** Issuers whose tokens are accepted, each compared as a whole string with `iss`. */
  readonly issuer: string | readonly string[];
  /** Names of this API: a token is accepted when its `aud` holds one of them. */
  readonly audience: string | readonly string[];
  /**
   * How old what is known of revocations may be: whole seconds, 1 to 86 400. Default: the longest life of the
   * issuer's tokens. A route may ask for less.
   */
  readonly maxStalenessSeconds?: number;
  /** Remembered tokens; `'off'` verifies each request's anew. Default at most 40 000 tokens and 96 MiB. */
  readonly cache?: 'off' | Partial<CacheLimits>;
  /** Accepted signatures. Default ES256, RS256 and Ed25519, each only with keys of its own kind. */
  readonly algorithms?: readonly AlgorithmName[];
  /**
   * Keys of the one issuer; then no metadata is asked for. Keys and local key sets are never
   * fetched; a remote key set is followed. Needed for HS256.
   */
  readonly keys?: KeySet | readonly Key[];
  /** Allowed difference of clocks, in seconds; default 2, which is also the most where revocations are followed. */
  readonly clockToleranceSeconds?: number;
  /** Milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number;
  /** Default: the global `fetch`. */
  readonly fetch?: Fetch;
  /** Called with the private reason of each refusal, for the log. What it throws is only warned about. */
  readonly onRefusal?: (report: RefusalReport) => void;
  /** Fetch keys over `http:` from other machines: whoever sits between chooses the keys. */
  readonly dangerAllowHttp?: boolean;
}

export interface GuardSettings {
  readonly issuers: readonly string[];
  readonly audience: string | readonly string[];
  readonly algorithms: readonly AlgorithmName[];
  readonly keys: KeySet | undefined;
  readonly following: ReadonlyMap<string, Following>;
  readonly maxStalenessSeconds: number | undefined;
  /** `undefined` where nothing is remembered. */
  readonly cache: CacheLimits | undefined;
  readonly clockToleranceSeconds: number;
  readonly now: () => number;
  readonly fetch: Fetch;
  readonly onRefusal: ((report: RefusalReport) => void) | undefined;
  readonly dangerAllowHttp: boolean;
}

const defaultAlgorithms: readonly AlgorithmName[] = ['ES256', 'RS256', 'Ed25519'];

/**
 * Check the options that the guard itself interprets and fill in the defaults.
 *
 * `audience`, `algorithms` and the bounds of `clockToleranceSeconds` are NOT checked
 * here: the verifiers, built right after, refuse them.
 *
 * @throws TypeError naming the option that is missing, unknown or unsafe
 */
export function readOptions(options: GuardOptions): GuardSettings {
  checkMembers(options);
  const dangerAllowHttp = options.dangerAllowHttp === true;
  const issuers = readIssuers(options.issuer);
  const following = readFollowing(options, { issuers, dangerAllowHttp });
  const keys = readKeys(options.keys, issuers);
  for (const issuer of issuers) {
    // What is fetched comes from the issuer's address: keys, and where the feed is.
    const isAsked = keys === undefined || following.get(issuer)?.kind === 'feed';
    if (isAsked) checkIssuerUrl(issuer, dangerAllowHttp);
  }
  return {
    issuers,
    audience: options.audience,
    algorithms: readAlgorithms(options.algorithms, keys),
    keys,
    following,
    maxStalenessSeconds: readStaleness(options.maxStalenessSeconds, following),
    cache: readCacheLimits(options.cache),
    clockToleranceSeconds: readTolerance(options.clockToleranceSeconds, following),
    now: options.now ?? Date.now,
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
    onRefusal: options.onRefusal,
    dangerAllowHttp,
  };
}

const knownMembers: ReadonlySet<string> = new Set([
  'issuer',
  'audience',
  'feed',
  'revocation',
  'maxStalenessSeconds',
  'cache',
  'algorithms',
  'keys',
  'clockToleranceSeconds',
  'now',
  'fetch',
  'onRefusal',
  'dangerAllowHttp',
]);

const functionMembers = ['now', 'fetch', 'onRefusal'] as const;

function checkMembers(options: GuardOptions): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError('createGuard: options must be an object');
  }
  for (const name of Object.keys(options)) {
    if (!knownMembers.has(name)) throw new TypeError(`createGuard: unknown option "${name}"`);
  }
  for (const name of functionMembers) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== 'function') {
      throw new TypeError(`createGuard: ${name} must be a function`);
    }
  }
}

function readStaleness(
  seconds: number | undefined,
  following: ReadonlyMap<string, Following>,
): number | undefined {
  checkStaleness(seconds, 'createGuard: maxStalenessSeconds');
  if (seconds !== undefined && !isAnyFollowed(following)) {
    throw new TypeError("createGuard: maxStalenessSeconds says nothing where revocation is 'none'");
  }
  return seconds;
}

/** Denials are let go of when no token can be alive, counted with this tolerance: a longer one would revive what was revoked. */
function readTolerance(seconds = skewSeconds, following: ReadonlyMap<string, Following>): number {
  if (seconds > skewSeconds && isAnyFollowed(following)) {
    throw new TypeError(
      `createGuard: clockToleranceSeconds is at most ${skewSeconds} where revocations are followed`,
    );
  }
  return seconds;
}

function isAnyFollowed(following: ReadonlyMap<string, Following>): boolean {
  return [...following.values()].some(({ kind }) => kind !== 'none');
}

const defaultCache: CacheLimits = { maxEntries: 40_000, maxBytes: 96 * 1024 * 1024 };

function readCacheLimits(cache: GuardOptions['cache']): CacheLimits | undefined {
  if (cache === 'off') return undefined;
  if (cache === undefined) return defaultCache;
  if (typeof cache !== 'object' || cache === null) {
    throw new TypeError("createGuard: cache must be 'off' or { maxEntries, maxBytes }");
  }
  for (const [name, value] of Object.entries(cache)) {
    if (!Object.hasOwn(defaultCache, name))
      throw new TypeError(`createGuard: cache: unknown member "${name}"`);
    if (!Number.isSafeInteger(value) || value < 2) {
      throw new TypeError(`createGuard: cache: ${name} must be a whole number, 2 or more`);
    }
  }
  return { ...defaultCache, ...cache };
}

function readIssuers(issuer: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(issuer) ? issuer : [issuer];
  const issuers = list.filter((item) => typeof item === 'string' && item !== '').map(String);
  if (issuers.length === 0 || issuers.length !== list.length) {
    throw new TypeError('createGuard: issuer must be a non-empty string or a list of them');
  }
  if (new Set(issuers).size !== issuers.length) throw new TypeError('createGuard: an issuer is listed twice');
  return issuers;
}

/** RFC 8414 §2: an issuer is an `https` address without query and fragment. */
function checkIssuerUrl(issuer: string, dangerAllowHttp: boolean): void {
  const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (url === undefined || issuer.includes('?') || issuer.includes('#')) {
    throw new TypeError('createGuard: issuer must be an address without query and fragment (RFC 8414 §2)');
  }
  if (!isSecureUrl(url, dangerAllowHttp)) {
    throw new TypeError(
      'createGuard: issuer must be https, or http on this machine (or dangerAllowHttp: true)',
    );
  }
}

function readKeys(keys: KeySet | readonly Key[] | undefined, issuers: readonly string[]): KeySet | undefined {
  if (keys === undefined) return undefined;
  if (issuers.length > 1) {
    throw new TypeError('createGuard: keys belong to one issuer, and several are listed (RFC 8725 §3.8)');
  }
  if (!isList(keys)) {
    if (typeof keys?.find !== 'function') throw new TypeError('createGuard: keys must be a key set or keys');
    return keys;
  }
  if (keys.length === 0) throw new TypeError('createGuard: keys is empty, so no token could be verified');
  return createKeySet(keys);
}

function isList(keys: KeySet | readonly Key[]): keys is readonly Key[] {
  return Array.isArray(keys);
}

function readAlgorithms(
  algorithms: readonly AlgorithmName[] | undefined,
  keys: KeySet | undefined,
): readonly AlgorithmName[] {
  if (algorithms === undefined) return defaultAlgorithms;
  if (
    keys === undefined &&
    Array.isArray(algorithms) &&
    algorithms.some((name) => String(name).startsWith('HS'))
  ) {
    throw new TypeError('createGuard: a shared secret is never published, so HS algorithms need keys');
  }
  return algorithms;
}
