import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createGuard, type Guard, type GuardBasics } from '@countersign/guard';
import { commandLine } from '../../src/cli/open-house.ts';
import { createClient as createMachineClient } from '../../src/flows/admin/create-client.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { findFreePort } from '../free-port.ts';
import { source } from '../flows/test-house.ts';

/** An issuer that goes away and comes back on its own database. It, its guards and its users share one clock. */
export interface OutageGround {
  readonly issuer: string;
  readonly directory: string;
  readonly now: () => number;
  /** What is due at the issuer then is started. */
  passMs(ms: number): void;
  /** The one that runs. */
  server(): TestServer;
  stopIssuer(): Promise<void>;
  startIssuer(): Promise<void>;
  openApi(following?: Following): Promise<GuardedApi>;
}

export interface Following {
  readonly maxStalenessSeconds?: number;
  /** Base address of the feed; default: the issuer's own. */
  readonly url?: string;
}

export interface GuardedApi {
  readonly url: string;
  readonly guard: Guard;
  /** Why it refused, with how often. */
  readonly refusals: Map<string, number>;
  /** How long ago the issuer last vouched for what the guard knows. */
  headAgeMs(): number;
  /** Waits for the head of the last second, as it comes while the feed is there; `ofNow`: for one of this moment. */
  hears(ofNow?: 'of now'): Promise<void>;
}

export async function openOutageGround(t: TestContext): Promise<OutageGround> {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-outage-'));
  t.after(() => rmSync(directory, { recursive: true, force: true }));
  const port = await findFreePort();
  const issuer = `http://localhost:${port}`;
  const settings = { issuer, port, trustedProxies: ['127.0.0.1', '::1'], maxSessionsOfUser: 1000 };
  let nowMs = Date.now();
  let running: TestServer | undefined;
  const ground: OutageGround = {
    issuer,
    directory,
    now: () => nowMs,
    passMs(ms) {
      nowMs += ms;
      running?.clock.advanceMs(ms);
    },
    server() {
      if (running === undefined) throw new Error('the issuer is away');
      return running;
    },
    async stopIssuer() {
      const stopped = running;
      running = undefined;
      await stopped?.close();
    },
    async startIssuer() {
      running = await startTestServer({ settings, directory, startMs: nowMs });
      await running.listen();
    },
    openApi: (following = {}) => openApi(t, ground, following),
  };
  t.after(() => ground.stopIssuer());
  await ground.startIssuer();
  return ground;
}

async function openApi(t: TestContext, ground: OutageGround, following: Following): Promise<GuardedApi> {
  const { house } = ground.server();
  const asked = { actor: commandLine, name: 'an API', scopes: ['revocations:read'] };
  const { client, clientSecret } = await createMachineClient(house, asked, source);
  const { url, ...staleness } = following;
  const refusals = new Map<string, number>();
  const basics: GuardBasics = {
    issuer: ground.issuer,
    audience: ground.issuer,
    now: ground.now,
    onRefusal: ({ reason }) => void refusals.set(reason, (refusals.get(reason) ?? 0) + 1),
    ...staleness,
  };
  const feed = { clientId: client.id, clientSecret, ...(url === undefined ? {} : { url }) };
  const guard = createGuard({ ...basics, feed });
  t.after(() => guard.close());
  await guard.ready();
  const headAgeMs = (): number =>
    guard.status().issuers[0]?.revocations.headAgeMs ?? Number.POSITIVE_INFINITY;
  return {
    url: await serve(t, createServer(guard.node((_request, response) => void response.end()))),
    guard,
    refusals,
    headAgeMs,
    async hears(ofNow) {
      while (headAgeMs() > (ofNow === undefined ? 1000 : 0)) await new Promise(setImmediate);
    },
  };
}

/** @returns its address on 127.0.0.1 */
export async function serve(t: TestContext, server: Server): Promise<string> {
  const port = await findFreePort();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(port, '127.0.0.1', resolve);
  await promise;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${port}`;
}
