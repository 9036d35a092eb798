import type { Auth } from './auth.ts';
import { type Decision, decideToken, type Gate, openGate, type Route } from './decide.ts';
import { type ExpressMiddleware, forExpress } from './for-express.ts';
import { type FastifyHook, forFastify } from './for-fastify.ts';
import { type FetchHandler, type FetchListener, forFetch } from './for-fetch.ts';
import { forHono, type HonoMiddleware } from './for-hono.ts';
import { forKoa, type KoaMiddleware } from './for-koa.ts';
import { forNode, type NodeHandler, type NodeListener } from './for-node.ts';
import { type GuardStatus, weakest } from './guard-status.ts';
import { createIssuerSource } from './issuer-source.ts';
import { createJudge } from './judge.ts';
import { writeMetrics } from './metrics.ts';
import { createOnRevoked } from './on-revoked.ts';
import { type GuardOptions, readOptions } from './options.ts';
import { RefusalError } from './refusal-error.ts';
import { createReporter } from './report-refusal.ts';
import { compileRequirements, readRouteStaleness, type Requirements } from './require.ts';
import { createVerifiedCache, noCache } from './verified-cache.ts';
import { createTokenVerifier } from './verify-token.ts';

/**
 * Protects an API. Each adapter makes middleware for one route or many;
 * `requirements` are checked when it is made, not at the first request.
 */
export interface Guard {
  express(requirements?: Requirements): ExpressMiddleware;
  fastify(requirements?: Requirements): FastifyHook;
  hono(requirements?: Requirements): HonoMiddleware;
  koa(requirements?: Requirements): KoaMiddleware;
  node(handler: NodeHandler, requirements?: Requirements): NodeListener;
  fetch<Rest extends readonly unknown[]>(
    handler: FetchHandler<Rest>,
    requirements?: Requirements,
  ): FetchListener<Rest>;
  /**
   * Decide over a bare token, without `Bearer`.
   * @throws RefusalError with the code, status and headers of the answer to give
   */
  verify(token: string, requirements?: Requirements): Promise<Auth>;
  /**
   * For what outlives its request, such as a WebSocket: calls `close` once, when the token stops being
   * acceptable. That is within a second of its revocation or expiry, and when too little is known of
   * revocations to accept it any longer. A token that is not acceptable now is closed at once. `close()` of the
   * guard closes everything, since nobody would tell of a revocation afterwards.
   *
   * @param token  a bare token, or the `auth` that a handler was given, the very object
   * @returns forgets it, to be called when the connection has ended
   * @throws TypeError for an `auth` that is not of this guard
   */
  onRevoked(token: string | Auth, close: () => void): () => void;
  status(): GuardStatus;
  /** The same in the text format of Prometheus, for an endpoint of your own. */
  metrics(): string;
  /**
   * Wait until the keys and the revocations of every issuer are here. Not needed before the first
   * request, which waits for itself.
   * @throws Error naming the issuer whose keys or revocations cannot be had now; the guard keeps trying
   */
  ready(): Promise<void>;
  /**
   * Fetch nothing any more, follow nothing, and end what is being fetched. Known keys go on verifying; where a feed is
   * followed, what is known of it counts no more and every request is refused.
   */
  close(): void;
}

/**
 * Make a guard for the access tokens of one or several issuers.
 *
 * Starts at once, in the background, to fetch each issuer's metadata and keys, unless `keys` are given, and to
 * follow its revocations, unless they say `'none'`. Afterwards a token signed with a known key is decided without a
 * network call, also while the issuer is down: until what is known of revocations is older than
 * `maxStalenessSeconds`. A key set older than its `Cache-Control` allows is renewed beside the requests. As long as
 * there are no keys, or too little is known of revocations, requests are refused with 503, never let through.
 *
 * Does NOT read proofs of possession (tokens with `cnf` are refused), or tokens from the query, the body or cookies.
 *
 * @throws TypeError when an option is missing, unknown, empty or unsafe;
 *   TokenError when `keys` cannot stand in one set
 * @see RFC 9068 §4, RFC 6750 §3, RFC 8414 §3
 */
export function createGuard(options: GuardOptions): Guard {
  const settings = readOptions(options);
  const closing = new AbortController();
  const sources = settings.issuers.map((issuer) => createIssuerSource(issuer, settings, closing.signal));
  const pulls = new Map(sources.map(({ verifier, pull }) => [verifier.issuer, pull]));
  const isFollowing = sources.every(({ verifier }) => verifier.view !== undefined);
  const parts: Omit<Route, 'judge' | 'checkAccess'> = {
    verifyToken: createTokenVerifier(sources.map(({ verifier }) => verifier)),
    cache: settings.cache === undefined ? noCache : createVerifiedCache(settings.cache),
    pullFor: ({ issuer }) => pulls.get(issuer),
    now: settings.now,
    clockToleranceSeconds: settings.clockToleranceSeconds,
    report: createReporter(settings.onRefusal),
  };
  const route = (requirements: Requirements | undefined): Route => {
    const checkAccess = compileRequirements(requirements, settings);
    const staleness = readRouteStaleness(requirements, isFollowing);
    return { ...parts, checkAccess, judge: createJudge(staleness, settings.maxStalenessSeconds) };
  };
  const gate = (requirements: Requirements | undefined): Gate => openGate(route(requirements));
  const anyRoute = route(undefined);
  const revoked = createOnRevoked(anyRoute, sources);
  const status = (): GuardStatus => {
    const issuers = sources.map((source) => source.status());
    return { ...weakest(issuers), isClosed: closing.signal.aborted, issuers, cache: parts.cache.status() };
  };
  for (const { keys } of sources) void keys?.look();
  return {
    express: (requirements) => forExpress(gate(requirements)),
    fastify: (requirements) => forFastify(gate(requirements)),
    hono: (requirements) => forHono(gate(requirements)),
    koa: (requirements) => forKoa(gate(requirements)),
    node: (handler, requirements) => forNode(gate(requirements), handler),
    fetch: (handler, requirements) => forFetch(gate(requirements), handler),
    verify: async (token, requirements) =>
      unwrap(await decideToken(token, requirements === undefined ? anyRoute : route(requirements))),
    onRevoked: revoked.onRevoked,
    status,
    metrics: () => writeMetrics(status()),
    ready: async () => {
      await Promise.all(sources.map((source) => source.ready()));
    },
    close: () => {
      closing.abort();
      revoked.end();
    },
  };
}

function unwrap(decision: Decision): Auth {
  if (decision.kind === 'refused') throw new RefusalError(decision);
  return decision.auth;
}
