import { hash } from 'node:crypto';
import type { BreachedPasswords, Log } from '../base/house.ts';
import type { BreachFilter } from './breach-filter.ts';

export interface BreachedParts {
  /** The operator's own list. */
  readonly filter: BreachFilter | undefined;
  /** Address of a service that answers `GET <url>/<first five digits>` with the rest of each digest. */
  readonly url: string | undefined;
  readonly log: Log;
  /** Default: a second, which somebody who chooses a password may be kept waiting. */
  readonly timeoutMs?: number;
}

const prefixDigits = 5;
const defaultTimeoutMs = 1000;
const maxAnswerBytes = 1_048_576;

/**
 * Whether a password is in a list of leaked ones: the operator's file, and a
 * service if one is configured. The service learns the first 20 of 160 bits of
 * a SHA-1; its answers are padded, so their length tells nothing either.
 */
export function createBreachedPasswords(parts: BreachedParts): BreachedPasswords {
  const { filter, url, log, timeoutMs = defaultTimeoutMs } = parts;
  return {
    async find(password) {
      const digests = formsOf(password).map((form) => hash('sha1', form, 'buffer'));
      for (const digest of digests) if (await filter?.has(digest)) return 'listed';
      if (url === undefined) return 'not-listed';
      try {
        const found = await Promise.all(digests.map((digest) => askForRange({ url, timeoutMs }, digest)));
        return found.includes(true) ? 'listed' : 'not-listed';
      } catch (error) {
        // Nothing of the password: an address with the prefix may stand in the error.
        const message = error instanceof Error ? error.name : 'unknown';
        log.warn('breached-passwords.not-asked', { message });
        return 'not-asked';
      }
    },
    close: async () => filter?.close(),
  };
}

/** As it was typed and as it is hashed here, where they differ. */
function formsOf(password: string): readonly string[] {
  return [...new Set([password, password.normalize('NFKC')])];
}

async function askForRange(
  { url, timeoutMs }: { readonly url: string; readonly timeoutMs: number },
  digest: Buffer,
): Promise<boolean> {
  const digits = digest.toString('hex').toUpperCase();
  const response = await fetch(`${url}/${digits.slice(0, prefixDigits)}`, {
    headers: { 'Add-Padding': 'true', 'User-Agent': 'countersign' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error('the service did not answer with a list');
  }
  const wanted = digits.slice(prefixDigits);
  const lines = (await readAnswer(response)).split('\n');
  // A padding entry has the count 0.
  return lines.some((line) => {
    const [suffix = '', count = ''] = line.trim().split(':');
    return suffix.toUpperCase() === wanted && count !== '0';
  });
}

async function readAnswer(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new Error('the answer of the service is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('latin1');
}
