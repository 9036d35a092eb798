import type { Freshness, RevocationVerdict, RevocationView } from '@countersign/revocation';
import type { VerifiedToken } from './verified-token.ts';

/** Asks what is known of the revocations of the token's issuer. `live` where they are not followed. */
export type Judge = (token: VerifiedToken, nowMs: number) => RevocationVerdict;

/** Until the feed has said how long its tokens live. */
export const defaultStalenessSeconds = 300;

/**
 * Make the judge of one route.
 *
 * A token that no event denied is judged by its freshness alone until something
 * happens that may deny it. How long tokens live is asked each time: that it became
 * less is no event.
 *
 * @param maxStalenessSeconds  of the route, and of the guard; the smaller one counts, and where neither
 *   is given the longest life of the issuer's tokens
 */
export function createJudge(...maxStalenessSeconds: readonly (number | undefined)[]): Judge {
  const asked = Math.min(...maxStalenessSeconds.map((seconds) => seconds ?? Number.POSITIVE_INFINITY));
  // One object for all requests of the route: nothing is allocated for a token that is known.
  const freshness: { -readonly [Member in keyof Freshness]: Freshness[Member] } = {
    nowMs: 0,
    maxStalenessSeconds: asked,
  };
  return (token, nowMs) => {
    const { view } = token.issuer;
    if (view === undefined) return 'live';
    freshness.nowMs = nowMs;
    freshness.maxStalenessSeconds = asked === Number.POSITIVE_INFINITY ? defaultFor(view) : asked;
    return judge(token, view, freshness);
  };
}

function defaultFor(view: RevocationView): number {
  return view.ttlMaxSeconds ?? defaultStalenessSeconds;
}

function judge(token: VerifiedToken, view: RevocationView, freshness: Freshness): RevocationVerdict {
  const { changes, ttlMaxSeconds } = view;
  const isKnownLive =
    token.liveAtChanges === changes && ttlMaxSeconds !== undefined && token.lifeSeconds <= ttlMaxSeconds;
  if (isKnownLive) return view.judgeFreshness(token.iatSeconds, freshness);
  const verdict = view.judge(token.names, freshness);
  if (verdict === 'live') token.liveAtChanges = changes;
  return verdict;
}
