import type { Core } from './core.ts';
import { readLogInAnswer, readSessionId, unexpected } from './read-answer.ts';
import { createSecret } from './request-id.ts';
import type { SessionRecord } from './session-record.ts';
import type { User } from './wire.ts';

/** Make the record of an answer. `sentAtMs`: when the request left, so that the token is never thought younger than it is. */
export function toRecord(
  core: Core,
  answer: unknown,
  from: { secret: string; sentAtMs: number },
): SessionRecord {
  const read = readLogInAnswer(answer);
  const sid = readSessionId(read.access_token);
  const refreshToken = core.kind === 'cookie' ? undefined : read.refresh_token;
  if (core.kind !== 'cookie' && refreshToken === undefined) throw unexpected();
  return {
    secret: from.secret,
    ...(refreshToken === undefined ? {} : { refreshToken }),
    ...(sid === undefined ? {} : { sid }),
    accessToken: read.access_token,
    expiresInSeconds: read.expires_in,
    renewedAtMs: from.sentAtMs,
    user: read.user,
  };
}

/**
 * Begin a new session: new secret, whatever was stored is replaced, every tab told.
 * Called inside `core.exclusive`.
 */
export async function beginSession(core: Core, answer: unknown, sentAtMs: number): Promise<User> {
  const { user } = readLogInAnswer(answer);
  const secret = createSecret(core.surroundings.crypto);
  const record: SessionRecord = { ...toRecord(core, answer, { secret, sentAtMs }), isFromSignIn: true };
  await core.keeper.replace(record);
  core.pause.reset();
  core.state.hold(record);
  tellTabs(core, record);
  return user;
}

/** With a cookie the storage holds no access token, so the message does; otherwise the storage is the message. */
export function tellTabs(core: Core, record: SessionRecord): void {
  core.channel.post(core.kind === 'cookie' ? { type: 'held', record } : { type: 'changed' });
}
