import { randomInt } from 'node:crypto';
import { type Auth, createGuard, createIssuerFeed } from '@countersign/guard';
import type { RevocationView } from '@countersign/revocation';
import type { Now } from './base/clock.ts';
import type { Log } from './base/house.ts';
import { type Schedule, scheduleByTimer } from './base/schedule.ts';
import { createAcknowledgementQueue } from './feed/acknowledgement-queue.ts';
import { createFeedDesk } from './feed/desk.ts';
import { isFollowerRevoked } from './feed/follower-names.ts';
import { createRelaySource, relayStalenessSeconds } from './feed/relay-source.ts';
import { watchUpstream } from './feed/watch-upstream.ts';
import { type Listening, listen } from './http/listen.ts';
import { createRelayApp } from './http/relay-app.ts';
import type { RelaySettings } from './settings/settings.ts';

export interface RelaySurroundings {
  readonly now: Now;
  readonly log: Log;
  readonly ownsProcess?: boolean | undefined;
  /** Default: timers that do not keep the process alive. */
  readonly schedule?: Schedule | undefined;
  /** How the issuer is asked. Default: the global `fetch`. */
  readonly fetch?: ((url: string, init: RequestInit) => Promise<Response>) | undefined;
}

export interface Relay {
  /** What it has heard, and from which state of its own. */
  readonly view: RevocationView;
  /** How many streams are open. */
  readonly followers: number;
  fetch(request: Request): Promise<Response>;
  /** @returns the URL that is listened on */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  close(): Promise<void>;
}

/** Connections stay free for acknowledgements and health. */
const maxFollowers = 9000;

/** Follows the issuer at once; nothing listens before `listen()`. */
export function startRelay(settings: RelaySettings, surroundings: RelaySurroundings): Relay {
  const { now, log, schedule = scheduleByTimer, ownsProcess = false } = surroundings;
  const { issuer, clientId, mode } = settings;
  const fetchUpstream = surroundings.fetch ?? ((url, init) => fetch(url, init));
  const closing = new AbortController();
  const { signal } = closing;
  const dangerAllowHttp = mode === 'development';
  const { transport, fault } = createIssuerFeed({
    issuer,
    client: { clientId, clientSecret: settings.clientSecret.reveal() },
    url: settings.upstream,
    fetch: fetchUpstream,
    now,
    dangerAllowHttp,
    closed: signal,
  });
  const source = createRelaySource({ issuer, clientId, transport, now, schedule });
  const desk = createFeedDesk<Auth>({
    source,
    now,
    schedule,
    random: () => randomInt(1_000_000) / 1_000_000,
    maxFollowers,
  });
  const guard = createGuard({
    issuer,
    audience: settings.audience,
    revocation: source.view,
    maxStalenessSeconds: relayStalenessSeconds,
    fetch: fetchUpstream,
    now,
    dangerAllowHttp,
    onRefusal: ({ reason, fault }) => log.info('relay.follower-refused', { reason, ...(fault && { fault }) }),
  });
  source.view.onChange(() => desk.endStreams((auth) => isFollowerRevoked(source.view, auth, now())));
  const unwatch = watchUpstream({
    status: () => {
      const known = source.view.status();
      return known.state === 'following' ? known : { ...known, fault: fault() ?? known.fault };
    },
    schedule,
    log,
  });
  const queue = createAcknowledgementQueue({ send: transport.forwardAcknowledgement, schedule, signal });
  const app = createRelayApp({
    isHttps: settings.tls !== undefined || mode === 'production',
    trustedProxies: settings.trustedProxies,
    feed: { source, desk, carryAcknowledgement: (process, body) => queue.carry(process, body) },
    guard,
    isReady: () => ['following', 'disconnected'].includes(source.view.status().state),
    now,
    log,
  });
  let listening: Listening | undefined;
  return {
    view: source.view,
    get followers() {
      return desk.followers.length;
    },
    fetch: (request) => app.fetch(request),
    async listen() {
      const { host, port, tls } = settings;
      listening ??= await listen({ app, host, port, tls, ownsProcess });
      const shown = host.includes(':') ? `[${host}]` : host;
      const scheme = tls === undefined ? 'http' : 'https';
      return { url: `${scheme}://${shown}:${listening.port}`, port: listening.port };
    },
    async close() {
      // Open streams would keep their connections for an hour.
      desk.close();
      await listening?.close(settings.shutdownSeconds * 1000);
      unwatch();
      closing.abort();
      guard.close();
      source.close();
    },
  };
}
