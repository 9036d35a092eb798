// better-auth with its OAuth provider, SQLite of Node and a public client, as their documentation sets them up. `POST /mint`
// goes the whole way of a browser: authorization request, code, token request. Listens on PORT, in an empty folder.
//
// Beside the packages of this folder it needs: npm install --no-save @better-auth/oauth-provider@1.7.5
import { createHash, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import { oauthProvider } from '@better-auth/oauth-provider';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { jwt } from 'better-auth/plugins';

const port = Number(process.env.PORT);
const baseURL = `http://localhost:${port}`;
const redirectUri = 'https://app.example.com/cb';

const options = {
  database: new DatabaseSync('race.db'),
  secret: randomBytes(32).toString('base64url'),
  baseURL,
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  plugins: [jwt(), oauthProvider({ loginPage: '/sign-in', consentPage: '/consent' })],
};
await (await getMigrations(options)).runMigrations();
const auth = betterAuth(options);

function post(path, body, headers = {}) {
  const isForm = body instanceof URLSearchParams;
  return auth.handler(
    new Request(`${baseURL}/api/auth${path}`, {
      method: 'POST',
      headers: { origin: baseURL, ...(isForm ? {} : { 'content-type': 'application/json' }), ...headers },
      body: isForm ? body : JSON.stringify(body),
    }),
  );
}

const signedUp = await post('/sign-up/email', {
  name: 'Alice',
  email: 'alice@example.com',
  password: 'a wristband for alice',
});
const cookie = signedUp.headers
  .getSetCookie()
  .map((line) => line.split(';')[0])
  .join('; ');
const client = await auth.api.adminCreateOAuthClient({
  headers: new Headers({ cookie }),
  body: {
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
    skip_consent: true,
    scope: 'openid offline_access',
  },
});

async function mint() {
  const verifier = randomBytes(32).toString('base64url');
  const query = new URLSearchParams({
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: redirectUri,
    scope: 'openid offline_access',
    state: randomBytes(16).toString('base64url'),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  const url = `${baseURL}/api/auth/oauth2/authorize?${query}`;
  const asked = await auth.handler(new Request(url, { headers: { cookie } }));
  const place = asked.headers.get('location') ?? (await asked.json()).url;
  const code = new URL(place).searchParams.get('code');
  const answer = await post(
    '/oauth2/token',
    new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: client.client_id,
      redirect_uri: redirectUri,
      code_verifier: verifier,
      code,
    }),
  );
  return (await answer.json()).refresh_token;
}

const serve = toNodeHandler(auth);
createServer(async (request, response) => {
  if (request.url === '/mint') return response.end(await mint());
  if (request.url === '/client') return response.end(client.client_id);
  return serve(request, response);
}).listen(port, '127.0.0.1');
