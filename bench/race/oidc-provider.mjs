// A public client that may refresh, as its documentation configures one, and the memory adapter. `POST /mint` makes
// what a log-in with consent would end in: a grant and its first refresh token. Listens on PORT.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const port = Number(process.env.PORT);
const issuer = `http://localhost:${port}`;
const clientId = 'app';

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: clientId,
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['http://localhost/cb'],
    },
  ],
  features: { devInteractions: { enabled: false } },
  findAccount: (_context, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
});

async function mint() {
  const accountId = 'alice';
  const grant = new provider.Grant({ clientId, accountId });
  grant.addOIDCScope('openid offline_access');
  const client = await provider.Client.find(clientId);
  const token = new provider.RefreshToken({
    client,
    accountId,
    grantId: await grant.save(),
    gty: 'authorization_code',
    scope: 'openid offline_access',
    authTime: Math.floor(Date.now() / 1000),
  });
  return token.save();
}

const serve = provider.callback();
createServer(async (request, response) => {
  if (request.url === '/mint') return response.end(await mint());
  return serve(request, response);
}).listen(port, '127.0.0.1');
