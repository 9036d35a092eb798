import { createClient } from '../../../src/flows/admin/create-client.ts';
import { issueClientToken } from '../../../src/flows/issue-client-token.ts';
import { source } from '../http-ground.ts';
import type { Cast, Scenario, Scenarios } from './scenario.ts';

interface Machine {
  readonly id: string;
  readonly secret: string;
  readonly headers: { readonly authorization: string };
  readonly accessToken: string;
}

/** A machine client with an access token of its own. */
async function makeMachine({ server: { house } }: Cast, scopes: readonly string[] = ['a']): Promise<Machine> {
  const actor = { kind: 'command-line' } as const;
  const { client, clientSecret } = await createClient(house, { actor, name: 'billing', scopes }, source);
  const credentials = { clientId: client.id, clientSecret, scope: undefined };
  const { accessToken } = await issueClientToken(house, credentials, source);
  const pair = Buffer.from(`${client.id}:${clientSecret}`).toString('base64');
  return {
    id: client.id,
    secret: clientSecret,
    headers: { authorization: `Basic ${pair}` },
    accessToken,
  };
}

const firstParty = { client_id: 'first-party' };

const revoking: readonly Scenario[] = [
  {
    name: 'a machine client gives its access token back',
    call: async (cast) => {
      const { headers, accessToken } = await makeMachine(cast);
      return { headers, form: { token: accessToken, token_type_hint: 'refresh_token' } };
    },
    status: 200,
    audit: ['token.revoked'],
  },
  {
    name: 'an application of our own gives a refresh token back, without a secret',
    call: ({ user }) => ({ form: { ...firstParty, token: user.refreshToken } }),
    status: 200,
    audit: ['session.ended'],
  },
  {
    name: 'an access token of a session ends alone',
    call: ({ user }) => ({ form: { ...firstParty, token: user.accessToken } }),
    status: 200,
    audit: ['token.revoked'],
  },
  {
    name: 'A-324: the token of another client is left alone, with the same answer',
    call: async (cast) => {
      const { headers } = await makeMachine(cast);
      return { headers, form: { token: (await makeMachine(cast)).accessToken } };
    },
    status: 200,
  },
  {
    name: 'A-324: a machine client ends no session of a user',
    call: async (cast) => {
      const { headers } = await makeMachine(cast);
      return { headers, form: { token: cast.user.refreshToken } };
    },
    status: 200,
  },
  {
    name: 'what is no token gets the same answer, whatever the hint says',
    call: () => ({ form: { ...firstParty, token: 'x', token_type_hint: 'pizza' } }),
    status: 200,
  },
  {
    name: 'A-306: a client with a secret must prove it',
    call: async (cast) => {
      const { id, accessToken } = await makeMachine(cast);
      return { form: { client_id: id, token: accessToken } };
    },
    status: 401,
    code: 'invalid_client',
    headers: { 'www-authenticate': /^Basic / },
    audit: ['client.authentication-failed'],
  },
  {
    name: 'a client without a secret has none to send',
    call: ({ user }) => ({ form: { ...firstParty, client_secret: 'x', token: user.refreshToken } }),
    status: 401,
    code: 'invalid_client',
    audit: ['client.authentication-failed'],
  },
  {
    name: 'nobody is no client',
    call: ({ user }) => ({ form: { token: user.refreshToken } }),
    status: 401,
    code: 'invalid_client',
  },
  {
    name: 'a call without a token is refused',
    call: () => ({ form: firstParty }),
    status: 400,
    code: 'invalid_request',
  },
];

const asking = ['tokens:introspect'];
/** The whole body: nothing else is said. */
const inactive = { status: 200, contains: ['{"active":false}'] } as const;

const introspecting: readonly Scenario[] = [
  {
    name: 'an access token of a session is active',
    call: async (cast) => {
      const { headers } = await makeMachine(cast, asking);
      return { headers, form: { token: cast.user.accessToken } };
    },
    status: 200,
    contains: ['"active":true', '"sub":"', '"client_id":"first-party"', '"token_type":"Bearer"', '"sid":"'],
    excludes: ['email', 'refresh'],
  },
  {
    name: 'a refresh token is active, and is no bearer token',
    call: async (cast) => {
      const { id, secret } = await makeMachine(cast, asking);
      return { form: { client_id: id, client_secret: secret, token: cast.user.refreshToken } };
    },
    status: 200,
    contains: ['"active":true', '"exp":'],
    excludes: ['token_type'],
  },
  {
    name: 'its own token is active, and says its scope',
    call: async (cast) => {
      const { headers, accessToken } = await makeMachine(cast, asking);
      return { headers, form: { token: accessToken, token_type_hint: 'access_token' } };
    },
    status: 200,
    contains: ['"scope":"tokens:introspect"'],
  },
  {
    name: 'A-323: what is no token is not active, and no more is said',
    call: async (cast) => ({ headers: (await makeMachine(cast, asking)).headers, form: { token: 'x' } }),
    ...inactive,
  },
  {
    name: 'A-323: a stranger is told nothing',
    call: ({ user }) => ({ form: { ...firstParty, client_secret: 'x', token: user.accessToken } }),
    status: 401,
    code: 'invalid_client',
    audit: ['client.authentication-failed'],
  },
  {
    name: 'A-323: neither is a client without a secret',
    call: ({ user }) => ({ form: { ...firstParty, token: user.accessToken } }),
    status: 401,
    code: 'invalid_client',
  },
  {
    name: 'A-323: nor a client that was not given the scope',
    call: async (cast) => {
      const { headers } = await makeMachine(cast);
      return { headers, form: { token: cast.user.accessToken } };
    },
    status: 403,
    code: 'insufficient_scope',
    headers: { 'www-authenticate': /^Bearer error="insufficient_scope", scope="tokens:introspect"$/ },
  },
];

export const oauthScenarios: Scenarios = {
  'POST /oauth2/revoke': revoking,
  'POST /oauth2/introspect': introspecting,
};
