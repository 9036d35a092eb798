import { sql } from '../../../src/store/sql.ts';
import { appCode, enrolApp } from '../../flows/factor-ground.ts';
import { fromBrowser, password, send, textOf } from '../http-ground.ts';
import type { Cast, Scenarios } from './scenario.ts';

/** The password was right, and the account has an app. */
export async function beginSecondStep({
  server,
  user,
}: Cast): Promise<ReturnType<typeof fromBrowser> & { readonly secret: Uint8Array }> {
  const secret = await enrolApp(server.house, user.user.id);
  const seen = await send(server, {
    method: 'POST',
    path: '/v1/login',
    json: { identifier: user.email, password },
  });
  return { ...fromBrowser(server, undefined, {}, textOf(seen.json, 'challenge_id')), secret };
}

const sendCodePath = '/sign-in/send-code?factor=email';

/** The password was right, and codes come by mail. */
export async function beginWithMail({ server, user }: Cast): Promise<ReturnType<typeof fromBrowser>> {
  await server.house.store.commit([
    sql`INSERT INTO factors (id, user_id, kind, created_at_ms, confirmed_at_ms)
      VALUES (${`mail of ${user.user.id}`}, ${user.user.id}, 'email', 1, 1) ON CONFLICT DO NOTHING`,
    sql`UPDATE users SET email_verified_at_ms = 1 WHERE id = ${user.user.id}`,
  ]);
  const json = { identifier: user.email, password };
  const seen = await send(server, { method: 'POST', path: '/v1/login', json });
  return fromBrowser(server, undefined, {}, textOf(seen.json, 'challenge_id'));
}

/** The user signed in with password and app. */
export async function signInByTwo(cast: Cast): Promise<Cast['user']> {
  const { secret, ...call } = await beginSecondStep(cast);
  const form = { ...call.form, code: appCode(secret, cast.server.clock.now()) };
  const seen = await send(cast.server, { ...call, method: 'POST', path: '/sign-in/second-step', form });
  const sessionId = /cs_session=([\w-]{22})/.exec(seen.headers.get('set-cookie') ?? '')?.[1] ?? '';
  return { ...cast.user, sessionId };
}

export const secondStepScenarios: Scenarios = {
  'GET /sign-in/second-step': [
    {
      name: 'asks for a code of the app, and offers what else there is',
      call: async (cast) => ({ headers: (await beginSecondStep(cast)).headers }),
      status: 200,
      contains: ['inputmode="numeric"', 'autocomplete="one-time-code"', 'One more step'],
    },
    {
      name: 'A-252: without what this browser began there is nothing to go on with',
      call: ({ server }) => ({ headers: fromBrowser(server, undefined).headers }),
      status: 303,
      headers: { location: /^\/sign-in\?notice=expired$/ },
    },
  ],
  'POST /sign-in/second-step': [
    {
      name: 'signs in with a code of the app',
      call: async (cast) => {
        const { secret, ...call } = await beginSecondStep(cast);
        return { ...call, form: { ...call.form, code: appCode(secret, cast.server.clock.now()) } };
      },
      status: 303,
      headers: { location: /^\/account$/, 'set-cookie': /cs_session=[\w-]{65}; / },
      audit: ['log-in.succeeded'],
    },
    {
      name: 'a wrong code is refused and not given back',
      call: async (cast) => {
        const { secret: _, ...call } = await beginSecondStep(cast);
        return { ...call, form: { ...call.form, code: '000 000' } };
      },
      status: 401,
      contains: ['data-code="wrong_code"'],
      excludes: ['000 000'],
      audit: ['log-in.second-factor-failed'],
    },
  ],
  'GET /sign-in/send-code': [
    {
      name: 'asks before anything is sent',
      call: async (cast) => ({ headers: (await beginWithMail(cast)).headers, path: sendCodePath }),
      status: 200,
      contains: ['Send the code'],
    },
    {
      name: 'A-252: without what this browser began nothing can be sent',
      call: ({ server }) => ({ headers: fromBrowser(server, undefined).headers, path: sendCodePath }),
      status: 303,
      headers: { location: /^\/sign-in\?notice=expired$/ },
    },
    {
      name: 'a factor that was not asked for is not sent to',
      call: async (cast) => ({ headers: (await beginSecondStep(cast)).headers, path: sendCodePath }),
      status: 303,
      headers: { location: /^\/sign-in\?notice=expired$/ },
    },
  ],
  'POST /sign-in/send-code': [
    {
      name: 'sends a code and leads to where it is typed',
      call: async (cast) => ({ ...(await beginWithMail(cast)), path: sendCodePath }),
      status: 303,
      headers: { location: /^\/sign-in\/second-step\?factor=email$/ },
      audit: ['log-in.code-sent'],
    },
    {
      name: 'A-341: a form without its token sends nothing',
      call: ({ server }) => ({
        form: {},
        headers: fromBrowser(server, undefined).headers,
        path: sendCodePath,
      }),
      status: 403,
      contains: ['data-code="form_expired"'],
    },
  ],
};
