import type { Fetch } from '@countersign/tokens';
import { FeedError } from './feed-error.ts';

export interface Credential {
  /**
   * An access token with scope `revocations:read`. `refused` is a token that the feed has just refused, so that it
   * is not given out again.
   */
  accessToken(refused?: string): Promise<string>;
  readonly fetch: Fetch;
}

export interface Call {
  readonly url: string;
  readonly accept: string;
  readonly signal: AbortSignal;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON; makes the call a POST. */
  readonly body?: string;
}

/**
 * One call with the credential, and a second one with a new token where the first was refused.
 *
 * No redirects: a credential goes to the address that was named or nowhere. Statuses other than 200, 204 and 410 are
 * faults; the body of 200 is not yet read.
 *
 * @throws FeedError `unauthorized`, `not_answered`; and what `fetch` or `accessToken` throw
 * @see RFC 6750 §2.1
 */
export async function callFeed(credential: Credential, call: Call): Promise<Response> {
  const token = await credential.accessToken();
  const first = await send(credential, call, token);
  const response = first.status === 401 ? await repeat(credential, call, { first, token }) : first;
  if (response.status === 200 || response.status === 204 || response.status === 410) return response;
  await response.body?.cancel();
  throw new FeedError(response.status === 401 || response.status === 403 ? 'unauthorized' : 'not_answered');
}

async function repeat(
  credential: Credential,
  call: Call,
  refused: { readonly first: Response; readonly token: string },
): Promise<Response> {
  await refused.first.body?.cancel();
  return send(credential, call, await credential.accessToken(refused.token));
}

async function send({ fetch }: Credential, call: Call, token: string): Promise<Response> {
  const { url, accept, signal, body } = call;
  const posted: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept, authorization: `Bearer ${token}`, ...posted, ...call.headers },
    redirect: 'manual',
    credentials: 'omit',
    cache: 'no-store',
    signal,
    ...(body === undefined ? {} : { body }),
  });
  if (!response.redirected) return response;
  await response.body?.cancel();
  throw new FeedError('not_answered');
}

/** @throws FeedError `answer_too_large` */
export async function readText(response: Response, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of limitBytes(response.body ?? [], maxBytes)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** Leaving the loop cancels the body and closes the connection. */
export async function* limitBytes(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBytes) throw new FeedError('answer_too_large');
    yield chunk;
  }
}
