// As its documentation starts one: `new Provider(issuer, configuration)`, its memory adapter,
// and keys of its own instead of the development ones.
import Provider from 'oidc-provider';

const port = Number(process.env.PORT);
const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    { client_id: 'bench', client_secret: process.env.BENCH_SECRET, redirect_uris: ['http://localhost/cb'] },
  ],
  cookies: { keys: [process.env.BENCH_SECRET] },
  jwks: { keys: [JSON.parse(process.env.BENCH_JWK)] },
  features: { devInteractions: { enabled: false } },
});
provider.listen(port, '127.0.0.1');
