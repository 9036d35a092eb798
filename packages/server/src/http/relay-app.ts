import type { Auth, Guard } from '@countersign/guard';
import { z } from 'zod';
import type { Now } from '../base/clock.ts';
import type { Log } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { Refusal } from '../base/refusal.ts';
import { followScope } from '../base/revocations-scope.ts';
import { healthy } from '../contract/metadata.ts';
import { answerError } from './answer-error.ts';
import type { App, AppEnv } from './app.ts';
import { createAddressRule } from './client-address.ts';
import { logRequest, type Outcome, type Visit } from './log-request.ts';
import { refuseUnreadable } from './refuse-unreadable.ts';
import { type RelayFeed, type RelayRoute, relayRoutes } from './relay-routes.ts';
import { securityHeaders } from './security-headers.ts';

export interface RelayAppParts {
  /** Of the relay's own address. */
  readonly isHttps: boolean;
  readonly trustedProxies: readonly string[];
  readonly feed: RelayFeed;
  /** Verifies followers' tokens, by what the relay itself knows of revocations. */
  readonly guard: Guard;
  /** Whether there is something to serve. */
  readonly isReady: () => boolean;
  readonly now: Now;
  readonly log: Log;
}

const healthPaths: readonly string[] = ['/health/live', '/health/ready'];
/** Neither kept nor rewritten on the way, and not gathered either. */
const feedHeaders = { 'Cache-Control': 'private, no-transform', 'X-Accel-Buffering': 'no' };

/** The endpoints of a relay as one `fetch` function. */
export function createRelayApp(parts: RelayAppParts): App {
  z.config({ jitless: true });
  const headers = securityHeaders({ issuer: parts.isHttps ? 'https:' : 'http:', origins: [] }, 'data');
  const addresses = createAddressRule(parts.trustedProxies);
  const admit = parts.guard.fetch(
    async (_request, auth: Auth, pass: (auth: Auth) => Promise<Response>) => {
      checkMachine(auth);
      return pass(auth);
    },
    { scope: followScope },
  );
  return {
    async fetch(request, env: AppEnv = {}) {
      const peer = env.incoming?.socket.remoteAddress;
      const visit: Visit = {
        asked: { request, params: {}, incoming: env.incoming },
        startedAtMs: parts.now(),
        userId: undefined,
        source: {
          requestId: randomId(),
          address: addresses.find(peer, request.headers.get('x-forwarded-for')),
          userAgent: undefined,
        },
      };
      const { pathname } = new URL(request.url);
      const row = relayRoutes.find(({ path }) => path.test(pathname));
      const { response, refused } = await answer(parts, { visit, pathname, row, admit }).catch(
        (error: unknown) => refuse(error, visit),
      );
      const name = row?.name ?? healthPaths.find((path) => path === pathname);
      logAnswer(parts, { visit, name, response, refused });
      for (const [field, value] of Object.entries(headers)) response.headers.set(field, value);
      response.headers.set('X-Request-Id', visit.source.requestId);
      return response;
    },
    refuseUnreadable: (error) => refuseUnreadable(error, headers),
  };
}

interface Asked {
  readonly visit: Visit;
  readonly pathname: string;
  readonly row: RelayRoute | undefined;
  readonly admit: (request: Request, pass: (auth: Auth) => Promise<Response>) => Response | Promise<Response>;
}

interface Answered {
  readonly response: Response;
  readonly refused?: Outcome['refused'];
}

async function answer(parts: RelayAppParts, { visit, pathname, row, admit }: Asked): Promise<Answered> {
  const { request } = visit.asked;
  if (healthPaths.includes(pathname)) return { response: answerHealth(parts, request, pathname) };
  if (row === undefined) throw new Refusal('not_found', { reason: 'no such address' });
  if (request.method !== row.method) {
    const refused = refuse(new Refusal('method_not_allowed'), visit);
    refused.response.headers.set('Allow', row.method);
    return refused;
  }
  const response = await admit(request, async (auth) => {
    const lastSegment = pathname.slice(pathname.lastIndexOf('/') + 1);
    const { status, mediaType, body } = await row.answer(parts.feed, { request, lastSegment, auth });
    const type = mediaType === undefined ? {} : { 'Content-Type': mediaType };
    return new Response(body, { status, headers: { ...feedHeaders, ...type } });
  });
  return { response };
}

function answerHealth({ isReady }: RelayAppParts, { method }: Request, pathname: string): Response {
  if (method !== 'GET' && method !== 'HEAD') throw new Refusal('method_not_allowed');
  if (pathname === '/health/ready' && !isReady()) {
    throw new Refusal('unavailable', { reason: 'nothing to serve yet', retryAfterSeconds: 1 });
  }
  const body = method === 'HEAD' ? null : JSON.stringify(healthy);
  return new Response(body, {
    status: 200,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  });
}

/** Guards and relays have tokens of their own; a user's opens nothing here. */
function checkMachine({ subject, clientId, sessionId }: Auth): void {
  if (sessionId === undefined && subject === clientId) return;
  throw new Refusal('invalid_token', { reason: 'not the token of a machine client' });
}

function refuse(error: unknown, { source }: Visit): Answered {
  const shown = answerError(error, { style: 'problem', requestId: source.requestId });
  const { status, headers, body, logLevel } = shown;
  return { response: new Response(body, { status, headers }), refused: { logLevel, ...shown.private } };
}

interface Logged extends Answered {
  readonly visit: Visit;
  readonly name: string | undefined;
}

function logAnswer(parts: RelayAppParts, { visit, name, response, refused }: Logged): void {
  const outcome = {
    status: response.status,
    headers: {},
    body: null,
    ...(refused !== undefined && { refused }),
  };
  logRequest(parts, { visit, path: name, outcome });
}
