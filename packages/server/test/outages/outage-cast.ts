import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitUntil } from '../faults/feed-cast.ts';
import type { ApiStatus } from '../faults/guarded-api.ts';
import { type KilledServer, prepareServer } from '../faults/killed-server.ts';
import { call, expectStatus } from '../faults/mixed-load.ts';
import { type RunningProcess, startProcess } from '../faults/start-process.ts';
import { findFreePort } from '../free-port.ts';
import type { CrowdMessage, CrowdOrder, PhaseReport } from './crowd.ts';
import { account } from './people.ts';

/** Real processes around one issuer, which runs. */
export interface OutageCast {
  readonly issuer: KilledServer;
  startRelay(): Promise<Relay>;
  /** @returns its address, once its guard has heard of the feed */
  startApi(following: Following): Promise<string>;
  startCrowd(order: Omit<CrowdOrder, 'issuer'>): Promise<Crowd>;
  remove(): Promise<void>;
}

export interface Relay {
  readonly feedUrl: string;
  start(): void;
  kill(): Promise<void>;
}

export interface Following {
  readonly stalenessSeconds: number;
  readonly feedUrl?: string;
}

/** @returns what was seen since it was last told anything */
export type Crowd = (message: CrowdMessage) => Promise<PhaseReport>;

interface Credential {
  readonly clientId: string;
  readonly clientSecret: string;
}

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export async function prepareOutageCast(): Promise<OutageCast> {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-outages-'));
  const issuer = await prepareServer();
  const ends: (() => Promise<void>)[] = [];
  const keep = (running: RunningProcess): RunningProcess => {
    ends.push(running.kill);
    return running;
  };
  await issuer.run(
    ['users', 'create', '--email', account.email, '--admin', '--password-stdin'],
    account.password,
  );
  await issuer.start();
  return {
    issuer,
    async startRelay() {
      const port = await findFreePort();
      const environment = relayEnvironment(issuer.issuer, port, await makeCredential(issuer.issuer));
      const parameters = [here('../../src/cli/main.ts'), 'relay'];
      const launch = (): RunningProcess => keep(startProcess({ parameters, directory, environment }));
      let running = launch();
      return {
        feedUrl: `http://127.0.0.1:${port}/revocations`,
        start: () => {
          running = launch();
        },
        kill: () => running.kill(),
      };
    },
    async startApi({ stalenessSeconds, feedUrl = `${issuer.issuer}/revocations` }) {
      const port = await findFreePort();
      const { clientId, clientSecret } = await makeCredential(issuer.issuer);
      const environment = {
        ...process.env,
        API_ISSUER: issuer.issuer,
        API_FEED_URL: feedUrl,
        API_PORT: String(port),
        API_CLIENT_ID: clientId,
        API_CLIENT_SECRET: clientSecret,
        API_STALENESS_SECONDS: String(stalenessSeconds),
      };
      keep(startProcess({ parameters: [here('../faults/guarded-api.ts')], directory, environment }));
      const url = `http://127.0.0.1:${port}`;
      await waitUntil(
        () => readStatus(url),
        (status) => status?.state === 'following',
      );
      return url;
    },
    startCrowd: (order) => startCrowd({ ...order, issuer: issuer.issuer }, ends),
    async remove() {
      await Promise.all(ends.map((end) => end()));
      await issuer.remove();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function relayEnvironment(issuer: string, port: number, credential: Credential): NodeJS.ProcessEnv {
  return {
    ...process.env,
    COUNTERSIGN_MODE: 'development',
    COUNTERSIGN_ISSUER: issuer,
    COUNTERSIGN_PORT: String(port),
    COUNTERSIGN_RELAY_CLIENT_ID: credential.clientId,
    COUNTERSIGN_RELAY_CLIENT_SECRET: credential.clientSecret,
    COUNTERSIGN_LOG_LEVEL: 'error',
    COUNTERSIGN_MAX_SESSIONS_OF_USER: '5000',
  };
}

async function readStatus(url: string): Promise<ApiStatus | undefined> {
  const response = await fetch(`${url}/status`).catch(() => undefined);
  return response?.json().catch(() => undefined);
}

async function makeCredential(issuer: string): Promise<Credential> {
  const signedIn = await call(issuer, '/v1/login', {
    method: 'POST',
    body: JSON.stringify({ identifier: account.email, password: account.password }),
  });
  const made = await call<{ client: { id: string }; client_secret: string }>(issuer, '/v1/admin/clients', {
    method: 'POST',
    headers: { Authorization: `Bearer ${signedIn?.body.access_token}` },
    body: JSON.stringify({ name: 'an API', scopes: ['revocations:read'] }),
  });
  if (made === undefined) throw new Error('the issuer died on its own');
  expectStatus(made, 201);
  return { clientId: made.body.client.id, clientSecret: made.body.client_secret };
}

async function startCrowd(order: CrowdOrder, ends: (() => Promise<void>)[]): Promise<Crowd> {
  const child = fork(here('./crowd.ts'), { execArgv: ['-C', '@countersign/source'] });
  ends.push(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const tell: Crowd = async (message) => {
    child.send(message);
    const [report] = await once(child, 'message');
    return report;
  };
  await tell({ kind: 'begin', order });
  return tell;
}
