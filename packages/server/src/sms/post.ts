/** What came of one POST. */
export type Posted =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  /** `isUnsent`: there was no connection, so that nothing can have arrived. */
  | { readonly kind: 'failed'; readonly fault: string; readonly isUnsent: boolean };

export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

const timeLimitMs = 20_000;
const maxAnswerBytes = 65_536;

/** Codes of a connection that was never there. */
const unsent: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection_refused',
  ENOTFOUND: 'name_unknown',
  EAI_AGAIN: 'name_unknown',
  UND_ERR_CONNECT_TIMEOUT: 'timed_out',
};

/** One POST, without redirects. Does not reject. */
export async function post({ url, headers, body, signal }: Post): Promise<Posted> {
  const limit = AbortSignal.timeout(timeLimitMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'user-agent': 'countersign', ...headers },
      body,
      redirect: 'error',
      signal: AbortSignal.any([signal, limit]),
    });
    return { kind: 'answered', status: response.status, body: await readStart(response) };
  } catch (error) {
    const code = findCode(error);
    const fault = Object.hasOwn(unsent, code) ? unsent[code] : undefined;
    if (fault !== undefined) return { kind: 'failed', fault, isUnsent: true };
    return { kind: 'failed', fault: limit.aborted ? 'timed_out' : 'not_answered', isUnsent: false };
  }
}

/** As much of an answer as is looked at. What breaks off there was answered all the same. */
async function readStart(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= maxAnswerBytes) break;
    }
  } catch {
    return '';
  }
  return Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString();
}

function findCode(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
