import { createJwtVerifier, type KeySet, type RemoteKeySet } from '@countersign/tokens';
import type { Auth } from './auth.ts';
import { decide, type Gate, type GateParts, openGate } from './decide.ts';
import { type ExpressMiddleware, forExpress } from './for-express.ts';
import { type FastifyHook, forFastify } from './for-fastify.ts';
import { type FetchHandler, type FetchListener, forFetch } from './for-fetch.ts';
import { forHono, type HonoMiddleware } from './for-hono.ts';
import { forKoa, type KoaMiddleware } from './for-koa.ts';
import { forNode, type NodeHandler, type NodeListener } from './for-node.ts';
import { createIssuerKeys, type IssuerKeys, type IssuerStatus } from './issuer-keys.ts';
import { type GuardOptions, type GuardSettings, readOptions } from './options.ts';
import { RefusalError } from './refusal-error.ts';
import { createReporter } from './report-refusal.ts';
import { compileRequirements, type Requirements } from './require.ts';
import { createTokenVerifier, type IssuerVerifier } from './verify-token.ts';

export interface GuardStatus {
  readonly revocation: 'none';
  /** What `revocation: 'none'` means, in a sentence for the operator. */
  readonly notice: string;
  readonly isClosed: boolean;
  readonly issuers: readonly IssuerStatus[];
}

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
  status(): GuardStatus;
  /**
   * Wait until the keys of every issuer are here. Not needed before the first
   * request, which waits for itself.
   * @throws Error naming the issuer whose keys cannot be had now; the guard keeps trying on demand
   */
  ready(): Promise<void>;
  /** Fetch nothing any more, and end what is being fetched. Known keys go on verifying. */
  close(): void;
}

const revocationNotice = 'Revocation is not followed: a revoked token is accepted until it expires.';

/**
 * Make a guard for the access tokens of one or several issuers.
 *
 * Starts to fetch each issuer's metadata and keys at once, in the background,
 * unless `keys` are given. Afterwards a token signed with a known key is verified
 * without a network call, also while the issuer is down; a key set older than
 * its `Cache-Control` allows is renewed beside the requests. As long as there are
 * no keys, requests are refused with 503, never let through.
 *
 * Does NOT follow revocations, read proofs of possession (tokens with `cnf` are refused), or read tokens
 * from the query, the body or cookies.
 *
 * @throws TypeError when an option is missing, unknown, empty or unsafe;
 *   TokenError when `keys` cannot stand in one set
 * @see RFC 9068 §4, RFC 6750 §3, RFC 8414 §3
 */
export function createGuard(options: GuardOptions): Guard {
  const settings = readOptions(options);
  const closing = new AbortController();
  const sources = settings.issuers.map((issuer) => createSource(issuer, settings, closing.signal));
  const verifyToken = createTokenVerifier(sources.map((source) => source.verifier));
  const report = createReporter(settings.onRefusal);
  const parts = (requirements: Requirements | undefined): GateParts => ({
    verifyToken,
    checkAccess: compileRequirements(requirements, settings),
    report,
  });
  const gate = (requirements: Requirements | undefined): Gate => openGate(parts(requirements));
  for (const { keys } of sources) void keys?.look();
  return {
    express: (requirements) => forExpress(gate(requirements)),
    fastify: (requirements) => forFastify(gate(requirements)),
    hono: (requirements) => forHono(gate(requirements)),
    koa: (requirements) => forKoa(gate(requirements)),
    node: (handler, requirements) => forNode(gate(requirements), handler),
    fetch: (handler, requirements) => forFetch(gate(requirements), handler),
    verify: async (token, requirements) => {
      const decision = await decide(token, parts(requirements));
      if (decision.kind === 'refused') throw new RefusalError(decision);
      return decision.auth;
    },
    status: () => ({
      revocation: 'none',
      notice: revocationNotice,
      isClosed: closing.signal.aborted,
      issuers: sources.map((source) => source.status()),
    }),
    ready: async () => {
      await Promise.all(sources.map(awaitKeys));
    },
    close: () => closing.abort(),
  };
}

interface Source {
  readonly verifier: IssuerVerifier;
  /** `undefined` when the keys were given. */
  readonly keys: IssuerKeys | undefined;
  status(): IssuerStatus;
}

function createSource(issuer: string, settings: GuardSettings, closed: AbortSignal): Source {
  const { keys: given, algorithms, fetch, now, dangerAllowHttp } = settings;
  if (given !== undefined && !isRemote(given)) {
    const verify = createVerifier(issuer, given, settings);
    const status: IssuerStatus = { issuer, state: 'given', keysFetchedAtMs: undefined, fault: undefined };
    return { verifier: { issuer, verify, look: undefined }, keys: undefined, status: () => status };
  }
  const options = { issuer, remote: given, algorithms, fetch, now, dangerAllowHttp, closed };
  const keys = createIssuerKeys(options);
  const verify = createVerifier(issuer, keys.keySet, settings);
  return { verifier: { issuer, verify, look: keys.look }, keys, status: keys.status };
}

function isRemote(keys: KeySet): keys is RemoteKeySet {
  return 'refresh' in keys && typeof keys.refresh === 'function';
}

/** RFC 9068 §4: the type keeps ID tokens and every other kind of JWT out. */
function createVerifier(issuer: string, keys: KeySet, settings: GuardSettings): IssuerVerifier['verify'] {
  const { audience, algorithms, clockToleranceSeconds, now } = settings;
  return createJwtVerifier({
    keys,
    issuer,
    audience,
    algorithms,
    type: 'at+jwt',
    clockToleranceSeconds,
    now,
  });
}

async function awaitKeys({ keys, status }: Source): Promise<void> {
  if (keys === undefined || ['fresh', 'stale'].includes(keys.status().state)) return;
  const seen = await keys.look();
  if (seen.kind === 'looked') return;
  const { issuer, fault } = status();
  throw new Error(`guard: no keys of ${issuer}: ${fault ?? 'closed'}`);
}
