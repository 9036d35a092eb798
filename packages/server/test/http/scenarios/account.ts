import { logOut } from '../../../src/flows/log-out.ts';
import { anotherPassword, password, signInAgain, source, unknownId } from '../http-ground.ts';
import type { Scenarios } from './scenario.ts';

const sameOrigin = { origin: 'http://localhost:4000' };

export const accountScenarios: Scenarios = {
  'GET /v1/me': [
    {
      name: 'the caller reads his account',
      call: ({ user }) => ({ token: user.accessToken }),
      status: 200,
      contains: ['"email":"person-', '"roles":["user"]'],
      excludes: ['password', 'generation'],
      headers: { 'cache-control': /^no-store$/ },
    },
    {
      name: 'the token of an ended session is refused at once',
      call: async ({ user, server }) => {
        await logOut(server.house, { refreshToken: user.refreshToken }, source);
        return { token: user.accessToken };
      },
      status: 401,
      code: 'invalid_token',
      headers: { 'www-authenticate': /^Bearer error="invalid_token"$/ },
    },
    {
      name: 'an expired token is refused',
      call: ({ user, server }) => {
        server.clock.advanceMs(303_000);
        return { token: user.accessToken };
      },
      status: 401,
      code: 'invalid_token',
    },
    {
      name: 'a token in the query is not looked at',
      call: ({ user }) => ({ path: `/v1/me?access_token=${user.accessToken}` }),
      status: 400,
      code: 'invalid_request',
      excludes: ['eyJhbG'],
    },
  ],
  'PATCH /v1/me': [
    {
      name: 'the caller changes his name',
      call: ({ user }) => ({ token: user.accessToken, json: { name: 'Ada' } }),
      status: 200,
      contains: ['"name":"Ada"'],
      audit: ['account.changed'],
    },
    {
      name: 'A-367: roles and address are not his to change',
      call: ({ user }) => ({ token: user.accessToken, json: { roles: ['admin'], email: 'x@example.com' } }),
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"roles"', '"path":"email"'],
    },
  ],
  'DELETE /v1/me': [
    {
      name: 'the caller deletes his account with his password',
      call: ({ user }) => ({ token: user.accessToken, json: { password } }),
      status: 204,
      audit: ['account.deleted'],
    },
    {
      name: 'a wrong password deletes nothing',
      call: ({ user }) => ({ token: user.accessToken, json: { password: anotherPassword } }),
      status: 401,
      code: 'invalid_credentials',
      audit: ['account.proof-failed'],
    },
    {
      name: 'the last administrator stays',
      call: ({ admin }) => ({ token: admin.accessToken, json: { password } }),
      status: 409,
      code: 'last_administrator',
    },
  ],
  'POST /v1/me/password': [
    {
      name: 'another password gives new tokens',
      call: ({ user }) => ({
        token: user.accessToken,
        json: { current_password: password, new_password: anotherPassword },
      }),
      status: 200,
      contains: ['"refresh_token":"cs_rt_'],
      excludes: [anotherPassword],
      audit: ['password.changed', 'log-in.succeeded'],
    },
    {
      name: 'whoever came with the cookie gets a cookie',
      call: ({ user }) => ({
        token: user.accessToken,
        json: { current_password: password, new_password: anotherPassword },
        headers: { ...sameOrigin, cookie: `cs_refresh=${user.refreshToken}` },
      }),
      status: 200,
      excludes: ['cs_rt_'],
      headers: { 'set-cookie': /^cs_refresh=cs_rt_/ },
      audit: ['password.changed', 'log-in.succeeded'],
    },
    {
      name: 'a common password is refused',
      call: ({ user }) => ({
        token: user.accessToken,
        json: { current_password: password, new_password: 'Password123456!' },
      }),
      status: 400,
      code: 'password_too_common',
    },
    {
      name: 'the current password must be right',
      call: ({ user }) => ({
        token: user.accessToken,
        json: { current_password: anotherPassword, new_password: anotherPassword },
      }),
      status: 401,
      code: 'invalid_credentials',
      audit: ['account.proof-failed'],
    },
  ],
  'GET /v1/me/sessions': [
    {
      name: 'the caller sees his devices',
      call: async ({ user, server }) => ({ token: (await signInAgain(server, user.email)).accessToken }),
      status: 200,
      contains: ['"current":true', '"current":false', '"address":"192.0.2.7"', '"user_agent":"test"'],
      excludes: ['refresh', 'cs_rt_'],
    },
    {
      name: 'a stranger sees nothing',
      call: () => ({}),
      status: 401,
      code: 'token_missing',
    },
  ],
  'DELETE /v1/me/sessions/{id}': [
    {
      name: 'the caller signs a device out',
      call: async ({ user, server }) => ({
        path: `/v1/me/sessions/${user.sessionId}`,
        token: (await signInAgain(server, user.email)).accessToken,
      }),
      status: 204,
      audit: ['session.ended'],
    },
    {
      name: 'a session of somebody else is not there',
      call: ({ user, admin }) => ({ path: `/v1/me/sessions/${admin.sessionId}`, token: user.accessToken }),
      status: 404,
      code: 'not_found',
    },
    {
      name: 'what cannot be an id is not there',
      call: ({ user }) => ({ path: `/v1/me/sessions/${unknownId}x`, token: user.accessToken }),
      status: 404,
      code: 'not_found',
    },
  ],
};
