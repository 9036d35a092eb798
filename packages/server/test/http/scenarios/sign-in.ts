import { createInvite } from '../../../src/flows/admin/create-invite.ts';
import { refresh } from '../../../src/flows/refresh.ts';
import { logIn } from '../../flows/log-in.ts';
import { lastToken } from '../../flows/mailbox-ground.ts';
import { anotherPassword, password, source, unknownId } from '../http-ground.ts';
import type { Cast, Scenarios } from './scenario.ts';

const cookieName = 'cs_refresh';
const sameOrigin = { origin: 'http://localhost:4000' };

/** The user signs in from elsewhere and gets a message. @returns what its link holds */
export async function disownable({ server, user }: Cast): Promise<string> {
  const elsewhere = { ...source, address: '198.51.100.9', userAgent: 'curl/8.5.0' };
  await logIn(server.house, { identifier: user.email, password }, elsewhere);
  await server.house.messages.settled();
  const [message] = server.house.messages.shown ?? [];
  return /token=([\w-]{22})/.exec(message?.text ?? '')?.[1] ?? '';
}

/** @returns what the mail to the invited person holds */
async function invited({ server }: Cast, email: string): Promise<string> {
  await createInvite(server.house, { actor: { kind: 'command-line' }, email, roles: [] }, source);
  return lastToken(server.house, 'invite', email);
}

export const signInScenarios: Scenarios = {
  'GET /v1/not-me': [
    {
      name: 'a link says which sign-in it is about',
      call: async (cast) => ({ path: `/v1/not-me?token=${await disownable(cast)}` }),
      status: 200,
      contains: ['"device":"curl"', '"address":"198.51.100.9"'],
      audit: [],
    },
    {
      name: 'an unknown link is refused',
      call: () => ({ path: `/v1/not-me?token=${unknownId}` }),
      status: 400,
      code: 'invalid_link',
    },
  ],
  'POST /v1/not-me': [
    {
      name: 'a sign-in is taken back',
      call: async (cast) => ({ json: { token: await disownable(cast) } }),
      status: 200,
      contains: ['{"needs_new_password":true}'],
      audit: ['log-in.disowned'],
    },
    {
      name: 'an unknown link is refused',
      call: () => ({ json: { token: unknownId } }),
      status: 400,
      code: 'invalid_link',
    },
  ],
  'POST /v1/register': [
    {
      name: 'an account is opened and not signed in',
      call: () => ({
        json: { email: 'New@Example.com', password: anotherPassword, username: 'new', name: 'New One' },
      }),
      status: 201,
      contains: ['"email":"New@Example.com"', '"username":"new"', '"roles":["user"]'],
      excludes: ['token', 'password'],
      audit: ['account.registered'],
    },
    {
      name: 'a taken address is refused',
      call: ({ user }) => ({ json: { email: user.email.toUpperCase(), password: anotherPassword } }),
      status: 409,
      code: 'email_taken',
    },
    {
      name: 'A-155: an invitation gives its roles, and proves the address',
      call: async (cast) => ({
        json: {
          email: 'guest@example.com',
          password: anotherPassword,
          invite: await invited(cast, 'guest@example.com'),
        },
      }),
      status: 201,
      contains: ['"roles":[]', '"email_verified":true'],
      audit: ['account.registered'],
    },
    {
      name: 'A-155: an invitation is for no other address',
      call: async (cast) => ({
        json: {
          email: 'eve@example.com',
          password: anotherPassword,
          invite: await invited(cast, 'other@example.com'),
        },
      }),
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"email"'],
      excludes: ['other@example.com'],
    },
    {
      name: 'A-155: an invitation that nobody has is refused',
      call: () => ({
        json: { email: 'eve@example.com', password: anotherPassword, invite: unknownId },
      }),
      status: 400,
      code: 'invalid_link',
    },
    {
      name: 'A-367: a role cannot be chosen',
      call: () => ({ json: { email: 'm@example.com', password: anotherPassword, roles: ['admin'] } }),
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"roles"'],
    },
    {
      name: 'A-127: a password of a megabyte is refused before anything is hashed',
      call: () => ({ json: { email: 'l@example.com', password: 'p'.repeat(1_000_000) } }),
      status: 413,
      code: 'body_too_large',
    },
    {
      name: 'A-127: a password of 2700 characters is refused by its own code',
      call: () => ({ json: { email: 'l@example.com', password: anotherPassword.repeat(100) } }),
      status: 400,
      code: 'password_too_long',
    },
    {
      name: 'A-368: a long text without an @ is no address',
      call: () => ({ json: { email: 'a'.repeat(10_000), password: anotherPassword } }),
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"email"'],
      excludes: ['aaaa'],
    },
    {
      name: 'A-378: a line break in a name is refused',
      call: () => ({ json: { email: 'c@example.com', password: anotherPassword, name: 'a\r\nX-Evil: 1' } }),
      status: 400,
      code: 'invalid_request',
      excludes: ['Evil'],
    },
  ],
  'POST /v1/login': [
    {
      name: 'a password gives an access and a refresh token',
      call: ({ user }) => ({ json: { identifier: user.email, password } }),
      status: 200,
      contains: [
        '"access_token":"ey',
        '"token_type":"Bearer"',
        '"expires_in":300',
        '"refresh_token":"cs_rt_',
      ],
      excludes: [password],
      headers: { 'cache-control': /^no-store$/ },
      audit: ['log-in.succeeded'],
    },
    {
      name: 'with storage cookie the refresh token stays out of the answer',
      call: ({ user }) => ({
        json: { identifier: user.email, password, storage: 'cookie' },
        headers: sameOrigin,
      }),
      status: 200,
      excludes: ['cs_rt_', 'refresh_token"'],
      headers: {
        'set-cookie': /^cs_refresh=cs_rt_[\w-]{71}; Max-Age=1209600; Path=\/; HttpOnly; SameSite=Strict$/,
      },
      audit: ['log-in.succeeded'],
    },
    {
      name: 'A-343: a page elsewhere cannot put its visitor into an account by cookie',
      call: ({ user }) => ({
        json: { identifier: user.email, password, storage: 'cookie' },
        headers: { origin: 'https://evil.example' },
      }),
      status: 403,
      code: 'foreign_origin',
    },
    {
      name: 'a presented refresh token loses its session',
      call: ({ user }) => ({
        json: { identifier: user.email, password, refresh_token: user.refreshToken },
      }),
      status: 200,
      audit: ['log-in.succeeded', 'session.ended'],
    },
    {
      name: 'a wrong password is refused',
      call: ({ user }) => ({ json: { identifier: user.email, password: anotherPassword } }),
      status: 401,
      code: 'invalid_credentials',
      headers: { 'www-authenticate': /^Bearer$/ },
      audit: ['log-in.failed'],
    },
    {
      name: 'A-138: a password in the query is refused unread',
      call: () => ({ path: '/v1/login?password=x', json: { identifier: 'a', password } }),
      status: 400,
      code: 'invalid_request',
    },
  ],
  'POST /v1/refresh': [
    {
      name: 'a refresh token in the body is exchanged for another',
      call: ({ user }) => ({ json: { refresh_token: user.refreshToken } }),
      status: 200,
      contains: ['"access_token":"ey', '"refresh_token":"cs_rt_', '"user":'],
    },
    {
      name: 'a cookie is exchanged for another cookie',
      call: ({ user }) => ({
        json: {},
        headers: { ...sameOrigin, cookie: `theme=dark; ${cookieName}=${user.refreshToken}` },
      }),
      status: 200,
      excludes: ['cs_rt_'],
      headers: { 'set-cookie': /^cs_refresh=cs_rt_/ },
    },
    {
      name: 'a cookie works without a body at all',
      call: ({ user }) => ({ headers: { ...sameOrigin, cookie: `${cookieName}=${user.refreshToken}` } }),
      status: 200,
    },
    {
      name: 'A-341: a page elsewhere cannot use the cookie',
      call: ({ user }) => ({
        json: {},
        headers: { origin: 'https://evil.example', cookie: `${cookieName}=${user.refreshToken}` },
      }),
      status: 403,
      code: 'foreign_origin',
      headers: { 'set-cookie': /^$/ },
    },
    {
      name: 'A-342: a cookie without any sign of its origin is refused',
      call: ({ user }) => ({ json: {}, headers: { cookie: `${cookieName}=${user.refreshToken}` } }),
      status: 403,
      code: 'foreign_origin',
    },
    {
      name: 'A-342: the opaque origin is nobody',
      call: ({ user }) => ({
        json: {},
        headers: { origin: 'null', cookie: `${cookieName}=${user.refreshToken}` },
      }),
      status: 403,
      code: 'foreign_origin',
    },
    {
      name: 'A-351: a second cookie of the name counts as none',
      call: ({ user }) => ({
        json: {},
        headers: {
          ...sameOrigin,
          cookie: `${cookieName}=${user.refreshToken}; ${cookieName}=${user.refreshToken}`,
        },
      }),
      status: 401,
      code: 'invalid_grant',
      headers: { 'set-cookie': /^$/ },
    },
    {
      name: 'a spent token from somebody else ends the session, and no cookie is deleted',
      call: async ({ user, server }) => {
        await refresh(server.house, { refreshToken: user.refreshToken, requestId: 'mine' }, source);
        return {
          json: {},
          headers: { ...sameOrigin, cookie: `${cookieName}=${user.refreshToken}` },
        };
      },
      status: 401,
      code: 'invalid_grant',
      headers: { 'set-cookie': /^$/ },
      audit: ['session.reuse-detected'],
    },
    {
      name: 'the same request id gets the same successor again',
      call: async ({ user, server }) => {
        await refresh(server.house, { refreshToken: user.refreshToken, requestId: 'mine' }, source);
        return { json: { refresh_token: user.refreshToken }, headers: { 'idempotency-key': 'mine' } };
      },
      status: 200,
      contains: ['"refresh_token":"cs_rt_'],
    },
    {
      name: 'no token at all is refused like an ended session',
      call: () => ({ json: {} }),
      status: 401,
      code: 'invalid_grant',
    },
    {
      name: 'a request id with a space is refused',
      call: ({ user }) => ({
        json: { refresh_token: user.refreshToken },
        headers: { 'idempotency-key': 'two words' },
      }),
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"idempotency-key"'],
    },
  ],
  'POST /v1/logout': [
    {
      name: 'an access token names the session that ends',
      call: ({ user }) => ({ token: user.accessToken }),
      status: 204,
      audit: ['session.ended'],
    },
    {
      name: 'a refresh token is enough, also beside a bad access token',
      call: ({ user }) => ({ token: 'bad', json: { refresh_token: user.refreshToken } }),
      status: 204,
      audit: ['session.ended'],
    },
    {
      name: 'a cookie is enough and is deleted',
      call: ({ user }) => ({
        json: {},
        headers: { ...sameOrigin, cookie: `${cookieName}=${user.refreshToken}` },
      }),
      status: 204,
      headers: { 'set-cookie': /^cs_refresh=; Max-Age=0; Path=\/; HttpOnly; SameSite=Strict$/ },
      audit: ['session.ended'],
    },
    {
      name: 'A-341, A-262: a page elsewhere cannot sign out by cookie',
      call: ({ user }) => ({
        json: {},
        headers: { 'sec-fetch-site': 'cross-site', cookie: `${cookieName}=${user.refreshToken}` },
      }),
      status: 403,
      code: 'foreign_origin',
    },
    {
      name: 'nothing names no session',
      call: () => ({ json: {} }),
      status: 401,
      code: 'token_missing',
      headers: { 'www-authenticate': /^Bearer$/ },
    },
    {
      name: 'a bad access token alone names no session',
      call: () => ({ token: 'bad' }),
      status: 401,
      code: 'invalid_token',
    },
  ],
  'POST /v1/logout/all': [
    {
      name: 'every session of the caller ends',
      call: ({ user }) => ({ token: user.accessToken }),
      status: 204,
      audit: ['session.ended-all'],
    },
    {
      name: 'a refresh token is not enough',
      call: ({ user }) => ({ json: { refresh_token: user.refreshToken } }),
      status: 401,
      code: 'token_missing',
    },
  ],
};
