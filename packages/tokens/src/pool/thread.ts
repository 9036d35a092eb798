import { Worker } from 'node:worker_threads';
import type { VerifiedJwt } from '../jwt/verify.ts';
import { TokenError } from '../token-error.ts';
import type { Answer, FromThread, ThreadData, ToThread } from './messages.ts';
import { PoolError, type PoolErrorCode } from './pool-error.ts';

/** A token and who waits for it. */
export interface Waiting {
  readonly token: string;
  readonly resolve: (jwt: VerifiedJwt) => void;
  readonly reject: (error: Error) => void;
}

export interface VerifierThread {
  /** Tokens sent and not answered. */
  readonly pending: number;
  readonly isAlive: boolean;
  send(batch: readonly Waiting[], nowMs: number): void;
  /** Counts for every token sent afterwards. */
  replaceKeys(keys: ThreadData['keys']): void;
  close(): Promise<void>;
}

/** Beside this module: as it is in the sources, and in the built package, where all modules lie flat. */
const program = new URL(
  import.meta.url.endsWith('.ts') ? './verifier-thread.ts' : './verifier-thread.js',
  import.meta.url,
);

/**
 * Start a thread that verifies. It keeps the process alive only while it has tokens.
 *
 * @param changed  called after each answer, and when the thread ended
 */
export function startThread(data: ThreadData, changed: () => void): VerifierThread {
  // The flags of the process (`--input-type`, `--import`) are meant for its own program.
  const worker = new Worker(program, { workerData: data, name: 'countersign-verifier', execArgv: [] });
  worker.unref();
  const batches: (readonly Waiting[])[] = [];
  let pending = 0;
  let isAlive = true;

  worker.on('message', (answers: FromThread) => {
    const batch = batches.shift() ?? [];
    pending -= batch.length;
    if (pending === 0) worker.unref();
    for (const [at, answer] of answers.entries()) settle(batch[at], answer);
    changed();
  });
  const end = (code: PoolErrorCode, cause?: unknown): void => {
    isAlive = false;
    const lost = batches.splice(0).flat();
    pending = 0;
    for (const { reject } of lost) reject(new PoolError(code, cause));
    changed();
  };
  worker.on('error', (error) => end('thread_failed', error));
  worker.on('exit', () => end('thread_failed'));

  return {
    get pending(): number {
      return pending;
    },
    get isAlive(): boolean {
      return isAlive;
    },
    send: (batch, nowMs) => {
      if (pending === 0) worker.ref();
      pending += batch.length;
      batches.push(batch);
      post(worker, { kind: 'tokens', tokens: batch.map(({ token }) => token), nowMs });
    },
    replaceKeys: (keys) => post(worker, { kind: 'keys', keys }),
    close: async () => {
      end('closed');
      await worker.terminate();
    },
  };
}

function post(worker: Worker, message: ToThread): void {
  worker.postMessage(message);
}

function settle(waiting: Waiting | undefined, answer: Answer): void {
  if (waiting === undefined) return;
  if (answer.kind === 'verified') waiting.resolve(answer.jwt);
  else if (answer.kind === 'fault') waiting.reject(new Error(`verifier pool: ${answer.message}`));
  else waiting.reject(refusalOf(answer));
}

function refusalOf({ code, message, claim }: Extract<Answer, { kind: 'refused' }>): TokenError {
  return new TokenError(code, claim === undefined ? { message } : { message, claim });
}
