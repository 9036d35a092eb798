import type { Core } from './core.ts';
import { isNewer, isSameSession, type SessionRecord } from './session-record.ts';

/**
 * Bring what this page holds in line with what is stored, where another tab
 * may have renewed, signed in or signed out meanwhile. Sends nothing.
 *
 * @returns the session that counts now
 */
export async function catchUp(core: Core): Promise<SessionRecord | undefined> {
  const changesBefore = core.state.changes();
  const stored = await core.keeper.read();
  // A sign-out or a renewal of this page went by while the storage was read: what was read is old.
  if (core.state.changes() !== changesBefore) return await catchUp(core);
  const held = core.state.held();
  if (stored === undefined || stored.signedOut === true) {
    if (held !== undefined) core.state.release('elsewhere');
    return undefined;
  }
  if (held === undefined || !isSameSession(stored, held)) {
    core.pause.reset();
    core.state.hold(stored);
  } else if (isNewer(stored, held) && core.kind !== 'cookie') {
    core.state.hold(stored);
  }
  return core.state.held();
}
