import {
  type AlgorithmName,
  createRemoteKeySet,
  type KeySet,
  type RemoteKeySet,
  TokenError,
  type TokenErrorCode,
} from '@countersign/tokens';
import { createBackoff } from './backoff.ts';
import { type Discovered, type DiscoveryFault, discover } from './discover.ts';
import type { Fetch } from './fetch-json.ts';

/**
 * The keys of one issuer, found over the network.
 *
 * States:
 *   waiting  no keys yet, and no attempt has failed
 *   failed   no keys yet, and the last attempt failed
 *   fresh, stale, expired  a key set is here, with the states of `RemoteKeySet`
 *
 *   waiting, failed ──good attempt──▶ fresh       waiting, failed ──bad attempt──▶ failed
 *   fresh, stale, expired never go back to waiting or failed
 *
 * Invariants:
 *   1. At most one attempt is under way; everyone who needs keys shares it.
 *   2. While fresh or stale, finding a known key waits for nobody, whether or not the issuer is up.
 *   3. Between failed attempts lie 1, 2, 4, … 30 seconds.
 *   4. After `closed` fires nothing is fetched any more.
 */
export interface IssuerKeys {
  readonly keySet: KeySet;
  /** Attempt to have newer keys, or join the attempt under way. Rejects for nothing that the network does. */
  look(): Promise<Look>;
  /** The issuer has said that its keys changed: fetch them, also where `look` would wait. */
  renew(): void;
  status(): IssuerStatus;
}

export type Look =
  | { readonly kind: 'looked' }
  | {
      readonly kind: 'unavailable';
      readonly retryAfterSeconds: number;
      /** Why the last attempt failed; undefined after `close`. */
      readonly fault: KeysFault | undefined;
    };

export type KeysFault = DiscoveryFault | TokenErrorCode;

export interface IssuerStatus {
  readonly issuer: string;
  /** `given`: the keys were passed in and are never fetched. The others: see `IssuerKeys`. */
  readonly state: 'given' | 'waiting' | 'failed' | 'fresh' | 'stale' | 'expired';
  /** Milliseconds since 1970 of the last good fetch of the key set. */
  readonly keysFetchedAtMs: number | undefined;
  /** Why the last attempt to fetch failed; `undefined` when it did not. */
  readonly fault: KeysFault | undefined;
}

export interface IssuerKeysOptions {
  readonly issuer: string;
  /** A key set with an address of its own: then no metadata is asked for. */
  readonly remote: RemoteKeySet | undefined;
  readonly algorithms: readonly AlgorithmName[];
  readonly fetch: Fetch;
  readonly now: () => number;
  readonly dangerAllowHttp: boolean;
  /** Fires on `close`. */
  readonly closed: AbortSignal;
}

const timeoutMs = 5_000;

export function createIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const backoff = createBackoff(options.now);
  let remote = options.remote;
  let flight: Promise<Look> | undefined;
  let fault: KeysFault | undefined;

  const attempt = async (): Promise<Look> => {
    const found = await fetchKeys(remote, options);
    if (found.kind === 'failed') {
      fault = found.fault;
      return { kind: 'unavailable', retryAfterSeconds: backoff.fail(), fault };
    }
    remote = found.remote;
    fault = undefined;
    backoff.reset();
    return { kind: 'looked' };
  };

  return {
    keySet: {
      find: (header) => remote?.find(header),
      get version() {
        return remote?.version ?? 0;
      },
    },
    look() {
      if (flight !== undefined) return flight;
      const waitSeconds = backoff.waitSeconds();
      if (waitSeconds > 0 || options.closed.aborted) {
        return Promise.resolve({ kind: 'unavailable', retryAfterSeconds: Math.max(waitSeconds, 1), fault });
      }
      flight = attempt().finally(() => {
        flight = undefined;
      });
      return flight;
    },
    renew() {
      if (options.closed.aborted) return;
      // What fails is in the status of the set, and tried again when a token needs it.
      remote?.renew().catch(() => undefined);
    },
    status: () => describe(options.issuer, remote, fault),
  };
}

function describe(
  issuer: string,
  remote: RemoteKeySet | undefined,
  lastFault: KeysFault | undefined,
): IssuerStatus {
  const { state = 'empty', fetchedAtMs, fault = lastFault } = remote?.status ?? {};
  const before = fault === undefined ? 'waiting' : 'failed';
  return { issuer, state: state === 'empty' ? before : state, keysFetchedAtMs: fetchedAtMs, fault };
}

type FetchedKeys =
  | { readonly kind: 'fetched'; readonly remote: RemoteKeySet }
  | { readonly kind: 'failed'; readonly fault: KeysFault };

async function fetchKeys(known: RemoteKeySet | undefined, options: IssuerKeysOptions): Promise<FetchedKeys> {
  let remote = known;
  if (remote === undefined) {
    const found = await findKeySet(options);
    if (found.kind === 'failed') return found;
    remote = openKeySet(found.jwksUri, options);
  }
  try {
    await remote.refresh();
  } catch (error) {
    if (error instanceof TokenError) return { kind: 'failed', fault: error.code };
    throw error;
  }
  return { kind: 'fetched', remote };
}

function findKeySet({ issuer, fetch, dangerAllowHttp, closed }: IssuerKeysOptions): Promise<Discovered> {
  const signal = AbortSignal.any([closed, AbortSignal.timeout(timeoutMs)]);
  return discover(issuer, { fetch, dangerAllowHttp, signal });
}

function openKeySet(jwksUri: string, { algorithms, fetch, now, closed }: IssuerKeysOptions): RemoteKeySet {
  return createRemoteKeySet(jwksUri, {
    algorithms,
    now,
    timeoutMs,
    // `discover` has judged this address already: plain http is here only where it is allowed.
    dangerAllowHttp: jwksUri.startsWith('http:'),
    fetch: (input, init) => fetch(input, { ...init, signal: joinSignals(closed, init.signal) }),
  });
}

function joinSignals(closed: AbortSignal, signal: AbortSignal | null | undefined): AbortSignal {
  return signal === null || signal === undefined ? closed : AbortSignal.any([closed, signal]);
}
