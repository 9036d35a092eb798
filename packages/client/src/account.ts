import { ClientError } from './client-error.ts';
import type { Core } from './core.ts';
import type { TokenSource } from './fetch-with-token.ts';
import { type AsUser, callAsUser } from './call-as-user.ts';
import { createFactors, type Factors } from './factors.ts';
import { readMembers, readUser, unexpected } from './read-answer.ts';
import { forgetUser } from './sign-out.ts';
import { beginSession } from './take-answer.ts';
import type { ChangePasswordInput, DeleteAccountInput, DeviceSession, User } from './wire.ts';

/** What a signed-in user does with the own account. Every call throws ClientError `signed_out` without one. */
export interface Account extends Factors {
  /** Ask the issuer who the user is now; `user` itself follows with the next renewal. */
  readonly readUser: () => Promise<User>;
  /** A new session begins here, the others end. @throws ClientError `invalid_credentials` and the password rules of the issuer */
  readonly changePassword: (change: { currentPassword: string; newPassword: string }) => Promise<User>;
  readonly deleteAccount: (confirmation: { password: string }) => Promise<void>;
  /** End every session of the user. Only the issuer's confirmation clears this page and the tabs of the same user. */
  readonly signOutEverywhere: () => Promise<void>;
  readonly sessions: {
    readonly list: () => Promise<readonly DeviceSession[]>;
    /** @throws ClientError `invalid_id` for what cannot be a session id, before anything is sent */
    readonly end: (id: string) => Promise<void>;
  };
}

export function createAccount(core: Core, source: TokenSource): Account {
  const asUser: AsUser = (send) => callAsUser(source, send);
  return {
    ...createFactors(core, asUser),
    readUser: () =>
      asUser(async (accessToken) =>
        readUser(await core.call({ method: 'GET', path: '/v1/me', accessToken })),
      ),
    changePassword: (change) => asUser((accessToken) => changePassword(core, change, accessToken)),
    deleteAccount: ({ password }) =>
      asUser((accessToken) =>
        core.exclusive(async () => {
          const body: DeleteAccountInput = { password };
          await core.call({ method: 'DELETE', path: '/v1/me', body, accessToken });
          await forgetUser(core);
        }),
      ),
    signOutEverywhere: () =>
      asUser((accessToken) =>
        core.exclusive(async () => {
          await core.call({ method: 'POST', path: '/v1/logout/all', accessToken });
          await forgetUser(core);
        }),
      ),
    sessions: {
      list: () =>
        asUser(async (accessToken) =>
          readSessions(await core.call({ method: 'GET', path: '/v1/me/sessions', accessToken })),
        ),
      end: async (id) => {
        const path = `/v1/me/sessions/${encodeSegment(id)}`;
        await asUser((accessToken) => core.call({ method: 'DELETE', path, accessToken }));
      },
    },
  };
}

/** Exclusive from request to stored answer: a renewal beside it would ask for a session that this ends. */
function changePassword(
  core: Core,
  change: { currentPassword: string; newPassword: string },
  accessToken: string,
): Promise<User> {
  return core.exclusive(async () => {
    const sentAtMs = core.surroundings.now();
    const body: ChangePasswordInput = {
      current_password: change.currentPassword,
      new_password: change.newPassword,
      storage: core.kind === 'cookie' ? 'cookie' : 'body',
    };
    const answer = await core.call({ method: 'POST', path: '/v1/me/password', body, accessToken });
    return await beginSession(core, answer, sentAtMs);
  });
}

/** an id that came from a user must not become another path. */
function encodeSegment(id: string): string {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(id)) throw new ClientError('invalid_id', 'This is not a session id');
  return encodeURIComponent(id);
}

function readSessions(answer: unknown): readonly DeviceSession[] {
  const sessions = readMembers(answer).get('sessions');
  if (!Array.isArray(sessions) || !sessions.every(isDeviceSession)) throw unexpected();
  return sessions;
}

function isDeviceSession(value: unknown): value is DeviceSession {
  const session = readMembers(value);
  const userAgent = session.get('user_agent');
  return (
    ['id', 'client_id', 'address'].every((name) => typeof session.get(name) === 'string') &&
    ['created_at', 'last_used_at', 'expires_at'].every((name) => typeof session.get(name) === 'number') &&
    typeof session.get('current') === 'boolean' &&
    (userAgent === null || typeof userAgent === 'string')
  );
}
