/**
 * `node issuer.ts <folder>`: a real auth server with a feed, a client that may
 * follow it, and 10 000 access tokens in `tokens.json`. Runs until it is told to stop.
 */
import { writeFileSync } from 'node:fs';
import { createServer as createProbe } from 'node:http';
import { once } from 'node:events';
import { join } from 'node:path';
import { toEpochSeconds } from '../../packages/server/src/base/clock.ts';
import { createClient } from '../../packages/server/src/flows/admin/create-client.ts';
import { createServer } from '../../packages/server/src/index.ts';

const [, , folder = '.'] = process.argv;
const count = 10_000;

const port = await findPort();
const issuer = `http://localhost:${port}`;
const server = await createServer({
  mode: 'development',
  issuer,
  port,
  databaseUrl: `sqlite:${join(folder, 'issuer.db')}`,
  accessTokenSeconds: 3600,
  logLevel: 'error',
});
await server.listen();
const made = await createClient(
  server.house,
  { actor: { kind: 'command-line' }, name: 'bench', scopes: ['revocations:read'] },
  { requestId: 'bench', address: '127.0.0.1', userAgent: undefined },
);
const iat = toEpochSeconds(Date.now());
const tokens = Array.from({ length: count }, (_, at) =>
  server.house.keys.issueAccessToken({
    sub: `user-${at}`,
    sid: `session-${at}`,
    client_id: 'first-party',
    iat,
    rvs: server.house.feed.view.seq,
    roles: ['user'],
    scope: 'openid profile',
  }),
);
writeFileSync(join(folder, 'tokens.json'), JSON.stringify(tokens));
process.send?.({ issuer, clientId: made.client.id, clientSecret: made.clientSecret });
process.on('SIGTERM', () => void server.close().then(() => process.exit(0)));

async function findPort(): Promise<number> {
  const probe = createProbe().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
