import { isInvalidToken, readStepUpNeed, type StepUpNeed } from './challenge.ts';
import type { Surroundings } from './surroundings.ts';
import { type MayAttachTo, resolveUrl } from './token-targets.ts';

/** The client, as far as attaching needs it. */
export interface TokenSource {
  readonly accessToken: () => Promise<string | undefined>;
  /** The token to retry with after this one was refused; `undefined` when a retry would be in vain. */
  readonly replaceRejected: (rejected: string) => Promise<string | undefined>;
  /**
   * The same for a sign-in that was too weak or too long ago: tells `step-up-needed`, and waits for `onStepUp`
   * where there is one.
   */
  readonly replaceWeak: (rejected: string, need: StepUpNeed) => Promise<string | undefined>;
  readonly mayAttachTo: MayAttachTo;
}

/** The token to retry with that the challenge of a 401 leads to. */
export async function replaceAsAsked(
  source: Pick<TokenSource, 'replaceRejected' | 'replaceWeak'>,
  token: string,
  challenge: string | null | undefined,
): Promise<string | undefined> {
  const need = readStepUpNeed(challenge);
  if (need !== undefined) return await source.replaceWeak(token, need);
  return isInvalidToken(challenge) ? await source.replaceRejected(token) : undefined;
}

/**
 * `fetch` that carries the access token to the issuer and to the API's
 * origins, and to nowhere else; a request to another origin goes out as it is.
 * After a redirect to another origin `fetch` itself drops the header.
 *
 * A 401 with `error="invalid_token"` leads to one renewal and one retry; one
 * with `insufficient_user_authentication` to `step-up-needed`, and to a retry
 * where `onStepUp` has led to another session. A body
 * that can be sent only once is not sent again: the renewal serves the next
 * request, and the 401 is the caller's. An `Authorization` of the caller's own
 * is left alone.
 *
 * @throws ClientError when the token has expired or was refused, and cannot be
 *   renewed now; otherwise what `fetch` throws
 */
export function createFetchWithToken(source: TokenSource, surroundings: Surroundings): typeof fetch {
  return async (input, init) => {
    // By form, not by class: a polyfill or another realm has a `Request` of its own.
    const request = typeof input === 'object' && 'url' in input ? input : undefined;
    const address = typeof input === 'string' ? input : 'href' in input ? input.href : input.url;
    const url = resolveUrl(address, surroundings.pageUrl());
    const headers = new Headers(init?.headers ?? request?.headers);
    if (url === undefined || headers.has('authorization') || !source.mayAttachTo(url.href)) {
      return await surroundings.fetch(input, init);
    }
    // What was checked is what is sent, whatever `input` says when it is asked again.
    const target = request ?? url.href;
    const token = await source.accessToken();
    const answer = await surroundings.fetch(target, attach(init, headers, token));
    if (token === undefined || answer.status !== 401) return answer;
    const challenge = answer.headers.get('www-authenticate');
    if (!isReplayable(request, init)) {
      replaceAsAsked(source, token, challenge).catch(() => undefined);
      return answer;
    }
    const renewed = await replaceAsAsked(source, token, challenge).catch((error: unknown) => {
      letGo(answer);
      throw error;
    });
    if (renewed === undefined) return answer;
    letGo(answer);
    return await surroundings.fetch(target, attach(init, headers, renewed));
  };
}

/** Nobody reads it: its connection is free for the next request. */
function letGo(answer: Response): void {
  answer.body?.cancel().catch(() => undefined);
}

function attach(init: RequestInit | undefined, headers: Headers, token: string | undefined): RequestInit {
  const own = new Headers(headers);
  if (token !== undefined) own.set('authorization', `Bearer ${token}`);
  return { ...init, headers: own };
}

/** Text, bytes, forms and blobs can be sent twice; a stream is spent, and a `Request` with a body is a stream. */
function isReplayable(request: Request | undefined, init: RequestInit | undefined): boolean {
  const body = init?.body;
  if (body !== undefined && body !== null) return isBuffered(body);
  if (request === undefined) return true;
  // Firefox does not tell; there only methods without a body are known to be safe.
  return request.body === null || request.method === 'GET' || request.method === 'HEAD';
}

function isBuffered(body: BodyInit): boolean {
  return !(typeof body === 'object' && (Symbol.asyncIterator in body || 'getReader' in body));
}
