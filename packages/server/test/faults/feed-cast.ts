import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findFreePort } from '../free-port.ts';
import type { ApiStatus } from './guarded-api.ts';
import { type KilledServer, prepareServer } from './killed-server.ts';
import { type RunningProcess, startProcess } from './start-process.ts';

const patienceMs = 60_000;

export interface Credential {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** A process that can be killed at any moment and started again. */
export interface Actor {
  readonly name: string;
  start(): Promise<void>;
  kill(): Promise<void>;
}

/** An API whose every life is another client, so that a receipt tells its lives apart. */
export interface Api extends Actor {
  readonly url: string;
  /** The next life's; asked for while the issuer is there. */
  spare: Credential | undefined;
  /** @returns undefined when it does not answer */
  readStatus(): Promise<ApiStatus | undefined>;
}

export interface Cast {
  readonly issuer: KilledServer;
  readonly relay: Actor;
  /** The first follows the issuer, the second the relay. */
  readonly apis: readonly Api[];
  remove(): Promise<void>;
}

/** Real processes around one issuer; none runs yet. */
export async function prepareCast(): Promise<Cast & { relayCredential: Credential | undefined }> {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-feed-kill-'));
  const issuer = await prepareServer();
  const relayPort = await findFreePort();
  const cast: { relayCredential: Credential | undefined } = { relayCredential: undefined };
  const relay = openActor('relay', () => {
    const { clientId, clientSecret } = spend(cast.relayCredential);
    return startProcess({
      parameters: [fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url)), 'relay'],
      directory,
      environment: {
        ...process.env,
        COUNTERSIGN_MODE: 'development',
        COUNTERSIGN_ISSUER: issuer.issuer,
        COUNTERSIGN_PORT: String(relayPort),
        COUNTERSIGN_RELAY_CLIENT_ID: clientId,
        COUNTERSIGN_RELAY_CLIENT_SECRET: clientSecret,
        COUNTERSIGN_LOG_LEVEL: 'error',
      },
    });
  });
  const feeds = [`${issuer.issuer}/revocations`, `http://127.0.0.1:${relayPort}/revocations`];
  const apis = await Promise.all(
    feeds.map((feedUrl, index) => prepareApi({ name: `api ${index + 1}`, feedUrl, issuer, directory })),
  );
  return Object.assign(cast, {
    issuer,
    relay,
    apis,
    async remove() {
      await Promise.all([relay.kill(), ...apis.map((api) => api.kill())]);
      await issuer.remove();
      rmSync(directory, { recursive: true, force: true });
    },
  });
}

interface ApiPlace {
  readonly name: string;
  readonly feedUrl: string;
  readonly issuer: KilledServer;
  readonly directory: string;
}

async function prepareApi({ name, feedUrl, issuer, directory }: ApiPlace): Promise<Api> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const actor = openActor(name, () => {
    const { clientId, clientSecret } = spend(api.spare);
    api.spare = undefined;
    return startProcess({
      parameters: [fileURLToPath(new URL('./guarded-api.ts', import.meta.url))],
      directory,
      environment: {
        ...process.env,
        API_ISSUER: issuer.issuer,
        API_FEED_URL: feedUrl,
        API_PORT: String(port),
        API_CLIENT_ID: clientId,
        API_CLIENT_SECRET: clientSecret,
      },
    });
  });
  const api: Api = {
    ...actor,
    url,
    spare: undefined,
    async readStatus() {
      const response = await fetch(`${url}/status`).catch(() => undefined);
      return response?.json().catch(() => undefined);
    },
  };
  return api;
}

function openActor(name: string, launch: () => RunningProcess): Actor {
  let running: RunningProcess | undefined;
  return {
    name,
    async start() {
      await running?.kill();
      running = launch();
    },
    async kill() {
      await running?.kill();
    },
  };
}

function spend(credential: Credential | undefined): Credential {
  if (credential === undefined) throw new Error('no client was made for this process');
  return credential;
}

/** @throws Error with what was last seen, when it does not come true in a minute */
export async function waitUntil<Seen>(
  look: () => Promise<Seen>,
  isReached: (seen: Seen) => boolean,
): Promise<Seen> {
  const until = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (isReached(seen)) return seen;
    if (performance.now() > until) throw new Error(`not reached in time: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
