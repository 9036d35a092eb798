import { Worker } from 'node:worker_threads';
import type { Committed, ResultsOf, Statement, Store } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import type { ActOutcome } from './sqlite-group.ts';
import { type Act, createGroupWriter, type FromWriter, type ToWriter } from './sqlite-message.ts';
import type { WriterData } from './sqlite-writer.ts';

const writerUrl = new URL(
  import.meta.url.endsWith('.ts') ? './sqlite-writer.ts' : './sqlite-writer.js',
  import.meta.url,
);

/** Bounds how long the first of a group waits for the last. */
const maxGroup = 512;

interface Waiting {
  readonly act: Act;
  readonly resolve: (outcome: ActOutcome) => void;
}

/**
 * The writer's thread, as the main thread sees it. What one turn of the loop asks for goes there together; while a
 * group is there, the next one gathers here, and leaves when the outcomes come back. So a message, a waking thread
 * and a sync to disk are shared by as many acts as there are.
 */
export function startWriter(data: WriterData): Pick<Store, 'commit' | 'waiting' | 'close'> {
  const worker = new Worker(writerUrl, { workerData: data });
  const writeGroup = createGroupWriter();
  const gathered: Waiting[] = [];
  let underWay: readonly Waiting[] = [];
  let isSoon = false;
  let broken: string | undefined;
  let isClosing = false;

  const send = (message: ToWriter): void => worker.postMessage(message);
  const sendGroup = (): void => {
    isSoon = false;
    if (underWay.length > 0 || broken !== undefined) return;
    underWay = gathered.splice(0, maxGroup);
    if (underWay.length > 0) send(writeGroup(underWay.map(({ act }) => act)));
    else if (isClosing) send({ kind: 'close' });
    else worker.unref();
  };
  const fail = (message: string): void => {
    broken = message;
    for (const { resolve } of [...underWay, ...gathered]) resolve({ kind: 'unavailable', message });
    underWay = [];
    gathered.length = 0;
  };
  worker.on('message', (outcomes: FromWriter) => {
    const answered = underWay;
    underWay = [];
    // First of all: it is at work while the answers are given.
    sendGroup();
    for (const [index, { resolve }] of answered.entries()) {
      resolve(outcomes[index] ?? { kind: 'unavailable', message: 'the writer did not answer' });
    }
  });
  worker.on('error', (error) => fail(error instanceof Error ? error.message : 'the writer failed'));
  worker.on('exit', () => fail('the writer has stopped'));
  worker.unref();

  const sendSoon = (): void => {
    worker.ref();
    if (isSoon || underWay.length > 0) return;
    isSoon = true;
    setImmediate(sendGroup);
  };
  const commit: Store['commit'] = async <const Act extends readonly Statement<unknown>[]>(act: Act) => {
    if (broken !== undefined) throw refuseCommit(broken);
    const { promise, resolve } = Promise.withResolvers<ActOutcome>();
    gathered.push({ act, resolve });
    sendSoon();
    return settle<Act>(await promise);
  };
  const close = async (): Promise<void> => {
    if (broken !== undefined) return;
    isClosing = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    worker.once('exit', () => resolve());
    sendSoon();
    await promise;
  };
  return { commit, waiting: () => underWay.length + gathered.length, close };
}

/**
 * The rows' types are stated where the statement is written; a database has
 * none to check them against. Here, and in `read`, they are believed.
 */
function settle<const Act extends readonly Statement<unknown>[]>(outcome: ActOutcome): Committed<Act> {
  if (outcome.kind === 'committed') {
    return { kind: 'committed', results: outcome.results as ResultsOf<Act> };
  }
  if (outcome.kind === 'refused') return outcome;
  if (outcome.kind === 'unavailable') throw refuseCommit(outcome.message);
  throw new Error(`the database refused a statement: ${outcome.message}`);
}

/** Space is freed, a lock is released: worth another try. */
const retryAfterSeconds = 5;

export function refuseCommit(reason: string): Refusal {
  return new Refusal('unavailable', { reason, retryAfterSeconds });
}
