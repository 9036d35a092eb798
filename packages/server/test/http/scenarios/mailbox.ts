import { askForMagicLink } from '../../../src/flows/ask-for-magic-link.ts';
import { askForNewEmail } from '../../../src/flows/ask-for-new-email.ts';
import { askForReset } from '../../../src/flows/ask-for-reset.ts';
import { confirmNewEmail } from '../../../src/flows/confirm-new-email.ts';
import { verifyEmail } from '../../../src/flows/verify-email.ts';
import { askForEmailProof } from '../../../src/flows/ask-for-email-proof.ts';
import { lastToken } from '../../flows/mailbox-ground.ts';
import { callerOf } from '../../flows/test-house.ts';
import { anotherPassword, password, source, unknownId } from '../http-ground.ts';
import type { Cast, Scenarios } from './scenario.ts';

async function tokenToVerify({ server, user }: Cast): Promise<string> {
  askForEmailProof(server.house, { email: user.email }, source);
  return lastToken(server.house, 'verify-email', user.email);
}

async function tokenToReset({ server, user }: Cast): Promise<string> {
  askForReset(server.house, user.email, source);
  return lastToken(server.house, 'reset-password', user.email);
}

async function tokenForNewEmail({ server, user }: Cast): Promise<string> {
  const caller = await callerOf(server.house, user);
  await askForNewEmail(server.house, { caller, email: `new-${user.email}` }, source);
  return lastToken(server.house, 'change-email-confirm', `new-${user.email}`);
}

async function tokenToUndo(cast: Cast): Promise<string> {
  const { server, user } = cast;
  await verifyEmail(server.house, { token: await tokenToVerify(cast), password }, source);
  await confirmNewEmail(server.house, { token: await tokenForNewEmail(cast), password }, source);
  return lastToken(server.house, 'email-changed', user.email);
}

async function magicToken({ server, user }: Cast): Promise<{ binding: string; token: string }> {
  const { binding } = askForMagicLink(server.house, user.email, source);
  return { binding, token: await lastToken(server.house, 'magic-link', user.email) };
}

export const mailboxScenarios: Scenarios = {
  'POST /v1/email/verify': [
    {
      name: 'the link and the password prove the address',
      call: async (cast) => ({ json: { token: await tokenToVerify(cast), password } }),
      status: 204,
      audit: ['account.email-verified'],
    },
    {
      name: 'so do the link and an access token of the account',
      call: async (cast) => ({ token: cast.user.accessToken, json: { token: await tokenToVerify(cast) } }),
      status: 204,
      audit: ['account.email-verified'],
    },
    {
      name: 'A-152: a session of another account proves nothing',
      call: async (cast) => ({ token: cast.admin.accessToken, json: { token: await tokenToVerify(cast) } }),
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"password"'],
    },
    {
      name: 'A-152: neither does another password',
      call: async (cast) => ({ json: { token: await tokenToVerify(cast), password: anotherPassword } }),
      status: 401,
      code: 'invalid_credentials',
      audit: ['account.proof-failed'],
    },
    {
      name: 'a link that nobody has is refused',
      call: () => ({ json: { token: unknownId, password } }),
      status: 400,
      code: 'invalid_link',
    },
    {
      name: 'a bad access token is refused',
      call: () => ({ token: 'bad', json: { token: unknownId, password } }),
      status: 401,
      code: 'invalid_token',
    },
    {
      name: 'A-150: that it is proven cannot be said',
      call: ({ user }) => ({ token: user.accessToken, json: { token: unknownId, email_verified: true } }),
      status: 400,
      code: 'invalid_request',
    },
  ],
  'POST /v1/email/verify/send': [
    {
      name: 'the own address gets the link',
      call: ({ user }) => ({ token: user.accessToken, json: {} }),
      status: 202,
      audit: ['account.email-proof-asked'],
    },
    {
      name: 'an address of somebody gets it too',
      call: ({ user }) => ({ json: { email: user.email.toUpperCase() } }),
      status: 202,
      audit: ['account.email-proof-asked'],
    },
    {
      name: 'A-110: an address of nobody gets the same answer',
      call: () => ({ json: { email: 'nobody@example.com' } }),
      status: 202,
    },
    {
      name: 'without address and access token there is nobody to mail to',
      call: () => ({ json: {} }),
      status: 401,
      code: 'token_missing',
    },
  ],
  'POST /v1/password/forgot': [
    {
      name: 'the owner gets a link',
      call: ({ user }) => ({ json: { identifier: user.email } }),
      status: 202,
      audit: ['password.reset-asked'],
    },
    {
      name: 'A-110: nobody gets the same answer',
      call: () => ({ json: { identifier: 'nobody@example.com' } }),
      status: 202,
    },
    {
      name: 'A-148: two addresses are one that nobody has',
      call: ({ user }) => ({ json: { identifier: `${user.email},thief@example.com` } }),
      status: 202,
    },
    {
      name: 'A-145: a host in a header is not looked at',
      call: ({ user }) => ({
        json: { identifier: user.email },
        headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
      }),
      status: 202,
      audit: ['password.reset-asked'],
    },
    {
      name: 'a list is no identifier',
      call: ({ user }) => ({ json: { identifier: [user.email, 'thief@example.com'] } }),
      status: 400,
      code: 'invalid_request',
    },
  ],
  'POST /v1/password/reset': [
    {
      name: 'the link sets another password and signs nobody in',
      call: async (cast) => ({ json: { token: await tokenToReset(cast), password: anotherPassword } }),
      status: 204,
      headers: { 'set-cookie': /^$/ },
      audit: ['password.reset'],
    },
    {
      name: 'A-187: a short password is refused and leaves the link',
      call: async (cast) => ({ json: { token: await tokenToReset(cast), password: 'short' } }),
      status: 400,
      code: 'password_too_short',
    },
    {
      name: 'A-143: a link of another purpose is refused',
      call: async (cast) => ({ json: { token: await tokenToVerify(cast), password: anotherPassword } }),
      status: 400,
      code: 'invalid_link',
    },
  ],
  'POST /v1/me/email': [
    {
      name: 'another address is asked to confirm',
      call: ({ user }) => ({ token: user.accessToken, json: { email: `new-${user.email}` } }),
      status: 202,
      audit: ['account.email-change-asked'],
    },
    {
      name: 'A-110: a taken address gets the same answer',
      call: ({ user, admin }) => ({ token: user.accessToken, json: { email: admin.email } }),
      status: 202,
      audit: ['account.email-change-asked'],
    },
    {
      name: 'A-148: two addresses are none',
      call: ({ user }) => ({ token: user.accessToken, json: { email: 'a@example.com,b@example.com' } }),
      status: 400,
      code: 'invalid_request',
    },
  ],
  'POST /v1/email/confirm': [
    {
      name: 'the link and the password change the address',
      call: async (cast) => ({ json: { token: await tokenForNewEmail(cast), password } }),
      status: 204,
      audit: ['account.email-changed'],
    },
    {
      name: 'A-152: the link alone does not',
      call: async (cast) => ({ json: { token: await tokenForNewEmail(cast) } }),
      status: 400,
      code: 'invalid_request',
    },
  ],
  'POST /v1/email/undo': [
    {
      name: 'the old address takes the account back',
      call: async (cast) => ({ json: { token: await tokenToUndo(cast) } }),
      status: 204,
      audit: ['account.email-change-undone'],
    },
    {
      name: 'a link that nobody has is refused',
      call: () => ({ json: { token: unknownId } }),
      status: 400,
      code: 'invalid_link',
    },
  ],
  'POST /v1/magic-link': [
    {
      name: 'the owner gets a link, and the browser a secret',
      call: ({ user }) => ({ json: { identifier: user.email } }),
      status: 202,
      contains: ['"binding":"'],
      audit: ['log-in.link-asked'],
    },
    {
      name: 'A-110: nobody gets the same answer',
      call: () => ({ json: { identifier: 'nobody@example.com' } }),
      status: 202,
      contains: ['"binding":"'],
    },
    {
      name: 'A-376: where to go on cannot be said',
      call: ({ user }) => ({ json: { identifier: user.email, return_to: 'https://evil.example' } }),
      status: 400,
      code: 'invalid_request',
    },
  ],
  'POST /v1/magic-link/login': [
    {
      name: 'the link signs in the browser that asked for it',
      call: async (cast) => ({ json: await magicToken(cast) }),
      status: 200,
      contains: ['"access_token":"ey', '"email_verified":true'],
      audit: ['account.email-verified', 'log-in.succeeded'],
    },
    {
      name: 'A-160: another browser is asked whether this account is meant',
      call: async (cast) => ({ json: { token: (await magicToken(cast)).token } }),
      status: 200,
      contains: ['"status":"confirmation_required"', '"email":"person-'],
      excludes: ['token'],
    },
    {
      name: 'a link that nobody has is refused',
      call: () => ({ json: { token: unknownId, confirmed: true } }),
      status: 400,
      code: 'invalid_link',
    },
  ],
};
