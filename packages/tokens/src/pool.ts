import { availableParallelism } from 'node:os';
import { algorithms as table } from './algorithms.ts';
import { defaultMaxTokenBytes } from './compact.ts';
import type { Key } from './jwk/key.ts';
import { toPublicKey } from './jwk/to-public-key.ts';
import { createKeySet } from './jwks/local.ts';
import { createJwtVerifier, type JwtVerifierOptions, type VerifiedJwt } from './jwt/verify.ts';
import type { KeyOnTheWay, ThreadData } from './pool/messages.ts';
import { PoolError, type PoolErrorCode } from './pool/pool-error.ts';
import { startThread, type VerifierThread, type Waiting } from './pool/thread.ts';
import { TokenError } from './token-error.ts';

export { PoolError, type PoolErrorCode };

export interface VerifierPoolOptions extends Omit<JwtVerifierOptions, 'keys'> {
  /** Public keys; a private one lends its public half. Secrets are refused: HMAC is faster than the way to a thread. */
  readonly keys: readonly Key[];
  /** 1 to 64; default: as many as the process may use processors. */
  readonly threads?: number;
  /** Tokens that may wait or be worked on at a time; default 10 000. */
  readonly maxWaiting?: number;
}

export interface VerifierPoolStatus {
  readonly threads: number;
  /** Tokens that nobody has begun, or not finished. */
  readonly waiting: number;
  readonly isClosed: boolean;
}

export interface VerifierPool {
  /** Rejects with the TokenError that `createJwtVerifier` would throw, or with PoolError. */
  verify(token: string): Promise<VerifiedJwt>;
  /**
   * Other keys for every token that no thread has yet.
   * @throws TypeError, TokenError as `createVerifierPool`; the old keys then stay
   */
  replaceKeys(keys: readonly Key[]): void;
  status(): VerifierPoolStatus;
  /** Ends the threads; what was not answered is rejected with PoolError `closed`. */
  close(): Promise<void>;
}

/** Sent to a thread at a time: enough that it never waits, few enough that the other threads get their share. */
const maxBatch = 16;
const maxPendingInThread = 2 * maxBatch;

/**
 * Verify tokens of one kind on all processors, without blocking the thread that calls.
 *
 * Pays for RS256, ES256, Ed25519 and ML-DSA under load: a token costs the caller
 * some microseconds for the way instead of the signature's fifty to two hundred.
 * The checks are those of `createJwtVerifier`; the time is that of the moment when a
 * token goes to its thread. Does NOT follow a remote key set: call `replaceKeys`.
 *
 * @throws TypeError for options that would switch a check off, and for secrets; TokenError
 *   `key_required`, `key_set_invalid`
 */
export function createVerifierPool(options: VerifierPoolOptions): VerifierPool {
  const { threads = availableParallelism(), maxWaiting = 10_000, keys: given, ...rest } = options;
  checkCount(threads, { name: 'threads', to: 64 });
  checkCount(maxWaiting, { name: 'maxWaiting', to: 10_000_000 });
  const { now = Date.now, ...plain } = rest;
  createJwtVerifier({ ...rest, keys: createKeySet(given) });
  let data: ThreadData = { keys: toPublicParts(given), options: plain };
  const running: VerifierThread[] = [];
  const queue: Waiting[] = [];
  let isClosed = false;

  const countWaiting = (): number => running.reduce((sum, { pending }) => sum + pending, queue.length);
  const dispatch = (): void => {
    while (queue.length > 0) {
      const thread = chooseThread(running, threads, () => startThread(data, dispatch));
      if (thread === undefined) return;
      const share = Math.ceil(queue.length / threads);
      thread.send(queue.splice(0, Math.min(maxBatch, share)), now());
    }
  };
  const enqueue = (waiting: Waiting): void => {
    queue.push(waiting);
    // Tokens of the same turn travel together.
    if (queue.length === 1) queueMicrotask(dispatch);
  };
  return {
    verify: (token) => {
      const fault = isClosed ? new PoolError('closed') : checkForm(token, plain.maxTokenBytes);
      if (fault !== undefined) return Promise.reject(fault);
      if (countWaiting() >= maxWaiting) return Promise.reject(new PoolError('queue_full'));
      return new Promise((resolve, reject) => enqueue({ token, resolve, reject }));
    },
    replaceKeys: (keys) => {
      createJwtVerifier({ ...rest, keys: createKeySet(keys) });
      data = { ...data, keys: toPublicParts(keys) };
      for (const thread of running) thread.replaceKeys(data.keys);
    },
    status: () => ({ threads: running.length, waiting: countWaiting(), isClosed }),
    close: async () => {
      isClosed = true;
      for (const { reject } of queue.splice(0)) reject(new PoolError('closed'));
      await Promise.all(running.splice(0).map((thread) => thread.close()));
    },
  };
}

/** The one with the fewest tokens that has room, or a new one while there may be more. */
function chooseThread(
  running: VerifierThread[],
  limit: number,
  start: () => VerifierThread,
): VerifierThread | undefined {
  const alive = running.filter(({ isAlive }) => isAlive);
  running.splice(0, running.length, ...alive);
  const [idlest] = alive.toSorted((one, other) => one.pending - other.pending);
  if (idlest !== undefined && idlest.pending === 0) return idlest;
  if (running.length < limit) {
    const thread = start();
    running.push(thread);
    return thread;
  }
  return idlest !== undefined && idlest.pending <= maxPendingInThread - maxBatch ? idlest : undefined;
}

/** What needs no thread to be refused, so that the queue holds no text without end. */
function checkForm(token: unknown, maxBytes = defaultMaxTokenBytes): TokenError | undefined {
  if (typeof token !== 'string') return new TokenError('malformed', { message: 'a token is a string' });
  return token.length > maxBytes ? new TokenError('too_large') : undefined;
}

function toPublicParts(keys: readonly Key[]): readonly KeyOnTheWay[] {
  return keys.map((key) => {
    if (table[key.algorithm].isSymmetric) throw new TypeError('createVerifierPool: keys are public keys');
    const { algorithm, keyId, keyObject } = toPublicKey(key);
    return { algorithm, keyId, keyObject };
  });
}

function checkCount(count: number, { name, to }: { readonly name: string; readonly to: number }): void {
  if (!Number.isSafeInteger(count) || count < 1 || count > to) {
    throw new TypeError(`createVerifierPool: ${name} must be an integer from 1 to ${to}`);
  }
}
