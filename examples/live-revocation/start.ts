/** `npm run live-revocation`: an auth server, two APIs that follow its revocations, and a page to watch them. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startIssuer } from './issuer.ts';
import { createPageServer } from './page-server.ts';
import { type RunningApi, startApi } from './start-api.ts';

const pagePort = Number(process.env['LIVE_PORT'] ?? 3100);
const authPort = Number(process.env['LIVE_AUTH_PORT'] ?? 4100);
const pageOrigin = `http://localhost:${pagePort}`;

const folder = mkdtempSync(join(tmpdir(), 'countersign-live-'));
/** What was started, each with its end; ended from the last to the first. */
const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
const asked = Promise.withResolvers<void>();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => asked.resolve());

async function start(): Promise<readonly RunningApi[]> {
  const issuer = await startIssuer(folder, authPort, pageOrigin);
  ends.push(() => issuer.close());
  const order = { issuer: issuer.url, feed: issuer.feed, pageOrigin };
  const apis = await Promise.all([
    startApi({ ...order, kind: 'express' }),
    startApi({ ...order, kind: 'http' }),
  ]);
  for (const api of apis) ends.push(() => stopApi(api));
  const server = await createPageServer(pageOrigin, issuer, apis);
  server.listen(pagePort, '127.0.0.1');
  await once(server, 'listening');
  ends.push(() => stopPage(server));
  const [inExpress = '', inHttp = ''] = apis.map(({ origin }) => origin);
  process.stdout.write(`
Open ${pageOrigin}

  auth server       ${issuer.url}
  API in Express    ${inExpress}
  API in node:http  ${inHttp}

The database is temporary. Ctrl-C stops all of it.
`);
  return apis;
}

async function stopApi(api: RunningApi): Promise<void> {
  api.stop();
  await api.ended;
}

async function stopPage(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // The stream of commits has no end of its own.
  server.closeAllConnections();
  await closed;
}

try {
  // Ctrl-C while it starts waits for that: a second or two.
  const apis = await start();
  const ended = apis.map(async ({ kind, ended }) => `The API in ${kind} ended (${await ended}).`);
  const sad = await Promise.race([asked.promise, ...ended]);
  if (sad !== undefined) throw new Error(sad);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
for (const end of ends.reverse()) await end();
