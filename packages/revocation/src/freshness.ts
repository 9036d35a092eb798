import type { Freshness } from './view.ts';

/** Of a verified head whose number and hash the verifier's chain has reached. */
export interface HeadTime {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** No token lives longer. */
  readonly ttlMaxSeconds: number;
}

/** How far two clocks may differ, and how long after `exp` a token may still pass: one number for the whole design. */
export const skewSeconds = 2;

/**
 * Whether what is known is fresh enough for a token, in milliseconds, with
 * `Δ = maxStalenessSeconds`:
 *
 * 1. `max(iat, head) ≥ now − Δ`, else `stale`
 * 2. `head ≥ now − max(Δ, ttl_max)`, else `unsynchronised`: a stolen signing
 *    key can mint any `iat`, but no head
 *
 * Equality passes in both. An `iat` beyond `now + 2 s` is `stale`; at `now + 2 s`
 * it counts. A number that is none fails. Without a head: `unsynchronised`.
 * Does NOT check denials, `exp`, nor that the head is not of the future: who
 * accepts a head does.
 */
export function judgeFreshness(
  iatSeconds: number,
  { nowMs, maxStalenessSeconds }: Freshness,
  head: HeadTime | undefined,
): 'live' | 'stale' | 'unsynchronised' {
  if (head === undefined) return 'unsynchronised';
  const { timeMs, ttlMaxSeconds } = head;
  const iatMs = iatSeconds * 1000;
  const longestMs = 1000 * Math.max(maxStalenessSeconds, ttlMaxSeconds);
  if (!(timeMs >= nowMs - longestMs)) return 'unsynchronised';
  if (!(iatMs <= nowMs + skewSeconds * 1000)) return 'stale';
  return Math.max(iatMs, timeMs) >= nowMs - 1000 * maxStalenessSeconds ? 'live' : 'stale';
}

/** Whether a token lives longer than any may: `exp − iat > ttl_max`; a life of `ttl_max` passes. */
export function isLifeTooLong(
  token: { readonly iatSeconds: number; readonly expSeconds: number },
  head: HeadTime,
): boolean {
  return !(token.expSeconds - token.iatSeconds <= head.ttlMaxSeconds);
}
