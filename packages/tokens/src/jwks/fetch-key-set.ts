import { TokenError } from '../token-error.ts';

/** The subset of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface FetchLimits {
  readonly fetch: Fetch;
  /** From the first byte sent to the last byte received. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface FetchedKeySet {
  readonly bytes: Uint8Array;
  /** `max-age` of Cache-Control; 0 for `no-store` and `no-cache`; undefined where it says nothing. */
  readonly maxAgeSeconds: number | undefined;
}

/**
 * GET a key set once: no redirects, one deadline, bounded size. Does NOT read the content.
 *
 * @throws TokenError `key_set_unavailable`
 */
export async function fetchKeySet(url: string, limits: FetchLimits): Promise<FetchedKeySet> {
  try {
    const response = await limits.fetch(url, {
      headers: { accept: 'application/jwk-set+json, application/json' },
      redirect: 'manual',
      credentials: 'omit',
      signal: AbortSignal.timeout(limits.timeoutMs),
    });
    if (response.status !== 200 || response.redirected) {
      await response.body?.cancel();
      throw unavailable(`the key set was not answered with 200 but with ${response.status}`);
    }
    const bytes = await readBody(response, limits.maxBytes);
    return { bytes, maxAgeSeconds: readMaxAge(response.headers.get('cache-control') ?? '') };
  } catch (error) {
    if (error instanceof TokenError) throw error;
    throw new TokenError('key_set_unavailable', { cause: error });
  }
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the stream and closes the connection.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw unavailable('the key set is longer than maxBytes');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** @see RFC 9111 §5.2.2 */
function readMaxAge(cacheControl: string): number | undefined {
  const directives = cacheControl
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim());
  if (directives.includes('no-store') || directives.includes('no-cache')) return 0;
  const stated = directives.find((directive) => directive.startsWith('max-age='));
  const seconds = stated === undefined ? undefined : /^max-age="?(\d{1,10})"?$/.exec(stated)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

function unavailable(message: string): TokenError {
  return new TokenError('key_set_unavailable', { message });
}
