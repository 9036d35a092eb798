import type { House, RequestSource } from '../base/house.ts';
import type { RefusalCode, RefusalRow } from '../base/refusals.ts';

/** A request as it came in. */
export interface Asked {
  readonly request: Request;
  readonly params: Readonly<Record<string, string>>;
  readonly incoming: Incoming | undefined;
}

/** What we read of a request of `node:http` or `node:http2`. */
export interface Incoming {
  /** The request target as it was sent. */
  readonly url?: string | undefined;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

/** What is known of a request while it is answered. */
export interface Visit {
  readonly asked: Asked;
  readonly startedAtMs: number;
  readonly source: RequestSource;
  /** Set once an access token was accepted. */
  userId: string | undefined;
}

/** What is answered, and why if it is a refusal. */
export interface Outcome {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | ReadableStream<Uint8Array> | null;
  /** Values of `Set-Cookie` fields. */
  readonly cookies?: readonly string[] | undefined;
  readonly refused?: {
    readonly logLevel: RefusalRow['logLevel'];
    readonly code: RefusalCode;
    readonly reason?: string;
    readonly fault?: unknown;
  };
}

/**
 * One line a request. Never a header but the caller's own request id, never a
 * body, a query or a path with ids in it: the pattern of the route instead.
 */
export function logRequest(
  { log, now }: Pick<House, 'log' | 'now'>,
  {
    visit,
    path,
    outcome,
  }: { readonly visit: Visit; readonly path: string | undefined; readonly outcome: Outcome },
): void {
  const { asked, source, startedAtMs, userId } = visit;
  const { refused, status } = outcome;
  log[refused?.logLevel ?? 'info']('request', {
    request_id: source.requestId,
    method: asked.request.method.slice(0, 16),
    route: path ?? 'unknown',
    status,
    ms: now() - startedAtMs,
    address: source.address,
    ...(userId !== undefined && { user: userId }),
    ...readClientRequestId(asked.request.headers),
    ...(refused !== undefined && { code: refused.code }),
    ...(refused?.reason !== undefined && { reason: refused.reason }),
    ...(refused?.fault !== undefined && { fault: refused.fault }),
  });
}

/** The caller's own name for the request: helps to find it again, is never ours. */
function readClientRequestId(headers: Headers): { readonly client_request_id?: string } {
  const id = headers.get('x-request-id');
  return id !== null && /^[A-Za-z0-9_-]{1,64}$/.test(id) ? { client_request_id: id } : {};
}
