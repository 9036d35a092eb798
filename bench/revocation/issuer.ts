/**
 * `node issuer.ts <folder> <parameters as JSON>`: a real auth server with a feed, a client that may follow it,
 * and what the parameters ask for. Runs until it is told to stop; a message `{perSecond, seconds}` makes it revoke.
 */
import { once } from 'node:events';
import { createServer as createProbe } from 'node:http';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { toEpochSeconds } from '../../packages/server/src/base/clock.ts';
import { createClient } from '../../packages/server/src/flows/admin/create-client.ts';
import { createUser } from '../../packages/server/src/flows/admin/create-user.ts';
import { revoke } from '../../packages/server/src/flows/admin/revoke.ts';
import { logIn } from '../../packages/server/test/flows/log-in.ts';
import { randomId } from '../../packages/server/src/base/random-id.ts';
import { createLog, openLogSink } from '../../packages/server/src/base/log.ts';
import { type Server, startServer } from '../../packages/server/src/main.ts';
import { settingsOf } from '../../packages/server/src/settings/load-settings.ts';
import { fillWithEvents } from './fill-with-events.ts';
import type { IssuerParameters, IssuerReady } from './start-issuer.ts';

const [, , folder = '.', given = '{}'] = process.argv;
const { tokens = 0, administrators = 0, sessions = 0, entries = 0 }: IssuerParameters = JSON.parse(given);
const source = { requestId: 'bench', address: '127.0.0.1', userAgent: undefined };
const actor = { kind: 'command-line' } as const;
const password = 'a long enough passphrase of a bench';

const port = await findPort();
const settings = {
  mode: 'development',
  issuer: `http://localhost:${port}`,
  port,
  host: '127.0.0.1',
  databaseUrl: `sqlite:${join(folder, 'issuer.db')}`,
  // Each follower comes from an address of its own, as from a machine of its own.
  trustedProxies: ['127.0.0.1'],
  logLevel: 'error',
  argon2MemoryKib: 64,
  argon2Passes: 1,
} as const;
if (entries > 0) {
  await (await start()).close();
  fillWithEvents(join(folder, 'issuer.db'), entries);
}
const server = await start();
const { house } = server;
await server.listen();
const made = await createClient(house, { actor, name: 'bench', scopes: ['revocations:read'] }, source);

const ready: IssuerReady = {
  issuer: settings.issuer,
  clientId: made.client.id,
  clientSecret: made.clientSecret,
  tokens: Array.from({ length: tokens }, (_, at) => issueToken(at)),
  administrators: [],
  sessions: [],
};
const userCount = Math.max(administrators, Math.ceil(sessions / 8));
for (let at = 0; at < userCount; at += 1) {
  const identifier = `user-${at}@example.com`;
  await createUser(house, { actor, email: identifier, password, roles: ['admin'] }, source);
  const signIns = Array.from({ length: sessions > 0 ? 8 : 1 }, (_, n) =>
    logIn(
      house,
      { identifier, password },
      { ...source, address: `10.${100 + (at >> 8)}.${at & 255}.${n + 1}` },
    ),
  );
  for (const { accessToken, refreshToken } of await Promise.all(signIns)) {
    ready.administrators.push(accessToken);
    ready.sessions.push(refreshToken);
  }
}
process.send?.(ready);
process.on('message', (order: { readonly perSecond: number; readonly seconds: number }) => {
  void revokeSteadily(order).then(() => process.send?.({ isDone: true }));
});
process.on('SIGTERM', () => void server.close().then(() => process.exit(0)));

/** As `countersign serve` does, in a process of its own. */
function start(): Promise<Server> {
  const log = createLog({ level: 'error', now: Date.now, sink: openLogSink(Date.now) });
  const complete = settingsOf(settings, { directory: folder, nowMs: Date.now() });
  return startServer(complete, { now: Date.now, log, ownsProcess: true });
}

function issueToken(at: number): string {
  return house.keys.issueAccessToken({
    sub: `user-${at}`,
    sid: randomId(),
    client_id: 'first-party',
    iat: toEpochSeconds(Date.now()),
    rvs: house.feed.view.seq,
    roles: ['user'],
    scope: 'openid profile',
  });
}

/** Evenly, one at a time as people and services do. */
async function revokeSteadily({ perSecond, seconds }: { perSecond: number; seconds: number }): Promise<void> {
  const beganMs = performance.now();
  const calls: Promise<number>[] = [];
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const waitMs = beganMs + (n * 1000) / perSecond - performance.now();
    if (waitMs > 0) await wait(waitMs);
    calls.push(revoke(house, { actor, scope: 'token', subject: randomId(), reason: 'bench' }, source));
  }
  await Promise.all(calls);
}

async function findPort(): Promise<number> {
  const probe = createProbe().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
