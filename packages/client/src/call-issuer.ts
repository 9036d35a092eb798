import { isInvalidToken, readStepUpNeed } from './challenge.ts';
import { ClientError } from './client-error.ts';
import { isProblem, unexpected } from './read-answer.ts';
import type { Surroundings } from './surroundings.ts';

export interface IssuerRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** Starts with `/v1/`; whatever a user could have typed in it is already encoded. */
  readonly path: string;
  /** One of the inputs in `wire.ts`. */
  readonly body?: object;
  readonly accessToken?: string;
  readonly requestId?: string;
  /** Let the request outlive the page. */
  readonly keepAlive?: boolean;
}

/** Send one request; resolves to the parsed answer, `undefined` for 204. */
export type CallIssuer = (request: IssuerRequest) => Promise<unknown>;

interface IssuerAddress {
  /** Without a slash at the end. */
  readonly issuer: string;
  /** In cookie mode cookies go along; otherwise none is sent and none is taken. */
  readonly withCookies: boolean;
  readonly timeoutMs: number;
}

/**
 * One JSON request to the issuer.
 *
 * A redirect is refused: a 307 would carry a password elsewhere.
 *
 * @throws ClientError with the issuer's `code`, or `network`, or `unexpected_answer`
 */
export function createCallIssuer(address: IssuerAddress, surroundings: Surroundings): CallIssuer {
  return async (request) => {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), address.timeoutMs);
    try {
      const answer = await send(surroundings, `${address.issuer}${request.path}`, {
        ...describe(request),
        credentials: address.withCookies ? 'include' : 'omit',
        signal: patience.signal,
      });
      return await readAnswer(answer);
    } finally {
      clearTimeout(timer);
    }
  };
}

function describe(request: IssuerRequest): RequestInit {
  const headers = new Headers({ accept: 'application/json' });
  if (request.body !== undefined) headers.set('content-type', 'application/json');
  if (request.accessToken !== undefined) headers.set('authorization', `Bearer ${request.accessToken}`);
  if (request.requestId !== undefined) headers.set('idempotency-key', request.requestId);
  return {
    method: request.method,
    headers,
    cache: 'no-store',
    redirect: 'error',
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    ...(request.keepAlive === true ? { keepalive: true } : {}),
  };
}

async function send(surroundings: Surroundings, url: string, init: RequestInit): Promise<Response> {
  try {
    return await surroundings.fetch(url, init);
  } catch (cause) {
    throw new ClientError('network', 'The issuer could not be reached', { cause });
  }
}

async function readAnswer(answer: Response): Promise<unknown> {
  if (answer.status === 204) return undefined;
  const text = await answer.text().catch((cause: unknown) => {
    throw new ClientError('network', 'The answer of the issuer broke off', { cause });
  });
  const value = parse(text);
  if (!answer.ok) throw readProblem(answer, value);
  if (value === undefined) throw unexpected();
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** RFC 9457 §3; the status of the answer itself counts, not the member. */
function readProblem(answer: Response, value: unknown): ClientError {
  const problem = isProblem(value) ? value : undefined;
  const challenge = answer.status === 401 ? answer.headers.get('www-authenticate') : null;
  const isRefusedToken = isInvalidToken(challenge);
  return new ClientError(
    isRefusedToken ? 'invalid_token' : (problem?.code ?? fallbackCode(answer.status)),
    problem?.title ?? `The issuer answered ${answer.status}`,
    {
      status: answer.status,
      retryAfterSeconds: readRetryAfter(answer.headers),
      problem,
      stepUpNeed: readStepUpNeed(challenge),
    },
  );
}

function fallbackCode(status: number): string {
  if (status === 429) return 'too_many_requests';
  if (status === 503) return 'overloaded';
  return status >= 500 ? 'server_error' : 'unexpected_answer';
}

/** RFC 9110 §10.2.3: seconds, or a date, which is compared with the issuer's own `Date`, never with our clock. */
function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after')?.trim();
  if (value === undefined) return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const seconds = (Date.parse(value) - Date.parse(headers.get('date') ?? '')) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : undefined;
}
