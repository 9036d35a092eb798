import { createHash, randomBytes } from 'node:crypto';
import { setImmediate as rest } from 'node:timers/promises';
import { createDenyState, eventBytes, type EventScope } from '@countersign/revocation';
import { makeEvents } from './corpus.ts';
import { middle } from './sample.ts';

const head = { timeMs: 1_000_000_000, ttlMaxSeconds: 300 };
const chunkBytes = 65_536;

export interface Growth {
  readonly entries: number;
  readonly bytesAnEntry: number;
  /** Processor time of the slowest run of 64 insertions, an upper bound of a single one. */
  readonly longestInsertionMs: number;
}

/** Fills a state a little at a time, as a feed does. */
export function measureGrowth(entries: number, scopes: readonly EventScope[]): Growth {
  const state = createDenyState({ fingerprintKey: randomBytes(16) });
  const events = makeEvents(entries, scopes);
  const step = 64;
  let longestUs = 0;
  for (let done = 0; done < entries; done += step) {
    const part = events.subarray(done * eventBytes, Math.min(done + step, entries) * eventBytes);
    const before = process.threadCpuUsage();
    state.apply(part, done, head);
    const { user, system } = process.threadCpuUsage(before);
    longestUs = Math.max(longestUs, user + system);
  }
  return { entries, bytesAnEntry: state.bytes / state.entries, longestInsertionMs: longestUs / 1000 };
}

export interface Ingestion {
  readonly entries: number;
  readonly wallMs: number;
  readonly cpuMs: number;
  /** The longest time in which nothing else could run. */
  readonly longestHoldMs: number;
}

/** A snapshot from memory until it counts, its hash included. */
export async function measureIngestion(entries: number, rounds: number): Promise<Ingestion> {
  const scopes: readonly EventScope[] = [...Array<EventScope>(8).fill('session'), 'token', 'user'];
  const bytes = makeEvents(entries, scopes);
  const content = createHash('sha256').update(bytes).digest();
  const runs: Ingestion[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const state = createDenyState({ fingerprintKey: randomBytes(16) });
    const watch = watchHolds();
    const cpu = process.threadCpuUsage();
    const start = performance.now();
    const fault = await state.applySnapshot({ seq: entries, hash: content, content }, inChunks(bytes), head);
    const wallMs = performance.now() - start;
    const { user, system } = process.threadCpuUsage(cpu);
    const longestHoldMs = await watch.stop();
    if (fault !== undefined || state.entries !== entries)
      throw new Error(`the snapshot was not taken: ${fault}`);
    runs.push({ entries, wallMs, cpuMs: (user + system) / 1000, longestHoldMs });
  }
  const middleOf = (key: keyof Ingestion): number => middle(runs.map((run) => run[key]));
  return {
    entries,
    wallMs: middleOf('wallMs'),
    cpuMs: middleOf('cpuMs'),
    longestHoldMs: middleOf('longestHoldMs'),
  };
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
}

/** How long the event loop is held, by the gaps between its turns. */
function watchHolds(): { stop(): Promise<number> } {
  let isRunning = true;
  let longest = 0;
  const turns = (async () => {
    for (let last = performance.now(); isRunning; ) {
      await rest();
      const now = performance.now();
      longest = Math.max(longest, now - last);
      last = now;
    }
  })();
  return {
    async stop() {
      isRunning = false;
      await turns;
      return longest;
    },
  };
}
