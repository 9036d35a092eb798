import type { TokenErrorCode } from '../token-error.ts';
import { type FetchedKeySet, fetchKeySet } from './fetch-key-set.ts';
import { indexKeys, type KeyQuery, type KeySet } from './local.ts';
import { paceRefresh } from './paced-refresh.ts';
import { readKeySet } from './read-key-set.ts';
import { type RemoteKeySetOptions, type RemoteKeySetRules, readRemoteOptions } from './remote-options.ts';

/**
 * A key set published at an address.
 *
 * States:
 *   empty   nothing was fetched yet; every `find` answers undefined
 *   fresh   the last good set is younger than its maximum age
 *   stale   it is older; `find` still answers and starts a renewal without waiting for it
 *   expired it could not be renewed for `maxStaleSeconds`; every `find` answers undefined
 *
 *   empty ──good fetch──▶ fresh ──time──▶ stale ──time──▶ expired
 *   stale, expired ──good fetch──▶ fresh        any ──bad fetch──▶ the same
 *
 * Invariants:
 *   1. At most one fetch is under way; everybody who asks shares it.
 *   2. After a good fetch the next one starts no sooner than `cooldownSeconds`;
 *      after the n-th bad one in a row no sooner than min(2^(n−1), `cooldownSeconds`).
 *   3. A bad fetch (no answer, redirect, not 200, too long, unreadable, a private key inside) changes no key.
 *   4. `find` of a known key in a fresh or stale set never waits.
 *   5. `version` rises exactly when other bytes were published.
 */
export interface RemoteKeySet extends KeySet {
  /**
   * Have the set as new as the waits of invariant 2 allow: joins the fetch under way,
   * fetches, or does nothing when it is too early after a good fetch.
   *
   * @throws TokenError `key_set_unavailable`, `key_set_invalid`: this fetch, or the last one when
   *   it is too early to try again; keys fetched before stay
   */
  refresh(): Promise<void>;
  /**
   * Have the set as it is published now, whatever the waits of invariant 2; for callers who know that it
   * has changed, and who answer for how often they ask.
   *
   * @throws TokenError as `refresh` does
   */
  renew(): Promise<void>;
  readonly status: RemoteKeySetStatus;
}

export interface RemoteKeySetStatus {
  readonly state: 'empty' | 'fresh' | 'stale' | 'expired';
  /** Keys in use. */
  readonly keys: number;
  /** Published keys left out. */
  readonly skippedKeys: number;
  /** Milliseconds since the epoch of the last good fetch. */
  readonly fetchedAtMs: number | undefined;
  /** Code of the last fetch when it was bad. */
  readonly fault: TokenErrorCode | undefined;
}

interface Held {
  readonly bytes: Uint8Array;
  readonly find: KeySet['find'];
  readonly keys: number;
  readonly skipped: number;
  readonly fetchedAtMs: number;
  readonly maxAgeSeconds: number;
}

/**
 * Follow the keys at `url`. Nothing is fetched before the first `refresh()`.
 *
 * `find` is synchronous: for an unknown `kid` the caller awaits `refresh()` and tries once more.
 * Does NOT check that the address belongs to the issuer whose tokens are verified.
 *
 * @throws TypeError for an address that is not https or for an unusable option
 * @see RFC 7517 §5
 */
export function createRemoteKeySet(url: string | URL, options: RemoteKeySetOptions = {}): RemoteKeySet {
  const rules = readRemoteOptions(url, options);
  let held: Held | undefined;
  let version = 0;
  const { refresh, refreshBehind, renew, fault } = paceRefresh(async () => {
    const next = hold(await fetchKeySet(rules.url, rules), rules, held);
    if (next.find !== held?.find) version += 1;
    held = next;
  }, rules);

  return Object.freeze({
    find: (header: KeyQuery) => {
      const state = ageState(held, rules);
      if (state === 'stale') refreshBehind();
      return state === 'expired' ? undefined : held?.find(header);
    },
    refresh,
    renew,
    get version(): number {
      return version;
    },
    get status(): RemoteKeySetStatus {
      return {
        state: ageState(held, rules),
        keys: held?.keys ?? 0,
        skippedKeys: held?.skipped ?? 0,
        fetchedAtMs: held?.fetchedAtMs,
        fault: fault(),
      };
    },
  });
}

/** The same bytes keep their keys, so that an unchanged set costs no import and no new version. */
function hold(fetched: FetchedKeySet, rules: RemoteKeySetRules, before: Held | undefined): Held {
  const { bytes, maxAgeSeconds: stated = rules.cacheMaxAgeSeconds } = fetched;
  const maxAgeSeconds = Math.max(Math.min(stated, rules.cacheMaxAgeSeconds), rules.cooldownSeconds);
  const fetchedAtMs = rules.now();
  if (before !== undefined && Buffer.compare(before.bytes, bytes) === 0)
    return { ...before, fetchedAtMs, maxAgeSeconds };
  const { keys, skipped } = readKeySet(bytes, rules);
  return { bytes, find: indexKeys(keys), keys: keys.length, skipped, fetchedAtMs, maxAgeSeconds };
}

/** A clock that went backwards makes a set stale, so that it is renewed, but takes no key away. */
function ageState(held: Held | undefined, rules: RemoteKeySetRules): RemoteKeySetStatus['state'] {
  if (held === undefined) return 'empty';
  const ageMs = rules.now() - held.fetchedAtMs;
  if (ageMs >= 0 && ageMs < held.maxAgeSeconds * 1000) return 'fresh';
  return ageMs < rules.maxStaleSeconds * 1000 ? 'stale' : 'expired';
}
