import { addPasskey } from '../../../src/flows/add-passkey.ts';
import { callerOf } from '../../flows/test-house.ts';
import { enrolPasskey, openByPasskey } from '../../flows/passkey-ground.ts';
import {
  createAuthenticator,
  type Deviation,
  flag,
  type SoftwareAuthenticator,
} from '../../proofs/software-authenticator.ts';
import { beginAddingPasskey } from '../../../src/flows/begin-adding-passkey.ts';
import { beginPasskeySignIn } from '../../../src/flows/begin-passkey-sign-in.ts';
import { password, send, source, textOf, unknownId } from '../http-ground.ts';
import { sql } from '../../../src/store/sql.ts';
import type { Cast, Scenarios } from './scenario.ts';

interface Enrolled {
  readonly id: string;
  readonly authenticator: SoftwareAuthenticator;
  /** Of a session that it opened. */
  readonly token: string;
}

/** The user has a passkey. */
async function enrol({ server, user }: Cast): Promise<Enrolled> {
  const authenticator = createAuthenticator();
  const { id } = await enrolPasskey(server.house, await callerOf(server.house, user), authenticator);
  const { accessToken } = await openByPasskey(server.house, authenticator);
  return { id, authenticator, token: accessToken };
}

async function answerOptions(cast: Cast, deviation?: Deviation): Promise<Record<string, unknown>> {
  const { authenticator } = await enrol(cast);
  const { challengeId, options } = await beginPasskeySignIn(
    cast.server.house,
    { pendingId: undefined },
    source,
  );
  const { response, ...credential } = authenticator.get(options, deviation);
  // As browsers write it: with members that nothing here reads.
  const more = { authenticatorAttachment: 'platform', clientExtensionResults: {} };
  return { challenge_id: challengeId, credential: { ...credential, ...more, response } };
}

/** The user has given the password, and has a passkey. */
async function beginSecond(
  cast: Cast,
): Promise<{ challengeId: string; authenticator: SoftwareAuthenticator }> {
  const { authenticator } = await enrol(cast);
  const json = { identifier: cast.user.email, password };
  const seen = await send(cast.server, { method: 'POST', path: '/v1/login', json });
  return { challengeId: textOf(seen.json, 'challenge_id'), authenticator };
}

async function answerCreation(
  { server, user }: Cast,
  deviation?: Deviation,
): Promise<{ challenge_id: string; credential: object }> {
  const { challengeId, options } = await beginAddingPasskey(server.house, await callerOf(server.house, user));
  const { response, ...credential } = createAuthenticator().create(options, deviation);
  const more = { authenticatorAttachment: 'platform', clientExtensionResults: { credProps: { rk: true } } };
  const transports = ['internal', 'hybrid'];
  return {
    challenge_id: challengeId,
    credential: { ...credential, ...more, response: { ...response, transports, publicKeyAlgorithm: -7 } },
  };
}

export const passkeyScenarios: Scenarios = {
  'POST /v1/passkeys/options': [
    {
      name: 'options come without a body at all',
      call: () => ({}),
      status: 200,
      contains: [
        '"allowCredentials":[]',
        '"userVerification":"required"',
        '"rpId":"localhost"',
        '"expires_in":300',
      ],
      headers: { 'cache-control': /^no-store$/ },
    },
    {
      name: 'A-112, A-225: a name of somebody with a passkey changes nothing',
      async call(cast) {
        await enrol(cast);
        return { json: { identifier: cast.user.email } };
      },
      status: 200,
      contains: ['"allowCredentials":[]', '"userVerification":"required"'],
    },
    {
      name: 'after a password they name the passkeys of the account',
      async call(cast) {
        const { challengeId } = await beginSecond(cast);
        return { json: { challenge_id: challengeId } };
      },
      status: 200,
      contains: ['"allowCredentials":[{"type":"public-key","id":"', '"userVerification":"preferred"'],
    },
    {
      name: 'an unknown sign-in has no options',
      call: () => ({ json: { challenge_id: unknownId } }),
      status: 401,
      code: 'challenge_expired',
    },
  ],
  'POST /v1/passkeys/login': [
    {
      name: 'a passkey gives an access and a refresh token',
      call: async (cast) => ({ json: await answerOptions(cast) }),
      status: 200,
      contains: ['"access_token":"ey', '"refresh_token":"cs_rt_', '"email":"person-'],
      audit: ['log-in.succeeded'],
    },
    {
      name: 'with storage cookie the refresh token stays out of the answer',
      call: async (cast) => ({
        json: { ...(await answerOptions(cast)), storage: 'cookie' },
        headers: { origin: 'http://localhost:4000' },
      }),
      status: 200,
      excludes: ['cs_rt_'],
      headers: { 'set-cookie': /^cs_refresh=cs_rt_/ },
      audit: ['log-in.succeeded'],
    },
    {
      name: 'A-231: a page elsewhere cannot put its visitor into an account by cookie',
      call: async (cast) => ({
        json: { ...(await answerOptions(cast)), storage: 'cookie' },
        headers: { origin: 'https://evil.example' },
      }),
      status: 403,
      code: 'foreign_origin',
    },
    {
      name: 'A-210: without verification of its owner it is refused',
      call: async (cast) => ({ json: await answerOptions(cast, { flags: flag.up }) }),
      status: 401,
      code: 'invalid_credentials',
      audit: ['log-in.failed'],
    },
    {
      name: 'A-203: a ceremony that nobody began is refused',
      call: async (cast) => ({ json: { ...(await answerOptions(cast)), challenge_id: unknownId } }),
      status: 401,
      code: 'challenge_expired',
    },
    {
      name: 'A-232: a disabled account gets the answer of an unknown one',
      async call(cast) {
        const json = await answerOptions(cast);
        await cast.server.house.store.commit([
          sql`UPDATE users SET disabled_at_ms = 1 WHERE id = ${cast.user.user.id}`,
        ]);
        return { json };
      },
      status: 401,
      code: 'invalid_credentials',
    },
    {
      name: 'A-223: an id of more than 1023 bytes is not of the form',
      async call(cast) {
        const json = await answerOptions(cast);
        const id = 'A'.repeat(1365);
        return { json: { ...json, credential: { ...Object(json['credential']), id, rawId: id } } };
      },
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"credential.id"'],
      excludes: ['AAAA'],
    },
  ],
  'POST /v1/me/passkeys/options': [
    {
      name: 'options name the account',
      call: ({ user }) => ({ token: user.accessToken }),
      status: 200,
      contains: ['"attestation":"none"', '"residentKey":"required"', '"name":"person-', '"expires_in":300'],
    },
    {
      name: 'A-226: a sign-in of more than five minutes ago is not enough',
      call({ server, user }) {
        server.clock.advanceMs(241_000);
        return { token: user.accessToken };
      },
      status: 401,
      code: 'insufficient_user_authentication',
      headers: { 'www-authenticate': /max_age="300"/ },
    },
  ],
  'POST /v1/me/passkeys': [
    {
      name: 'a passkey is added',
      call: async (cast) => ({
        token: cast.user.accessToken,
        json: { ...(await answerCreation(cast)), name: 'Laptop' },
      }),
      status: 201,
      contains: [
        '"name":"Laptop"',
        '"last_used_at":null',
        '"transports":["hybrid","internal"]',
        '"backed_up":false',
      ],
      excludes: ['public_key', 'sign_count'],
      audit: ['passkey.added'],
    },
    {
      name: 'A-206: the answer of a page elsewhere adds none',
      call: async (cast) => ({
        token: cast.user.accessToken,
        json: await answerCreation(cast, { origin: 'https://evil.example' }),
      }),
      status: 400,
      code: 'passkey_refused',
      excludes: ['evil', 'origin'],
    },
    {
      name: 'A-222: a credential that is registered is refused',
      async call(cast) {
        const json = await answerCreation(cast);
        const { server, user } = cast;
        const caller = await callerOf(server.house, user);
        const authenticator = createAuthenticator();
        await enrolPasskey(server.house, caller, authenticator);
        const { accessToken: token, ...strong } = await openByPasskey(server.house, authenticator);
        const again = await callerOf(server.house, { ...strong, accessToken: token });
        const { challengeId, options } = await beginAddingPasskey(server.house, again);
        const credential = authenticator.create(options);
        return { token, json: { ...json, challenge_id: challengeId, credential } };
      },
      status: 409,
      code: 'passkey_taken',
    },
    {
      name: 'A-201: a ceremony is good for one passkey',
      async call(cast) {
        const { server, user } = cast;
        const caller = await callerOf(server.house, user);
        const { challengeId, options } = await beginAddingPasskey(server.house, caller);
        const credential = createAuthenticator().create(options);
        await addPasskey(server.house, { caller, challengeId, credential, transports: [] }, source);
        return { token: user.accessToken, json: { challenge_id: challengeId, credential } };
      },
      status: 401,
      code: 'challenge_expired',
    },
    {
      name: 'A-378: a line break in a name is refused',
      call: async (cast) => ({
        token: cast.user.accessToken,
        json: { ...(await answerCreation(cast)), name: 'a\r\nb' },
      }),
      status: 400,
      code: 'invalid_request',
    },
  ],
  'GET /v1/me/passkeys': [
    {
      name: 'the caller sees his passkeys',
      async call(cast) {
        await enrol(cast);
        return { token: cast.user.accessToken };
      },
      status: 200,
      contains: ['"name":"Phone"', '"aaguid":"00000000-0000-0000-0000-000000000000"'],
      excludes: ['public_key', 'credential'],
    },
    { name: 'a stranger sees none', call: () => ({}), status: 401, code: 'token_missing' },
  ],
  'PATCH /v1/me/passkeys/{id}': [
    {
      name: 'the caller renames his passkey',
      async call(cast) {
        const { id } = await enrol(cast);
        return { path: `/v1/me/passkeys/${id}`, token: cast.user.accessToken, json: { name: 'Key ring' } };
      },
      status: 200,
      contains: ['"name":"Key ring"'],
      audit: ['passkey.renamed'],
    },
    {
      name: 'A-229: another’s passkey is unknown',
      async call(cast) {
        const { id } = await enrol(cast);
        return { path: `/v1/me/passkeys/${id}`, token: cast.admin.accessToken, json: { name: 'Mine' } };
      },
      status: 404,
      code: 'not_found',
    },
  ],
  'DELETE /v1/me/passkeys/{id}': [
    {
      name: 'the caller removes his passkey',
      async call(cast) {
        const { id, token } = await enrol(cast);
        return { path: `/v1/me/passkeys/${id}`, token };
      },
      status: 204,
      audit: ['passkey.removed'],
    },
    {
      name: 'A-229: another’s passkey is unknown',
      async call(cast) {
        const { id } = await enrol(cast);
        return { path: `/v1/me/passkeys/${id}`, token: cast.admin.accessToken };
      },
      status: 404,
      code: 'not_found',
    },
    {
      name: 'A-230: the last way to sign in stays',
      async call(cast) {
        const { id, token } = await enrol(cast);
        await cast.server.house.store.commit([
          sql`DELETE FROM passwords WHERE user_id = ${cast.user.user.id}`,
        ]);
        return { path: `/v1/me/passkeys/${id}`, token };
      },
      status: 409,
      code: 'last_sign_in_method',
    },
  ],
  'GET /.well-known/webauthn': [
    {
      name: 'related origins are those that are expected',
      call: () => ({}),
      status: 200,
      contains: ['{"origins":["http://localhost:4000"]}'],
      headers: { 'cache-control': /^public, max-age=300$/ },
    },
  ],
};
