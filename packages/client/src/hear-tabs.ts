import { catchUp } from './catch-up.ts';
import type { TabMessage } from './channel.ts';
import { ClientError } from './client-error.ts';
import type { Core } from './core.ts';
import type { RenewOnce } from './renew-once.ts';
import { isNewer, isSameSession, type SessionRecord } from './session-record.ts';

/** Act on what another tab said. The storage is the truth; a message says only that it is worth a look. */
export async function hearTabs(core: Core, message: TabMessage): Promise<void> {
  if (message.type === 'held') return await takeHeld(core, message.record);
  if (message.type === 'resting') return takeRest(core, message);
  if (message.type === 'ended') await takeEnd(core, message);
  await catchUp(core);
}

/**
 * This page came back from the back-forward cache, or a storage was written
 * by a tab that cannot send messages: a sign-out must not be missed.
 */
export async function lookAgain(core: Core, renewOnce: RenewOnce): Promise<void> {
  const present = await catchUp(core);
  // Cookie mode: another session is stored, and who it belongs to only the issuer knows.
  const isUnknown = present !== undefined && present.accessToken === undefined;
  if (isUnknown && core.kind === 'cookie' && core.state.view().status !== 'loading') await renewOnce();
}

/** Only what the shared storage names too: a late message must not bring back a session that was signed out. */
async function takeHeld(core: Core, record: SessionRecord): Promise<void> {
  const changesBefore = core.state.changes();
  const stored = await core.keeper.read();
  if (core.state.changes() !== changesBefore) return await takeHeld(core, record);
  if (core.kind !== 'cookie' || stored?.sid === undefined || stored.sid !== record.sid) return;
  const held = core.state.held();
  const isNews = held === undefined || !isSameSession(held, record) || isNewer(record, held);
  if (isNews) core.state.hold({ ...record, secret: stored.secret });
}

function takeRest(core: Core, { sid, code, ...told }: Extract<TabMessage, { type: 'resting' }>): void {
  if (core.state.held()?.sid !== sid) return;
  core.pause.failed(new ClientError(code, 'The issuer asked another tab to wait', told));
}

async function takeEnd(core: Core, ended: { sid?: string; userId?: string }): Promise<void> {
  const held = core.state.held();
  if (held === undefined) return;
  const isSession = held.sid !== undefined && held.sid === ended.sid;
  const isUser = held.user !== undefined && held.user.id === ended.userId;
  if (!isSession && !isUser) return;
  const stored = await core.keeper.read();
  if (stored !== undefined && stored.signedOut !== true && isSameSession(stored, held)) {
    await core.keeper.remove();
  }
  if (core.state.held() === held) core.state.release('elsewhere');
}
