import { createClient } from '../../../src/flows/admin/create-client.ts';
import { source } from '../http-ground.ts';
import type { Cast, Scenarios } from './scenario.ts';

async function makeClient({ server }: Cast): Promise<{ readonly id: string; readonly secret: string }> {
  const made = await createClient(
    server.house,
    { actor: { kind: 'command-line' }, name: 'billing', scopes: ['orders:read', 'orders:write'] },
    source,
  );
  return { id: made.client.id, secret: made.clientSecret };
}

function basic(id: string, secret: string): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
}

const grant = { grant_type: 'client_credentials' };

export const publicScenarios: Scenarios = {
  'POST /oauth2/token': [
    {
      name: 'a client gets a token by HTTP Basic',
      call: async (cast) => {
        const { id, secret } = await makeClient(cast);
        return { form: { ...grant, scope: 'orders:read' }, headers: basic(id, secret) };
      },
      status: 200,
      contains: ['"access_token":"ey', '"scope":"orders:read"', '"token_type":"Bearer"'],
      excludes: ['refresh'],
      headers: { 'cache-control': /^no-store$/, 'content-type': /^application\/json$/ },
      audit: ['client.token-issued'],
    },
    {
      name: 'a client gets a token by its secret in the body, with parameters that are not known here',
      call: async (cast) => {
        const { id, secret } = await makeClient(cast);
        return { form: { ...grant, client_id: id, client_secret: secret, resource: 'x', scope: '' } };
      },
      status: 200,
      contains: ['"scope":"orders:read orders:write"'],
      audit: ['client.token-issued'],
    },
    {
      name: 'A-305: two methods of authentication at once are refused',
      call: async (cast) => {
        const { id, secret } = await makeClient(cast);
        return { form: { ...grant, client_id: id, client_secret: secret }, headers: basic(id, secret) };
      },
      status: 400,
      code: 'invalid_request',
    },
    {
      name: 'A-302: a parameter given twice is refused',
      call: async (cast) => {
        const { id, secret } = await makeClient(cast);
        return { form: 'grant_type=client_credentials&scope=a&scope=b', headers: basic(id, secret) };
      },
      status: 400,
      code: 'invalid_request',
    },
    {
      name: 'A-304: a secret that is not form-encoded is refused',
      call: async (cast) => ({ form: grant, headers: basic((await makeClient(cast)).id, '100%') }),
      status: 401,
      code: 'invalid_client',
      headers: { 'www-authenticate': /^Basic realm="Countersign", charset="UTF-8"$/ },
    },
    {
      name: 'a wrong secret is refused',
      call: async (cast) => ({ form: grant, headers: basic((await makeClient(cast)).id, 'wrong') }),
      status: 401,
      code: 'invalid_client',
      headers: { 'www-authenticate': /^Basic / },
      audit: ['client.token-refused'],
    },
    {
      name: 'the built-in client of people has no secret to guess',
      call: () => ({ form: grant, headers: basic('first-party', 'x') }),
      status: 401,
      code: 'invalid_client',
      audit: ['client.token-refused'],
    },
    {
      name: 'a scope beyond the client is refused',
      call: async (cast) => {
        const { id, secret } = await makeClient(cast);
        return { form: { ...grant, scope: 'users:write' }, headers: basic(id, secret) };
      },
      status: 400,
      code: 'invalid_scope',
    },
    {
      name: 'another grant is refused',
      call: async (cast) => {
        const { id, secret } = await makeClient(cast);
        return { form: { grant_type: 'password' }, headers: basic(id, secret) };
      },
      status: 400,
      code: 'unsupported_grant_type',
    },
  ],
  'GET /.well-known/jwks.json': [
    {
      name: 'A-082: public keys and nothing private',
      call: () => ({}),
      status: 200,
      contains: ['"kty":"EC"', '"kid":'],
      excludes: ['"d":', '"k":', '"p":'],
      headers: { 'content-type': /^application\/jwk-set\+json$/, 'cache-control': /^public, max-age=300$/ },
    },
  ],
  'GET /.well-known/oauth-authorization-server': [
    {
      name: 'A-353: the issuer comes from the settings, whatever host is asked for',
      call: () => ({ headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' } }),
      status: 200,
      contains: ['"issuer":"http://localhost:4000"', '"token_endpoint":"http://localhost:4000/oauth2/token"'],
      excludes: ['evil', 'authorization_endpoint'],
    },
  ],
  'GET /.well-known/openid-configuration': [
    { name: 'the same for those who look there', call: () => ({}), status: 200, contains: ['"jwks_uri":'] },
  ],
  'GET /health/live': [
    { name: 'the process answers', call: () => ({}), status: 200, contains: ['"status":"ok"'] },
  ],
  'GET /health/ready': [
    { name: 'the database answers', call: () => ({}), status: 200, contains: ['"status":"ok"'] },
  ],
  'GET /': [
    {
      name: 'says what this is',
      call: () => ({}),
      status: 200,
      contains: ['<h1>Countersign</h1>', 'href="/docs"'],
      excludes: ['<script', 'style='],
      headers: {
        'content-type': /^text\/html; charset=utf-8$/,
        'content-security-policy': /^default-src 'none'; style-src 'self';/,
      },
    },
  ],
  'GET /docs': [
    {
      name: 'shows every chapter without a script',
      call: () => ({}),
      status: 200,
      contains: ['/v1/login', '/v1/admin/users', 'invalid_credentials', 'in the path'],
      excludes: ['<script', 'style=', 'http://fonts', 'https://'],
    },
  ],
  'GET /openapi.json': [
    { name: 'the reference for programs', call: () => ({}), status: 200, contains: ['"openapi":"3.1.0"'] },
  ],
  'GET /assets/custom.css': [
    { name: 'what the operator wrote', call: () => ({}), status: 200, contains: ['border-radius: 0'] },
  ],
  'GET /assets/logo.svg': [
    {
      name: 'a mark of our own where there is no SVG; as a picture it runs nothing',
      call: () => ({}),
      status: 200,
      contains: ['<svg xmlns='],
      excludes: ['<script'],
      headers: {
        'content-type': /^image\/svg\+xml$/,
        'content-security-policy': /^default-src 'none';/,
      },
    },
  ],
  'GET /assets/logo.png': [
    {
      name: 'the picture of the settings, byte by byte',
      call: () => ({}),
      status: 200,
      contains: ['PNG'],
      headers: { 'content-type': /^image\/png$/ },
    },
  ],
  'GET /.well-known/security.txt': [
    {
      name: 'says where, and until when that is to be believed',
      call: () => ({}),
      status: 200,
      contains: ['Contact: mailto:security@example.com\nExpires: 2026-'],
    },
  ],
  'GET /assets/style.css': [
    {
      name: 'one style sheet, from here',
      call: () => ({}),
      status: 200,
      contains: ['light-dark('],
      excludes: ['url(', '@import', 'undefined'],
      headers: { 'content-type': /^text\/css; charset=utf-8$/ },
    },
  ],
};
