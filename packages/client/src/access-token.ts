import { catchUp } from './catch-up.ts';
import { type Core, freshnessOf } from './core.ts';
import type { RenewOnce } from './renew-once.ts';
import { readLastRefreshMs, type SessionRecord } from './session-record.ts';

/**
 * An access token for the next request, `undefined` when nobody is signed in.
 *
 * At half its life, or up to a tenth earlier, a new one is fetched beside,
 * without waiting; only an expired one is waited for. The token is NOT verified here.
 *
 * @throws ClientError when it is expired and cannot be renewed now
 */
export async function findAccessToken(core: Core, renewOnce: RenewOnce): Promise<string | undefined> {
  const held = await findSession(core);
  if (held === undefined) return undefined;
  const freshness = freshnessOf(core, held);
  if (freshness === 'expired') return (await renewOnce())?.accessToken;
  // Whatever fails here has not mattered yet; it will be thrown once the token has expired.
  if (freshness === 'to-renew') renewOnce().catch(() => undefined);
  return held.accessToken;
}

/** What is left of the pause is waited for when it is no longer than this. */
const patienceMs = 2000;

/**
 * The token to retry with after `rejected` was refused: the present one if it
 * is another, else a renewed one; `undefined` when a retry would be in vain.
 *
 * A session is renewed for this at most once in five seconds, whichever tab
 * asks. Towards the end of that pause the request waits, so that tokens that
 * are refused every few seconds stay unnoticed; earlier the refusal is the
 * caller's, so that an API that refuses everything stays quick.
 *
 * @throws ClientError when a new one could not be had; nobody is signed out by that
 */
export async function replaceRejected(
  core: Core,
  renewOnce: RenewOnce,
  rejected: string,
): Promise<string | undefined> {
  const present = await catchUp(core);
  if (present === undefined) return undefined;
  const isReplaced = present.accessToken !== undefined && present.accessToken !== rejected;
  if (isReplaced) return present.accessToken;
  const restMs = core.pause.restMs(readLastRefreshMs(present));
  if (restMs > patienceMs) return undefined;
  if (restMs > 0) await core.surroundings.wait(restMs);
  const renewed = await renewOnce({ rejected });
  return renewed?.accessToken === rejected ? undefined : renewed?.accessToken;
}

/** What this page holds, or at its first question what is stored. */
export async function findSession(core: Core): Promise<SessionRecord | undefined> {
  const held = core.state.held();
  if (held !== undefined || core.state.view().status === 'signed-out') return held;
  const found = await catchUp(core);
  if (found === undefined && core.kind !== 'cookie') core.state.settle();
  return found;
}
