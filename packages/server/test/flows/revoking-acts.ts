import type { Actor } from '../../src/base/actor.ts';
import type { House } from '../../src/base/house.ts';
import { changeClient } from '../../src/flows/admin/change-client.ts';
import { changeRole } from '../../src/flows/admin/change-role.ts';
import { changeUser } from '../../src/flows/admin/change-user.ts';
import { createUser } from '../../src/flows/admin/create-user.ts';
import { compromiseKey } from '../../src/flows/admin/compromise-key.ts';
import { declareRestore } from '../../src/flows/admin/declare-restore.ts';
import { deleteClient } from '../../src/flows/admin/delete-client.ts';
import { deleteRole } from '../../src/flows/admin/delete-role.ts';
import { deleteUser } from '../../src/flows/admin/delete-user.ts';
import { disableUser, enableUser } from '../../src/flows/admin/disable-user.ts';
import { endUserSession } from '../../src/flows/admin/end-user-session.ts';
import { logOutUser } from '../../src/flows/admin/log-out-user.ts';
import { resetFactors } from '../../src/flows/admin/reset-factors.ts';
import { revoke, type Revoke } from '../../src/flows/admin/revoke.ts';
import { rotateClientSecret } from '../../src/flows/admin/rotate-client-secret.ts';
import { rotateKeys } from '../../src/flows/admin/rotate-keys.ts';
import { setPassword } from '../../src/flows/admin/set-password.ts';
import { askForMagicLink } from '../../src/flows/ask-for-magic-link.ts';
import { askForNewEmail } from '../../src/flows/ask-for-new-email.ts';
import { askForReset } from '../../src/flows/ask-for-reset.ts';
import { changePassword } from '../../src/flows/change-password.ts';
import { changeProfile } from '../../src/flows/change-profile.ts';
import { confirmNewEmail } from '../../src/flows/confirm-new-email.ts';
import { deleteAccount } from '../../src/flows/delete-account.ts';
import { endSession } from '../../src/flows/end-session.ts';
import { issueClientToken } from '../../src/flows/issue-client-token.ts';
import { logIn } from './log-in.ts';
import { logInByLink } from '../../src/flows/log-in-by-link.ts';
import { logOut } from '../../src/flows/log-out.ts';
import { logOutEverywhere } from '../../src/flows/log-out-everywhere.ts';
import { removePasskey } from '../../src/flows/remove-passkey.ts';
import { sql } from '../../src/store/sql.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { removeFactor } from '../../src/flows/remove-factor.ts';
import { resetPassword } from '../../src/flows/reset-password.ts';
import { undoNewEmail } from '../../src/flows/undo-new-email.ts';
import { verifyEmail } from '../../src/flows/verify-email.ts';
import { revokeToken } from '../../src/flows/revoke-token.ts';
import type { SignedIn } from '../../src/flows/signed-in.ts';
import type { Caller } from '../../src/base/house.ts';
import type { ClientWithSecret } from '../../src/flows/admin/machine-client.ts';
import { enrolApp } from './factor-ground.ts';
import { lastToken } from './mailbox-ground.ts';
import { claimsOf, password, source } from './test-house.ts';

/** Alice is signed in and holds the role `clerk`; `client` has the scope `a`; `spare` is a role that nobody holds. */
export interface Cast {
  readonly house: House;
  readonly alice: SignedIn & { readonly caller: Caller };
  readonly client: ClientWithSecret;
}

export interface RevokingAct {
  readonly name: string;
  readonly act: (cast: Cast) => Promise<unknown>;
  /** `scope subject` of every event that the act writes, in order. */
  readonly events: (cast: Cast) => readonly string[];
}

export const commandLine: Actor = { kind: 'command-line' };
const newPassword = 'seven boats on a green lake';
const none = (): readonly string[] => [];
const ofUser = ({ alice }: Cast): readonly string[] => [`user ${alice.user.id}`];
const ofClaims = ({ alice }: Cast): readonly string[] => [`user-claims ${alice.user.id}`];
const ofSession = ({ alice }: Cast): readonly string[] => [`session ${alice.sessionId}`];
const ofClient = ({ client }: Cast): readonly string[] => [`client ${client.client.id}`];

function onUser(
  act: (house: House, one: { actor: Actor; userId: string }, from: typeof source) => Promise<unknown>,
): RevokingAct['act'] {
  return ({ house, alice }) => act(house, { actor: commandLine, userId: alice.user.id }, source);
}

function changing(change: Parameters<typeof changeUser>[1]['change']): RevokingAct['act'] {
  return ({ house, alice }) =>
    changeUser(house, { actor: commandLine, userId: alice.user.id, change }, source);
}

function changingClient(change: Parameters<typeof changeClient>[1]['change']): RevokingAct['act'] {
  return ({ house, client }) =>
    changeClient(house, { actor: commandLine, clientId: client.client.id, change }, source);
}

function changingRole(name: string, change: Parameters<typeof changeRole>[1]['change']): RevokingAct['act'] {
  return ({ house }) => changeRole(house, { actor: commandLine, name, change }, source);
}

async function useTwice({ house, alice }: Cast): Promise<unknown> {
  const { refreshToken } = alice;
  await refresh(house, { refreshToken, requestId: 'one' }, source);
  return refresh(house, { refreshToken, requestId: 'another' }, source).catch(() => undefined);
}

const endings: readonly RevokingAct[] = [
  {
    name: 'signing out',
    act: ({ house, alice }) => logOut(house, { caller: alice.caller }, source),
    events: ofSession,
  },
  {
    name: 'signing out by a refresh token',
    act: ({ house, alice }) => logOut(house, { refreshToken: alice.refreshToken }, source),
    events: ofSession,
  },
  {
    name: 'signing out everywhere',
    act: ({ house, alice }) => logOutEverywhere(house, alice.caller, source),
    events: ofUser,
  },
  { name: 'second factors reset by an administrator', act: onUser(resetFactors), events: ofUser },
  {
    name: 'a second factor removed by its user',
    async act({ house, alice }) {
      const { userId } = alice.caller;
      await enrolApp(house, userId);
      const caller = { ...alice.caller, amr: ['pwd', 'otp', 'mfa'] };
      return removeFactor(house, { caller, kind: 'totp' }, source);
    },
    events: ofClaims,
  },
  {
    name: 'a session removed by its user',
    act: ({ house, alice }) =>
      endSession(house, { caller: alice.caller, sessionId: alice.sessionId }, source),
    events: ofSession,
  },
  {
    name: 'a session removed by an administrator',
    act: ({ house, alice }) =>
      endUserSession(house, { actor: commandLine, sessionId: alice.sessionId }, source),
    events: ofSession,
  },
  {
    name: 'a sign-in that brings the refresh token of another session',
    act: ({ house, alice }) =>
      logIn(
        house,
        { identifier: 'alice@example.com', password, presentedRefreshToken: alice.refreshToken },
        source,
      ),
    events: ofSession,
  },
  { name: 'reuse of a spent refresh token', act: useTwice, events: ofSession },
  {
    name: 'a removed passkey',
    async act({ house, alice }) {
      const userId = alice.user.id;
      await house.store.commit([
        sql`INSERT INTO passkeys (id, credential_id, user_id, rp_id, name, public_key, sign_count, transports, aaguid,
            is_backup_eligible, is_backed_up, created_at_ms)
          VALUES ('phone', 'phone', ${userId}, 'localhost', 'Phone', ${new Uint8Array(1)}, 0, '', '', 0, 0, 1)`,
      ]);
      const caller = { ...alice.caller, amr: ['swk', 'user', 'mfa'] };
      await removePasskey(house, { caller, passkeyId: 'phone' }, source);
    },
    events: ofClaims,
  },
  {
    name: 'a changed password',
    act: ({ house, alice }) =>
      changePassword(house, { caller: alice.caller, currentPassword: password, newPassword }, source),
    events: ofUser,
  },
  {
    name: 'a set password',
    act: onUser((house, one, from) => setPassword(house, { ...one, newPassword }, from)),
    events: ofUser,
  },
  {
    name: 'a reset by a mailed link',
    act: async ({ house }) => {
      askForReset(house, 'alice', source);
      const token = await lastToken(house, 'reset-password', 'alice@example.com');
      return resetPassword(house, { token, newPassword }, source);
    },
    events: ofUser,
  },
  {
    name: 'a change of address that is taken back',
    act: async ({ house, alice: { caller } }) => {
      const email = 'alice@example.com';
      await verifyEmail(house, { token: await lastToken(house, 'verify-email', email), caller }, source);
      await askForNewEmail(house, { caller, email: 'new@example.com' }, source);
      const token = await lastToken(house, 'change-email-confirm', 'new@example.com');
      await confirmNewEmail(house, { token, caller }, source);
      return undoNewEmail(house, await lastToken(house, 'email-changed', email), source);
    },
    events: ofUser,
  },
  {
    name: 'the first proof of a mailbox by a magic link',
    act: async ({ house: given }) => {
      const house = { ...given, policy: { ...given.policy, magicLink: true } };
      const { binding } = askForMagicLink(house, 'alice', source);
      const token = await lastToken(house, 'magic-link', 'alice@example.com');
      return logInByLink(house, { token, binding }, source);
    },
    events: ofUser,
  },
  { name: 'a disabled user', act: onUser(disableUser), events: ofUser },
  { name: 'a user signed out by an administrator', act: onUser(logOutUser), events: ofUser },
  { name: 'a deleted user', act: onUser(deleteUser), events: ofUser },
  {
    name: 'a deleted account of one’s own',
    act: ({ house, alice }) => deleteAccount(house, { caller: alice.caller, password }, source),
    events: ofUser,
  },
  { name: 'other roles of a user', act: changing({ roles: ['user'] }), events: ofClaims },
  {
    name: 'other roles of a user who is disabled too',
    act: changing({ roles: ['user'], disabled: true }),
    events: ofUser,
  },
  {
    name: 'other permissions of a role',
    act: changingRole('clerk', { permissions: ['b'] }),
    events: ofClaims,
  },
  { name: 'a disabled client', act: changingClient({ disabled: true }), events: ofClient },
  { name: 'other scopes of a client', act: changingClient({ scopes: ['b'] }), events: ofClient },
  {
    name: 'another secret of a client',
    act: ({ house, client }) =>
      rotateClientSecret(house, { actor: commandLine, clientId: client.client.id }, source),
    events: ofClient,
  },
  {
    name: 'a removed client',
    act: ({ house, client }) =>
      deleteClient(house, { actor: commandLine, clientId: client.client.id }, source),
    events: ofClient,
  },
];

const reason = 'laptop lost';

function revoking(scope: Revoke['scope'], subjectOf: (cast: Cast) => string): RevokingAct {
  return {
    name: `a revocation of scope ${scope}`,
    act: (cast) =>
      revoke(cast.house, { actor: commandLine, scope, subject: subjectOf(cast), reason }, source),
    events: (cast) => [`${scope} ${subjectOf(cast)}`],
  };
}

function keyOf({ house }: Cast): string {
  return house.keys.list()[0]?.keyId ?? '';
}

function tokenIdOf({ alice }: Cast): string {
  return claimsOf(alice.accessToken).jti;
}

const firstParty = { clientId: 'first-party', clientSecret: undefined };

/** Acts whose purpose is the event. */
const revocations: readonly RevokingAct[] = [
  revoking('token', tokenIdOf),
  revoking('session', ({ alice }) => alice.sessionId),
  revoking('user', ({ alice }) => alice.user.id),
  revoking('user-claims', ({ alice }) => alice.user.id),
  revoking('client', ({ client }) => client.client.id),
  revoking('tenant', () => 'acme'),
  revoking('key', keyOf),
  revoking('everything', () => ''),
  {
    name: 'a compromised key',
    act: (cast) => compromiseKey(cast.house, { actor: commandLine, keyId: keyOf(cast), reason }, source),
    events: (cast) => [`key ${keyOf(cast)}`],
  },
  {
    name: 'an access token given back',
    act: ({ house, alice }) => revokeToken(house, { client: firstParty, token: alice.accessToken }, source),
    events: (cast) => [`token ${tokenIdOf(cast)}`],
  },
  {
    name: 'a refresh token given back',
    act: ({ house, alice }) => revokeToken(house, { client: firstParty, token: alice.refreshToken }, source),
    events: ofSession,
  },
  {
    name: 'a declared restore',
    act: ({ house }) => declareRestore(house, { actor: commandLine }, source),
    events: () => ['everything '],
  },
];

const harmless: readonly RevokingAct[] = [
  {
    name: 'a sign-in',
    act: ({ house }) => logIn(house, { identifier: 'alice@example.com', password }, source),
    events: none,
  },
  {
    name: 'a refresh',
    act: ({ house, alice }) =>
      refresh(house, { refreshToken: alice.refreshToken, requestId: undefined }, source),
    events: none,
  },
  {
    name: 'another name: no token shows it',
    act: ({ house, alice }) => changeProfile(house, { caller: alice.caller, name: 'Alice' }, source),
    events: none,
  },
  {
    name: 'another address and name, by an administrator',
    act: changing({ email: 'alice@other.example', name: 'Alice', username: 'alice2' }),
    events: none,
  },
  { name: 'the roles that a user has', act: changing({ roles: ['clerk', 'user'] }), events: none },
  {
    name: 'an enabled user',
    act: async (cast) => {
      await cast.house.store.commit([
        { sql: 'UPDATE users SET disabled_at_ms = 1 WHERE id = ?', parameters: [cast.alice.user.id] },
      ]);
      return onUser(enableUser)(cast);
    },
    events: none,
  },
  {
    name: 'another description of a role',
    act: changingRole('clerk', { description: 'x' }),
    events: none,
  },
  {
    name: 'other permissions of a role that nobody holds',
    act: changingRole('spare', { permissions: ['b'] }),
    events: none,
  },
  {
    name: 'a removed role, which nobody holds',
    act: ({ house }) => deleteRole(house, { actor: commandLine, name: 'spare' }, source),
    events: none,
  },
  {
    name: 'a new user',
    act: ({ house }) => createUser(house, { actor: commandLine, email: 'bob@example.com' }, source),
    events: none,
  },
  { name: 'another name of a client', act: changingClient({ name: 'Other' }), events: none },
  { name: 'the scopes that a client has', act: changingClient({ scopes: ['a'] }), events: none },
  {
    name: 'a token of a client',
    act: ({ house, client: { client, clientSecret } }) =>
      issueClientToken(house, { clientId: client.id, clientSecret, scope: undefined }, source),
    events: none,
  },
  {
    name: 'a rotation of the signing keys',
    act: ({ house }) => rotateKeys(house, { actor: commandLine }, source),
    events: none,
  },
];

/** Every act of the house that issues, ends or changes tokens, with exactly the events that it writes. */
export const acts: readonly RevokingAct[] = [...endings, ...revocations, ...harmless];

/** Those of them that write events. */
export const eventfulActs: readonly RevokingAct[] = [...endings, ...revocations];
