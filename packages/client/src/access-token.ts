import { catchUp } from './catch-up.ts';
import type { Core } from './core.ts';
import type { RenewOnce } from './renew-once.ts';
import { readFreshness, type SessionRecord } from './session-record.ts';

/**
 * An access token for the next request, `undefined` when nobody is signed in.
 *
 * From half its life on a new one is fetched beside, without waiting; only an
 * expired one is waited for. The token is NOT verified here.
 *
 * @throws ClientError when it is expired and cannot be renewed now
 */
export async function findAccessToken(core: Core, renewOnce: RenewOnce): Promise<string | undefined> {
  const held = await findSession(core);
  if (held === undefined) return undefined;
  const freshness = readFreshness(held, core.surroundings.now());
  if (freshness === 'expired') return (await renewOnce())?.accessToken;
  // Whatever fails here has not mattered yet; it will be thrown once the token has expired.
  if (freshness === 'half-spent') renewOnce().catch(() => undefined);
  return held.accessToken;
}

/**
 * The token to retry with after `rejected` was refused: the present one if it
 * is another, else a renewed one; `undefined` when a retry would be in vain.
 *
 * @throws ClientError when a new one could not be had; nobody is signed out by that
 */
export async function replaceRejected(
  core: Core,
  renewOnce: RenewOnce,
  rejected: string,
): Promise<string | undefined> {
  const held = core.state.held();
  if (held === undefined) return undefined;
  const present = held.accessToken === rejected ? await renewOnce({ rejected }) : held;
  return present?.accessToken === rejected ? undefined : present?.accessToken;
}

/** What this page holds, or at its first question what is stored. */
export async function findSession(core: Core): Promise<SessionRecord | undefined> {
  const held = core.state.held();
  if (held !== undefined || core.state.view().status === 'signed-out') return held;
  const found = await catchUp(core);
  if (found === undefined && core.kind !== 'cookie') core.state.settle();
  return found;
}
