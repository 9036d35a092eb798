import { beginCodeFactor, type CodeFactor } from '../../../src/flows/begin-code-factor.ts';
import { beginApp } from '../../../src/flows/begin-app.ts';
import { confirmApp } from '../../../src/flows/confirm-app.ts';
import { finishSecondFactor } from '../../../src/flows/finish-second-factor.ts';
import { logIn } from '../../../src/flows/log-in.ts';
import { refresh } from '../../../src/flows/refresh.ts';
import { sql } from '../../../src/store/sql.ts';
import { appCode, readSecret, readSentCode, wrongCode } from '../../flows/factor-ground.ts';
import { callerOf } from '../../flows/test-house.ts';
import { password, signInAgain, source } from '../http-ground.ts';
import type { Cast, Scenario, Scenarios } from './scenario.ts';

/** The user has begun with an app. */
async function begin({ server, user }: Cast): Promise<Uint8Array> {
  return readSecret(await beginApp(server.house, await callerOf(server.house, user), source));
}

/** The user has an app, and is signed in by password alone. */
async function addApp(cast: Cast): Promise<Uint8Array> {
  const { server, user } = cast;
  const secret = await begin(cast);
  const caller = await callerOf(server.house, user);
  await confirmApp(server.house, { caller, code: appCode(secret, server.clock.now()) }, source);
  return secret;
}

/** The access token of a session of password and app. */
async function signInStrongly(cast: Cast): Promise<string> {
  const { house, clock } = cast.server;
  const secret = await addApp(cast);
  clock.advanceMs(60_000);
  const outcome = await logIn(house, { identifier: cast.user.email, password }, source);
  if (outcome.kind === 'signed-in') throw new TypeError('no second factor was asked for');
  const code = appCode(secret, clock.now());
  const input = { challengeId: outcome.challengeId, factor: 'totp', code } as const;
  return (await finishSecondFactor(house, input, source)).accessToken;
}

/** A fresh token of an old sign-in. */
async function stale({ server, user }: Cast): Promise<{ readonly token: string }> {
  server.clock.advanceMs(301_000);
  const { refreshToken } = user;
  return {
    token: (await refresh(server.house, { refreshToken, requestId: 'r' }, source)).accessToken,
  };
}

const needsRecent = {
  status: 401,
  code: 'insufficient_user_authentication',
} as const;

const asksForTwo = {
  ...needsRecent,
  headers: {
    'www-authenticate': /^Bearer error="insufficient_user_authentication", max_age="\d+", acr_values="aal2"$/,
  },
} as const;

const phone = '+491701234567';

function proveEmail(server: Cast['server'], userId: string): Promise<unknown> {
  const { store } = server.house;
  return store.commit([sql`UPDATE users SET email_verified_at_ms = 1 WHERE id = ${userId}`]);
}

function confirmationsOf(factor: CodeFactor): readonly Scenario[] {
  return [
    {
      name: 'the code that was sent confirms it',
      async call({ server, user }) {
        await proveEmail(server, user.user.id);
        const caller = await callerOf(server.house, user);
        await beginCodeFactor(server.house, { caller, factor }, source);
        return { token: user.accessToken, json: { code: await readSentCode(server.house) } };
      },
      status: 200,
      contains: ['"recovery_codes":["'],
      audit: ['factor.added'],
    },
    {
      name: 'nothing waits',
      call: ({ user }) => ({ token: user.accessToken, json: { code: '123456' } }),
      status: 401,
      code: 'challenge_expired',
    },
  ];
}

const notThere: Scenario = {
  name: 'one that is not there',
  call: ({ user }) => ({ token: user.accessToken }),
  status: 404,
  code: 'not_found',
};

/** The user has codes of a kind, put into the database. */
function removalOf(kind: 'sms' | 'email'): readonly Scenario[] {
  return [
    {
      name: 'codes are removed',
      async call({ server, user }) {
        await server.house.store.commit([
          sql`INSERT INTO factors (id, user_id, kind, target, created_at_ms, confirmed_at_ms)
            VALUES (${`${kind} of ${user.user.id}`}, ${user.user.id}, ${kind}, NULL, 1, 1)`,
          sql`UPDATE sessions SET amr = 'pwd sms mfa' WHERE id = ${user.sessionId}`,
        ]);
        return { token: user.accessToken };
      },
      status: 204,
      audit: ['factor.removed'],
    },
    notThere,
  ];
}

export const factorScenarios: Scenarios = {
  'GET /v1/me/factors': [
    {
      name: 'an account without any',
      call: ({ user }) => ({ token: user.accessToken }),
      status: 200,
      contains: ['"factors":[]', '"recovery_codes_left":0', '"remembered_devices":0'],
    },
    {
      name: 'A-196: an app is listed without its secret',
      async call(cast) {
        await addApp(cast);
        return { token: cast.user.accessToken };
      },
      status: 200,
      contains: ['"kind":"totp"', '"recovery_codes_left":10'],
      excludes: ['secret', 'otpauth'],
    },
    { name: 'a stranger has none', call: () => ({}), status: 401, code: 'token_missing' },
  ],
  'POST /v1/me/factors/totp': [
    {
      name: 'A-196: secret, address and picture come once, and are stored nowhere on the way',
      call: ({ user }) => ({ token: user.accessToken }),
      status: 201,
      contains: ['"uri":"otpauth://totp/localhost:person-', '"qr_code":"<svg ', '"expires_in":600'],
      headers: { 'cache-control': /^no-store$/ },
      audit: ['factor.begun'],
    },
    { name: 'A-198: an old sign-in is not enough', call: stale, ...needsRecent },
    {
      name: 'A-174: nor is one of one factor where there are two',
      async call(cast) {
        await addApp(cast);
        return { token: cast.user.accessToken };
      },
      ...asksForTwo,
    },
    {
      name: 'a session of two factors may begin anew',
      call: async (cast) => ({ token: await signInStrongly(cast) }),
      status: 201,
      audit: ['factor.begun'],
    },
  ],
  'POST /v1/me/factors/totp/confirm': [
    {
      name: 'a code of the app confirms it and brings recovery codes',
      async call(cast) {
        const code = appCode(await begin(cast), cast.server.clock.now());
        return { token: cast.user.accessToken, json: { code } };
      },
      status: 200,
      contains: ['"recovery_codes":["'],
      headers: { 'cache-control': /^no-store$/ },
      audit: ['factor.added'],
    },
    {
      name: 'a wrong code does not',
      async call(cast) {
        const code = wrongCode(await begin(cast), cast.server.clock.now());
        return { token: cast.user.accessToken, json: { code } };
      },
      status: 401,
      code: 'wrong_code',
    },
    {
      name: 'nothing waits',
      call: ({ user }) => ({ token: user.accessToken, json: { code: '123456' } }),
      status: 401,
      code: 'challenge_expired',
    },
  ],
  'POST /v1/me/factors/email': [
    {
      name: 'a code goes to the proven address',
      async call({ server, user }) {
        await proveEmail(server, user.user.id);
        return { token: user.accessToken };
      },
      status: 202,
      contains: ['"expires_in":600'],
      excludes: ['code', '@'],
      audit: ['factor.begun'],
    },
    {
      name: 'A-150: an address that was not proven is none',
      call: ({ user }) => ({ token: user.accessToken }),
      status: 409,
      code: 'email_not_proven',
    },
    { name: 'A-198: an old sign-in is not enough', call: stale, ...needsRecent },
  ],
  'POST /v1/me/factors/sms': [
    {
      name: 'A-179: a code goes to the number, and not into the answer',
      call: ({ user }) => ({ token: user.accessToken, json: { phone } }),
      status: 202,
      contains: ['"expires_in":600'],
      excludes: ['code', phone],
      audit: ['factor.begun'],
    },
    {
      name: 'what is no number is refused',
      call: ({ user }) => ({ token: user.accessToken, json: { phone: '0170 1234567' } }),
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"phone"'],
    },
    {
      name: 'A-150: nobody says that a number is proven',
      call: ({ user }) => ({ token: user.accessToken, json: { phone, confirmed: true } }),
      status: 400,
      code: 'invalid_request',
    },
  ],
  'POST /v1/me/factors/email/confirm': confirmationsOf({ kind: 'email' }),
  'POST /v1/me/factors/sms/confirm': confirmationsOf({ kind: 'sms', phone }),
  'DELETE /v1/me/factors/totp': [
    {
      name: 'an app is removed',
      call: async (cast) => ({ token: await signInStrongly(cast) }),
      status: 204,
      audit: ['factor.removed'],
    },
    {
      name: 'A-176: a session of one factor removes none',
      async call(cast) {
        await addApp(cast);
        return { token: cast.user.accessToken };
      },
      ...asksForTwo,
    },
  ],
  'DELETE /v1/me/factors/sms': removalOf('sms'),
  'DELETE /v1/me/factors/email': removalOf('email'),
  'POST /v1/me/recovery-codes': [
    {
      name: 'new ones are shown once',
      call: async (cast) => ({ token: await signInStrongly(cast) }),
      status: 201,
      contains: ['"recovery_codes":["'],
      audit: ['recovery-codes.made'],
    },
    {
      name: 'they stand in for a factor that there is not',
      call: ({ user }) => ({ token: user.accessToken }),
      status: 403,
      code: 'second_factor_unavailable',
    },
    { name: 'A-198: an old sign-in is not enough', call: stale, ...needsRecent },
  ],
  'DELETE /v1/admin/users/{id}/factors': [
    {
      name: 'an administrator takes them away',
      async call(cast) {
        await addApp(cast);
        const path = `/v1/admin/users/${cast.user.user.id}/factors`;
        return { path, token: (await signInAgain(cast.server, cast.admin.email)).accessToken };
      },
      status: 204,
      audit: ['user.factors-reset'],
    },
    {
      name: 'A-197: an old sign-in is not enough',
      async call({ server, user, admin }) {
        const path = `/v1/admin/users/${user.user.id}/factors`;
        return { path, ...(await stale({ server, user: admin, admin })) };
      },
      ...needsRecent,
    },
    {
      name: 'a user cannot',
      call: ({ user }) => ({ path: `/v1/admin/users/${user.user.id}/factors`, token: user.accessToken }),
      status: 403,
      code: 'insufficient_scope',
    },
    {
      name: 'A-197: nobody can give one',
      call: ({ user, admin }) => ({
        path: `/v1/admin/users/${user.user.id}/factors`,
        method: 'POST',
        json: { kind: 'totp' },
        token: admin.accessToken,
      }),
      status: 405,
      code: 'method_not_allowed',
    },
  ],
};
