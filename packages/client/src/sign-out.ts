import { ClientError } from './client-error.ts';
import type { Core } from './core.ts';
import { createSecret } from './request-id.ts';
import type { SessionRecord } from './session-record.ts';
import type { LogOutInput } from './wire.ts';

/**
 * Sign out: forget the session here and in every tab that has it, then have
 * the issuer revoke it, so that its access tokens die too.
 *
 * Forgetting comes first and holds whatever happens. With the cookie, which
 * script cannot delete, a mark stays until the issuer has confirmed, so that
 * the next page does not come back signed in but asks again to sign out.
 *
 * @throws ClientError when the issuer could not be reached: signed out here,
 *   the session itself then lives on there until it is revoked or idle
 */
export function signOut(core: Core): Promise<void> {
  return core.exclusive(async () => {
    const present = (await core.keeper.read().catch(() => undefined)) ?? core.state.held();
    await forget(core, present);
    if (present !== undefined || core.kind === 'cookie') await revoke(core, present?.refreshToken);
  });
}

/**
 * Repeat the sign-out that the mark of an earlier page asks for.
 *
 * @returns whether there was such a mark
 */
export function finishSignOut(core: Core): Promise<boolean> {
  return core.exclusive(async () => {
    const stored = await core.keeper.read();
    if (stored?.signedOut !== true) return false;
    await revoke(core, undefined).catch(() => undefined);
    return true;
  });
}

/**
 * The account or all its sessions are gone: nothing is left to revoke, here or
 * in any tab of the same user. Called inside `core.exclusive`.
 */
export async function forgetUser(core: Core): Promise<void> {
  const { user } = core.state.view();
  await core.keeper.remove();
  core.state.release('asked');
  core.channel.post({ type: 'ended', ...(user === undefined ? {} : { userId: user.id }) });
}

async function forget(core: Core, present: SessionRecord | undefined): Promise<void> {
  if (core.kind === 'cookie') {
    const secret = present?.secret ?? createSecret(core.surroundings.crypto);
    await core.keeper.replace({ secret, signedOut: true });
  } else {
    await core.keeper.remove();
  }
  core.state.release('asked');
  core.channel.post({ type: 'ended', ...(present?.sid === undefined ? {} : { sid: present.sid }) });
}

async function revoke(core: Core, refreshToken: string | undefined): Promise<void> {
  try {
    const body: LogOutInput = refreshToken === undefined ? {} : { refresh_token: refreshToken };
    await core.call({ method: 'POST', path: '/v1/logout', body, keepAlive: true });
  } catch (error) {
    // A session that is over already needs no ending.
    const isOver = error instanceof ClientError && error.status === 401;
    if (!isOver) throw error;
  }
  if (core.kind === 'cookie') await core.keeper.remove();
}
