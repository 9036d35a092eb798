import { createClient } from '../../../src/flows/admin/create-client.ts';
import { createWebhook } from '../../../src/flows/admin/create-webhook.ts';
import { revoke } from '../../../src/flows/admin/revoke.ts';
import { createRole } from '../../../src/flows/admin/create-role.ts';
import { anotherPassword, type Call, source, unknownId } from '../http-ground.ts';
import type { TestServer } from '../../../src/testing.ts';
import type { Cast, Scenario, Scenarios } from './scenario.ts';

const actor = { kind: 'command-line' } as const;
let made = 0;

async function makeClient({ server }: Cast): Promise<string> {
  const { client } = await createClient(server.house, { actor, name: 'billing', scopes: ['a'] }, source);
  return client.id;
}

async function makeRole({ server }: Cast): Promise<string> {
  made += 1;
  const name = `role-${made}`;
  await createRole(server.house, { actor, name, description: 'x', permissions: ['orders:write'] }, source);
  return name;
}

async function findSigner(server: TestServer): Promise<string> {
  await server.house.keys.reload();
  const key = server.house.keys.list().find(({ state }) => state === 'signing');
  if (key === undefined) throw new Error('no key signs');
  return key.keyId;
}

/** An administrator's call, once by him and once by somebody without the permission. */
export function guarded(
  scenario: Omit<Scenario, 'name' | 'call'> & {
    readonly name: string;
    readonly call: (cast: Cast) => Omit<Call, 'token'> | Promise<Omit<Call, 'token'>>;
  },
): readonly Scenario[] {
  const { call, ...expected } = scenario;
  return [
    { ...expected, call: async (cast) => ({ ...(await call(cast)), token: cast.admin.accessToken }) },
    {
      name: 'A-387: a user without the permission is refused',
      call: async (cast) => ({ ...(await call(cast)), token: cast.user.accessToken }),
      status: 403,
      code: 'insufficient_scope',
      headers: { 'www-authenticate': /^Bearer error="insufficient_scope"$/ },
    },
  ];
}

export function missing(path: string, json?: unknown): Scenario {
  return {
    name: 'what is not there is not found',
    call: ({ admin }) => ({ path, token: admin.accessToken, json }),
    status: 404,
    code: 'not_found',
  };
}

const users = '/v1/admin/users';
const clients = '/v1/admin/clients';

const userScenarios: Scenarios = {
  [`GET ${users}`]: guarded({
    name: 'a page of users',
    call: ({ user }) => ({ path: `${users}?limit=1&search=${user.email}` }),
    status: 200,
    contains: ['"next_cursor":null', '"disabled":false'],
    excludes: ['argon2', 'phc', 'generation'],
  }),
  [`POST ${users}`]: guarded({
    name: 'a user is created',
    call: () => ({ json: { email: `made-${(made += 1)}@example.com`, password: anotherPassword } }),
    status: 201,
    contains: ['"roles":["user"]'],
    audit: ['user.created'],
  }),
  [`GET ${users}/{id}`]: [
    ...guarded({
      name: 'one user',
      call: ({ user }) => ({ path: `${users}/${user.user.id}` }),
      status: 200,
      contains: ['"user":{'],
    }),
    missing(`${users}/${unknownId}`),
  ],
  [`PATCH ${users}/{id}`]: [
    ...guarded({
      name: 'a user is disabled',
      call: ({ user }) => ({ path: `${users}/${user.user.id}`, json: { disabled: true } }),
      status: 200,
      contains: ['"disabled":true'],
      audit: ['user.disabled'],
    }),
    missing(`${users}/${unknownId}`, { name: 'x' }),
  ],
  [`DELETE ${users}/{id}`]: [
    ...guarded({
      name: 'a user is deleted',
      call: ({ user }) => ({ path: `${users}/${user.user.id}` }),
      status: 204,
      audit: ['user.deleted'],
    }),
    missing(`${users}/${unknownId}`),
  ],
  [`POST ${users}/{id}/logout`]: guarded({
    name: 'all sessions of a user end',
    call: ({ user }) => ({ path: `${users}/${user.user.id}/logout` }),
    status: 204,
    audit: ['user.signed-out'],
  }),
  [`POST ${users}/{id}/password`]: guarded({
    name: 'a password is set',
    call: ({ user }) => ({
      path: `${users}/${user.user.id}/password`,
      json: { new_password: anotherPassword },
    }),
    status: 204,
    audit: ['user.password-set'],
  }),
};

const roleScenarios: Scenarios = {
  'GET /v1/admin/roles': guarded({
    name: 'a page of roles',
    call: () => ({}),
    status: 200,
    contains: ['"name":"admin"', '"built_in":true'],
  }),
  'POST /v1/admin/roles': [
    ...guarded({
      name: 'a role is created',
      call: () => ({ json: { name: `made-${(made += 1)}`, description: 'x', permissions: ['orders:read'] } }),
      status: 201,
      contains: ['"permissions":["orders:read"]'],
      audit: ['role.created'],
    }),
    {
      name: 'a role needs no description',
      call: ({ admin }) => ({
        json: { name: `made-${(made += 1)}`, permissions: ['orders:read'] },
        token: admin.accessToken,
      }),
      status: 201,
      contains: ['"description":""'],
      audit: ['role.created'],
    },
  ],
  'PATCH /v1/admin/roles/{name}': [
    ...guarded({
      name: 'a role is changed',
      call: async (cast) => ({
        path: `/v1/admin/roles/${await makeRole(cast)}`,
        json: { description: 'another' },
      }),
      status: 200,
      contains: ['"description":"another"'],
      audit: ['role.changed'],
    }),
    missing('/v1/admin/roles/nobody', { description: 'x' }),
  ],
  'DELETE /v1/admin/roles/{name}': [
    ...guarded({
      name: 'a role that nobody has is removed',
      call: async (cast) => ({ path: `/v1/admin/roles/${await makeRole(cast)}` }),
      status: 204,
      audit: ['role.deleted'],
    }),
    {
      name: 'a built-in role stays',
      call: ({ admin }) => ({ path: '/v1/admin/roles/user', token: admin.accessToken }),
      status: 409,
      code: 'role_in_use',
    },
  ],
};

const clientScenarios: Scenarios = {
  [`GET ${clients}`]: guarded({
    name: 'A-399: a page of clients shows no secret',
    call: async (cast) => {
      await makeClient(cast);
      return {};
    },
    status: 200,
    contains: ['"name":"billing"'],
    excludes: ['secret', 'hash'],
  }),
  [`POST ${clients}`]: guarded({
    name: 'a client is created and its secret shown once',
    call: () => ({ json: { name: 'reports', scopes: ['orders:read'] } }),
    status: 201,
    contains: ['"client_secret":"cs_cs_'],
    headers: { 'cache-control': /^no-store$/ },
    audit: ['client.created'],
  }),
  [`PATCH ${clients}/{id}`]: [
    ...guarded({
      name: 'a client is disabled',
      call: async (cast) => ({ path: `${clients}/${await makeClient(cast)}`, json: { disabled: true } }),
      status: 200,
      contains: ['"disabled":true'],
      audit: ['client.changed'],
    }),
    missing(`${clients}/first-party`, { disabled: true }),
  ],
  [`POST ${clients}/{id}/secret`]: guarded({
    name: 'a client gets another secret',
    call: async (cast) => ({ path: `${clients}/${await makeClient(cast)}/secret` }),
    status: 200,
    contains: ['"client_secret":"cs_cs_'],
    audit: ['client.secret-rotated'],
  }),
  [`DELETE ${clients}/{id}`]: [
    ...guarded({
      name: 'a client is removed',
      call: async (cast) => ({ path: `${clients}/${await makeClient(cast)}` }),
      status: 204,
      audit: ['client.deleted'],
    }),
    missing(`${clients}/c_${unknownId}`),
  ],
};

const recordScenarios: Scenarios = {
  'GET /v1/admin/keys': guarded({
    name: 'the keys without their private part',
    call: () => ({}),
    status: 200,
    contains: ['"state":"signing"'],
    excludes: ['"d"', 'sealed'],
  }),
  'POST /v1/admin/keys/rotate': guarded({
    name: 'the next key will sign',
    call: () => ({}),
    status: 200,
    contains: ['"key_id"'],
    audit: ['key.rotated'],
  }),
  'POST /v1/admin/keys/{id}/compromise': [
    ...guarded({
      name: 'A-093: a signing key is out of use, and another one signs',
      call: async ({ server }) => ({
        path: `/v1/admin/keys/${await findSigner(server)}/compromise`,
        json: { reason: 'found in a log' },
      }),
      status: 200,
      contains: ['"signing_key_id":"'],
      // The key that signs now has no successor yet: one is made.
      audit: ['key.compromised', 'key.rotated'],
    }),
    missing(`/v1/admin/keys/${unknownId}/compromise`, { reason: 'x' }),
  ],
  'GET /v1/admin/sessions': guarded({
    name: 'the sessions of a user',
    call: ({ user }) => ({ path: `/v1/admin/sessions?user_id=${user.user.id}` }),
    status: 200,
    contains: ['"items":[{'],
    excludes: ['refresh_id'],
  }),
  'DELETE /v1/admin/sessions/{id}': [
    ...guarded({
      name: 'a session of a user ends',
      call: ({ user }) => ({ path: `/v1/admin/sessions/${user.sessionId}` }),
      status: 204,
      audit: ['session.ended'],
    }),
    missing(`/v1/admin/sessions/${unknownId}`),
  ],
  'GET /v1/admin/audit': guarded({
    name: 'who did what, the newest first',
    call: () => ({ path: '/v1/admin/audit?limit=2&action=log-in.succeeded' }),
    status: 200,
    contains: ['"action":"log-in.succeeded"', '"next_cursor":"'],
  }),
};

const revocations = '/v1/admin/revocations';

const revocationScenarios: Scenarios = {
  [`GET ${revocations}`]: guarded({
    name: 'what was revoked, the newest first',
    call: async ({ server }) => {
      const tenant = { actor, scope: 'tenant', subject: 'acme', reason: 'a drill' } as const;
      for (let n = 0; n < 2; n++) await revoke(server.house, tenant, source);
      return { path: `${revocations}?limit=1` };
    },
    status: 200,
    contains: ['"scope":"tenant"', '"subject":"acme"', '"actor":"cli"', '"next_cursor":"'],
  }),
  [`POST ${revocations}`]: [
    ...guarded({
      name: 'a user is signed out everywhere',
      call: ({ user }) => ({ json: { scope: 'user', subject: user.user.id, reason: 'laptop lost' } }),
      status: 200,
      contains: ['"seq":', '"confirmed":', '"connected":', '"lagging":['],
      audit: ['tokens.revoked'],
    }),
    {
      name: 'the answer waits for guards, where there are any',
      call: ({ admin, user }) => ({
        token: admin.accessToken,
        json: { scope: 'session', subject: user.sessionId, reason: 'x', wait: 'all', timeout_ms: 60_000 },
      }),
      status: 200,
      contains: ['"lagging":[]'],
      audit: ['tokens.revoked'],
    },
    {
      name: 'a scope without its subject is refused',
      call: ({ admin }) => ({ token: admin.accessToken, json: { scope: 'user', reason: 'x' } }),
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"subject"'],
    },
    {
      name: 'an unknown scope is refused',
      call: ({ admin }) => ({ token: admin.accessToken, json: { scope: 'world', reason: 'x' } }),
      status: 400,
      code: 'invalid_request',
    },
    missing(revocations, { scope: 'user', subject: unknownId, reason: 'x' }),
  ],
};

const webhooks = '/v1/admin/webhooks';

async function makeWebhook({ server }: Cast): Promise<string> {
  // Nobody listens there: what is sent is refused at once.
  const { webhook } = await createWebhook(server.house, { actor, url: 'http://127.0.0.1:9/hook' }, source);
  return webhook.id;
}

const webhookScenarios: Scenarios = {
  [`GET ${webhooks}`]: guarded({
    name: 'A-399: a page of webhooks shows no secret',
    call: async (cast) => {
      await makeWebhook(cast);
      return {};
    },
    status: 200,
    contains: ['"url":"http://127.0.0.1:9/hook"', '"disabled":false'],
    excludes: ['secret', 'whsec_'],
  }),
  [`POST ${webhooks}`]: [
    ...guarded({
      name: 'a webhook is created and its secret shown once',
      call: () => ({ json: { url: 'https://hooks.example.com/revoked' } }),
      status: 201,
      contains: ['"secret":"whsec_', '"id":"wh_'],
      headers: { 'cache-control': /^no-store$/ },
      audit: ['webhook.created'],
    }),
    {
      name: 'A-383: an address of the inner network is refused',
      call: ({ admin }) => ({ token: admin.accessToken, json: { url: 'https://169.254.169.254/latest' } }),
      status: 400,
      code: 'invalid_request',
      contains: ['"path":"url"'],
    },
  ],
  [`PATCH ${webhooks}/{id}`]: [
    ...guarded({
      name: 'a webhook is disabled',
      call: async (cast) => ({ path: `${webhooks}/${await makeWebhook(cast)}`, json: { disabled: true } }),
      status: 200,
      contains: ['"disabled":true'],
      audit: ['webhook.changed'],
    }),
    missing(`${webhooks}/wh_${unknownId}`, { disabled: true }),
  ],
  [`POST ${webhooks}/{id}/test`]: [
    ...guarded({
      name: 'a test that does not arrive says why',
      call: async (cast) => ({ path: `${webhooks}/${await makeWebhook(cast)}/test` }),
      status: 200,
      contains: ['"delivered":false', '"fault":"'],
    }),
    missing(`${webhooks}/wh_${unknownId}/test`),
  ],
  [`DELETE ${webhooks}/{id}`]: [
    ...guarded({
      name: 'a webhook is removed',
      call: async (cast) => ({ path: `${webhooks}/${await makeWebhook(cast)}` }),
      status: 204,
      audit: ['webhook.deleted'],
    }),
    missing(`${webhooks}/wh_${unknownId}`),
  ],
};

export const adminScenarios: Scenarios = {
  ...webhookScenarios,
  ...userScenarios,
  ...roleScenarios,
  ...clientScenarios,
  ...recordScenarios,
  ...revocationScenarios,
};
