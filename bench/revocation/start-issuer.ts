import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface IssuerParameters {
  readonly tokens?: number;
  readonly administrators?: number;
  /** Signed in, eight of each user. */
  readonly sessions?: number;
  /** Events that the feed has from the start. */
  readonly entries?: number;
}

export interface IssuerReady {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tokens: string[];
  /** Access tokens of people who may revoke. */
  readonly administrators: string[];
  /** Refresh tokens. */
  readonly sessions: string[];
}

export interface StartedIssuer extends IssuerReady {
  readonly child: ChildProcess;
  /** Lets it revoke at that pace, one token after the other. */
  revokeSteadily(perSecond: number, seconds: number): Promise<void>;
}

const source = ['-C', '@countersign/source'];
const node = process.execPath;

/** Servers under test on the one core, whoever measures on the other. */
const serverCore = '1';

/** A process of the tests' own, with an empty folder; both are gone after `work`. */
export async function withIssuer<T>(
  parameters: IssuerParameters,
  work: (issuer: StartedIssuer) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-revocation-'));
  const program = fileURLToPath(new URL('issuer.ts', import.meta.url));
  const child = fork(program, [folder, JSON.stringify(parameters)], {
    execPath: 'taskset',
    execArgv: ['-c', serverCore, node, ...source],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  try {
    const ready: IssuerReady = await receive(child);
    return await work({
      ...ready,
      child,
      async revokeSteadily(perSecond, seconds) {
        child.send({ perSecond, seconds });
        await receive(child);
      },
    });
  } finally {
    await stop(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `countersign relay` on that port, from its command line. Wherever there is room. */
export function startRelay({ issuer, clientId, clientSecret }: IssuerReady, port: number): ChildProcess {
  const program = fileURLToPath(new URL('../../packages/server/src/cli/main.ts', import.meta.url));
  return spawn(node, [...source, program, 'relay'], {
    cwd: tmpdir(),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      COUNTERSIGN_MODE: 'development',
      COUNTERSIGN_ISSUER: issuer,
      COUNTERSIGN_RELAY_CLIENT_ID: clientId,
      COUNTERSIGN_RELAY_CLIENT_SECRET: clientSecret,
      COUNTERSIGN_HOST: '127.0.0.1',
      COUNTERSIGN_PORT: String(port),
      COUNTERSIGN_LOG_LEVEL: 'error',
    },
  });
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function receive(child: ChildProcess): Promise<IssuerReady> {
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the issuer ended with ${code}`);
    }),
  ]);
  return message;
}
