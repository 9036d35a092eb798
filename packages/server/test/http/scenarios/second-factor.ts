import { sql } from '../../../src/store/sql.ts';
import { appCode, enrolApp, wrongCode } from '../../flows/factor-ground.ts';
import { password, send, textOf, unknownId } from '../http-ground.ts';
import type { Cast, Scenarios } from './scenario.ts';

/** The user has an app, and has given the password. */
async function begin({ server, user }: Cast): Promise<{ challengeId: string; secret: Uint8Array }> {
  const secret = await enrolApp(server.house, user.user.id);
  const json = { identifier: user.email, password };
  const seen = await send(server, { method: 'POST', path: '/v1/login', json });
  return { challengeId: textOf(seen.json, 'challenge_id'), secret };
}

export const secondFactorScenarios: Scenarios = {
  'POST /v1/login/second-factor': [
    {
      name: 'the code of an app gives tokens',
      async call(cast) {
        const { challengeId, secret } = await begin(cast);
        const code = appCode(secret, cast.server.clock.now());
        return { json: { challenge_id: challengeId, factor: 'totp', code } };
      },
      status: 200,
      contains: ['"access_token":"ey', '"refresh_token":"cs_rt_'],
      audit: ['log-in.succeeded'],
    },
    {
      name: 'with storage cookie the refresh token stays out of the answer',
      async call(cast) {
        const { challengeId, secret } = await begin(cast);
        const code = appCode(secret, cast.server.clock.now());
        return {
          json: { challenge_id: challengeId, factor: 'totp', code, storage: 'cookie' },
          headers: { origin: 'http://localhost:4000' },
        };
      },
      status: 200,
      excludes: ['cs_rt_'],
      headers: { 'set-cookie': /^cs_refresh=cs_rt_/ },
      audit: ['log-in.succeeded'],
    },
    {
      name: 'A-343: a page elsewhere cannot put its visitor into an account by cookie',
      call: () => ({
        json: { challenge_id: unknownId, factor: 'totp', code: '123456', storage: 'cookie' },
        headers: { origin: 'https://evil.example' },
      }),
      status: 403,
      code: 'foreign_origin',
    },
    {
      name: 'a wrong code is refused and shown nowhere',
      async call(cast) {
        const { challengeId, secret } = await begin(cast);
        const code = wrongCode(secret, cast.server.clock.now());
        return { json: { challenge_id: challengeId, factor: 'totp', code } };
      },
      status: 401,
      code: 'wrong_code',
      headers: { 'www-authenticate': /^Bearer$/ },
      audit: ['log-in.second-factor-failed'],
    },
    {
      name: 'A-168: a challenge that nobody was given opens nothing',
      call: () => ({ json: { challenge_id: unknownId, factor: 'totp', code: '123456' } }),
      status: 401,
      code: 'challenge_expired',
    },
    {
      name: 'a factor that was not asked for is refused',
      async call(cast) {
        const { challengeId } = await begin(cast);
        return { json: { challenge_id: challengeId, factor: 'sms', code: '123456' } };
      },
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"factor"'],
    },
  ],
  'POST /v1/login/second-factor/send': [
    {
      name: 'A-179: a code is sent and not shown',
      async call({ server, user }) {
        await server.house.store.commit([
          sql`INSERT INTO factors (id, user_id, kind, target, created_at_ms, confirmed_at_ms)
            VALUES (${`sms of ${user.user.id}`}, ${user.user.id}, 'sms', '+491701234567', 1, 1)`,
        ]);
        const json = { identifier: user.email, password };
        const seen = await send(server, { method: 'POST', path: '/v1/login', json });
        return { json: { challenge_id: textOf(seen.json, 'challenge_id'), factor: 'sms' } };
      },
      status: 200,
      contains: ['{"expires_in":300}'],
      audit: ['log-in.code-sent'],
    },
    {
      name: 'a challenge that nobody was given',
      call: () => ({ json: { challenge_id: unknownId, factor: 'email' } }),
      status: 401,
      code: 'challenge_expired',
    },
    {
      name: 'a factor that was not asked for',
      async call(cast) {
        const { challengeId } = await begin(cast);
        return { json: { challenge_id: challengeId, factor: 'email' } };
      },
      status: 400,
      code: 'invalid_request',
    },
  ],
};
