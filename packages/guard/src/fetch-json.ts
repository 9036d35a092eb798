/** The subset of `fetch` that the guard uses. */
export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export type FetchedJson =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'refused'; readonly why: 'redirect' | 'too_large' };

export interface FetchLimits {
  readonly fetch: Fetch;
  readonly maxBytes: number;
  /** Ends the request; the caller decides after how long. */
  readonly signal: AbortSignal;
}

/**
 * GET one JSON document without following redirects.
 *
 * Reading stops at `maxBytes`, whatever `Content-Length` says. Anything but a 200
 * with JSON is `not_found`. The document's content is NOT checked.
 *
 * @throws what `fetch` throws when there is no answer, or when `signal` fires
 */
export async function fetchJson(url: string, limits: FetchLimits): Promise<FetchedJson> {
  const response = await limits.fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'manual',
    signal: limits.signal,
  });
  // Runtimes other than Node answer a manual redirect with status 0 (Fetch, "opaqueredirect").
  if (response.status === 0 || (response.status >= 300 && response.status < 400)) {
    await response.body?.cancel();
    return { kind: 'refused', why: 'redirect' };
  }
  if (response.status !== 200) {
    await response.body?.cancel();
    return { kind: 'not_found' };
  }
  const text = await readText(response, limits.maxBytes);
  return text === undefined ? { kind: 'refused', why: 'too_large' } : parse(text);
}

async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the stream and with it the connection.
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parse(text: string): FetchedJson {
  try {
    return { kind: 'json', value: JSON.parse(text) };
  } catch {
    return { kind: 'not_found' };
  }
}
