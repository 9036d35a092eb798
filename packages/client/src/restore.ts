import { catchUp } from './catch-up.ts';
import { ClientError } from './client-error.ts';
import { type Core, freshnessOf } from './core.ts';
import type { RenewOnce } from './renew-once.ts';
import { finishSignOut } from './sign-out.ts';
import type { User } from './wire.ts';

/**
 * Come back signed in, once for each page load.
 *
 * A stored access token that is still good is used as it is; otherwise the
 * session is renewed. On a server with the cookie it does nothing: what could
 * not be handed to the browser must not be spent.
 *
 * @returns the user, `undefined` when nobody is signed in. Offline, the user
 *   that was stored: nobody is signed out by a failing network
 * @throws ClientError when it could not be found out; `status` stays `loading`
 */
export async function restore(core: Core, renewOnce: RenewOnce): Promise<User | undefined> {
  try {
    await comeBack(core, renewOnce);
    core.state.settle();
  } catch (error) {
    const { user } = core.state.view();
    if (user !== undefined) return user;
    if (error instanceof ClientError) core.state.settle(error);
    throw error;
  }
  return core.state.view().user;
}

async function comeBack(core: Core, renewOnce: RenewOnce): Promise<void> {
  if (core.kind === 'cookie' && core.surroundings.isServer) return;
  if (core.kind === 'cookie' && (await finishSignOut(core))) return;
  const present = await catchUp(core);
  if (present === undefined && core.kind !== 'cookie') return;
  const isUsable = present !== undefined && freshnessOf(core, present) !== 'expired';
  if (!isUsable || core.state.view().user === undefined) await renewOnce({ isDiscovery: true });
}
