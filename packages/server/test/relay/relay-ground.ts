import type { TestContext } from 'node:test';
import { createGuard, type Guard } from '@countersign/guard';
import { Secret } from '../../src/base/secret.ts';
import { createLog } from '../../src/base/log.ts';
import { type Relay, startRelay } from '../../src/open-relay.ts';
import { addFollower, type FollowingClient } from '../feed/feed-ground.ts';
import type { RunningIssuer } from '../interop/running-issuer.ts';

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface RelayOptions {
  /** Of the relay's own client. Default: a new one. */
  readonly client?: FollowingClient;
  readonly fetch?: Fetch;
  readonly port?: number;
}

export interface Relaying {
  readonly relay: Relay;
  readonly feedUrl: string;
  readonly port: number;
  readonly logLines: readonly string[];
}

/** A relay that listens, with the clock of its issuer, once it has something to serve. */
export async function openRelay(
  t: TestContext,
  issuer: RunningIssuer,
  options: RelayOptions = {},
): Promise<Relaying> {
  const { id, secret } = options.client ?? (await addFollower(issuer));
  const logLines: string[] = [];
  const sink = { write: (line: string): void => void logLines.push(line) };
  const relay = startRelay(
    {
      mode: 'development',
      issuer: issuer.issuer,
      audience: issuer.issuer,
      clientId: id,
      clientSecret: new Secret(secret),
      upstream: undefined,
      port: options.port ?? 0,
      host: '127.0.0.1',
      tls: undefined,
      trustedProxies: [],
      logLevel: 'info',
      shutdownSeconds: 1,
    },
    {
      now: issuer.clock.now,
      log: createLog({ level: 'info', now: issuer.clock.now, sink }),
      fetch: options.fetch,
    },
  );
  t.after(() => relay.close());
  const { url, port } = await relay.listen();
  await until(() => relay.view.status().state === 'following');
  return { relay, port, feedUrl: `${url}/revocations`, logLines };
}

export async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve));
}

export interface GuardBehind {
  readonly feedUrl: string;
  readonly client: FollowingClient;
  readonly fetch?: Fetch;
  readonly now?: () => number;
}

/** A guard that follows by a relay, open. */
export async function guardBehind(
  t: TestContext,
  issuer: RunningIssuer,
  { feedUrl, client, fetch, now = issuer.clock.now }: GuardBehind,
): Promise<Guard> {
  const guard = createGuard({
    issuer: issuer.issuer,
    audience: issuer.issuer,
    feed: { clientId: client.id, clientSecret: client.secret, url: feedUrl },
    maxStalenessSeconds: 10,
    now,
    ...(fetch !== undefined && { fetch }),
  });
  t.after(() => guard.close());
  await guard.ready();
  return guard;
}

export function seqOf(guard: Guard): number {
  return guard.status().issuers[0]?.revocations.seq ?? 0;
}
