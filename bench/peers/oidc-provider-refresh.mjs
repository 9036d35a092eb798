// oidc-provider with its memory adapter, as `oidc-provider.mjs` starts it, and people who are signed in already: their
// refresh tokens are made through its own models and sent to the parent. Rotation, and JWT access tokens for one API.
import Provider from 'oidc-provider';

const [, , count = '64', port = '4990'] = process.argv;
const resource = 'https://api.example.com';
const scope = 'openid offline_access api';
const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    {
      client_id: 'bench',
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: process.env.BENCH_ALG,
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['http://localhost/cb'],
    },
  ],
  cookies: { keys: ['bench'] },
  jwks: { keys: [JSON.parse(process.env.BENCH_JWK)] },
  rotateRefreshToken: true,
  issueRefreshToken: () => true,
  findAccount: (_context, id) => ({ accountId: id, claims: async () => ({ sub: id }) }),
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: 'api',
        audience: resource,
        accessTokenTTL: 300,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: process.env.BENCH_ALG } },
      }),
    },
  },
});
const client = await provider.Client.find('bench');
const tokens = [];
for (let at = 0; at < Number(count); at += 1) {
  const accountId = `user-${at}`;
  const grant = new provider.Grant({ accountId, clientId: client.clientId });
  grant.addOIDCScope('openid offline_access');
  grant.addResourceScope(resource, 'api');
  const grantId = await grant.save();
  const token = new provider.RefreshToken({
    accountId,
    client,
    grantId,
    gty: 'authorization_code',
    scope,
    resource,
  });
  tokens.push(await token.save());
}
provider.listen(Number(port), '127.0.0.1', () => process.send?.({ tokens }));
process.on('SIGTERM', () => process.exit(0));
