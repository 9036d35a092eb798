import type { RevocationView } from '@countersign/revocation';
import type { FeedClient } from './feed-token.ts';
import { isSecureUrl } from './secure-url.ts';

/** How the revocations of one issuer are followed. */
export interface FeedOptions extends FeedClient {
  /** A relay's base address, such as `https://relay.example/revocations`; default: the one in the issuer's metadata. */
  readonly url?: string;
}

/** Where the knowledge of one issuer's revocations comes from. */
export type Following =
  | { readonly kind: 'none' }
  | { readonly kind: 'embedded'; readonly view: RevocationView }
  | { readonly kind: 'feed'; readonly client: FeedClient; readonly url: string | undefined };

export interface RevocationChoice {
  readonly feed?: unknown;
  readonly revocation?: unknown;
}

export interface RevocationRules {
  readonly issuers: readonly string[];
  readonly dangerAllowHttp: boolean;
}

/**
 * Read `feed` and `revocation` into one row for each issuer.
 *
 * @throws TypeError when neither or both are there, an issuer is left out, or a part is unsafe
 */
export function readFollowing(
  { feed, revocation }: RevocationChoice,
  rules: RevocationRules,
): ReadonlyMap<string, Following> {
  if (feed === undefined) return followWithout(revocation, rules.issuers);
  if (revocation !== undefined) {
    throw new TypeError('createGuard: feed and revocation exclude each other: give one of them');
  }
  if (!isObject(feed)) throw new TypeError('createGuard: feed must be { clientId, clientSecret }');
  const [only] = rules.issuers;
  if (only !== undefined && rules.issuers.length === 1 && !Object.hasOwn(feed, only)) {
    return new Map([[only, readFeed(feed, 'feed', rules)]]);
  }
  return readFeeds(feed, rules);
}

function followWithout(revocation: unknown, issuers: readonly string[]): ReadonlyMap<string, Following> {
  if (revocation === 'none') return new Map(issuers.map((issuer) => [issuer, { kind: 'none' }]));
  if (isView(revocation)) {
    const [only] = issuers;
    if (only === undefined || issuers.length > 1) {
      throw new TypeError('createGuard: a view knows the revocations of one issuer, and several are listed');
    }
    return new Map([[only, { kind: 'embedded', view: revocation }]]);
  }
  throw new TypeError(
    'createGuard: say how revocations are followed: feed: { clientId, clientSecret } of a client with the scope ' +
      "revocations:read, or revocation: 'none': tokens are then verified until exp, and a revoked token is " +
      'accepted until it expires',
  );
}

function readFeeds(feed: object, rules: RevocationRules): ReadonlyMap<string, Following> {
  const byIssuer = new Map<string, unknown>(Object.entries(feed));
  const [foreign] = [...byIssuer.keys()].filter((issuer) => !rules.issuers.includes(issuer));
  if (foreign !== undefined) {
    throw new TypeError(
      'createGuard: feed names what is not among the issuers; it has a member for each of them',
    );
  }
  return new Map(
    rules.issuers.map((issuer) => {
      const value = byIssuer.get(issuer);
      if (value === undefined) {
        throw new TypeError(
          `createGuard: feed says nothing of ${issuer}: { clientId, clientSecret }, or 'none', and a revoked ` +
            'token of it is then accepted until it expires',
        );
      }
      return [issuer, value === 'none' ? { kind: 'none' } : readFeed(value, `feed of ${issuer}`, rules)];
    }),
  );
}

const feedMembers: ReadonlySet<string> = new Set(['clientId', 'clientSecret', 'url']);

function readFeed(feed: unknown, where: string, { dangerAllowHttp }: RevocationRules): Following {
  if (!isObject(feed)) throw new TypeError(`createGuard: ${where} must be { clientId, clientSecret }`);
  const members = new Map<string, unknown>(Object.entries(feed));
  for (const name of members.keys()) {
    if (!feedMembers.has(name)) throw new TypeError(`createGuard: ${where}: unknown member "${name}"`);
  }
  const clientId = members.get('clientId');
  const clientSecret = members.get('clientSecret');
  if (!isText(clientId) || !isText(clientSecret)) {
    throw new TypeError(`createGuard: ${where}: clientId and clientSecret must be non-empty strings`);
  }
  return {
    kind: 'feed',
    client: { clientId, clientSecret },
    url: readRelay(members.get('url'), where, dangerAllowHttp),
  };
}

function readRelay(value: unknown, where: string, dangerAllowHttp: boolean): string | undefined {
  if (value === undefined) return undefined;
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (url === undefined || url.search !== '' || url.hash !== '') {
    throw new TypeError(`createGuard: ${where}: url must be an address without query and fragment`);
  }
  if (!isSecureUrl(url, dangerAllowHttp)) {
    throw new TypeError(
      `createGuard: ${where}: url must be https, or http on this machine (or dangerAllowHttp: true)`,
    );
  }
  return url.href.replace(/\/$/, '');
}

function isView(value: unknown): value is RevocationView {
  return (
    isObject(value) &&
    ['judge', 'judgeFreshness', 'pull', 'onChange', 'status'].every((name) => hasMethod(value, name))
  );
}

function hasMethod(value: object, name: string): boolean {
  return typeof Reflect.get(value, name) === 'function';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
