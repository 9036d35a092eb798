import type { FeedState, FeedStatements, LoggedEvent } from '../base/feed-rows.ts';
import type { Store } from '../base/house.ts';
import { createEventLog, eventBytes, type EventLog, graceSeconds, maxBacklog } from './event-log.ts';
import type { OwnView } from './own-view.ts';
import { shareCalls } from './share-calls.ts';

export interface TailParts {
  readonly store: Pick<Store, 'read'>;
  readonly statements: FeedStatements;
  readonly now: () => number;
  /** Is told what is read. `key` events from before the log come with `after` 0. */
  readonly view: Pick<OwnView, 'apply' | 'note' | 'noteFault'>;
}

/** The table of events as this process knows it. */
export interface Tail {
  readonly log: EventLog;
  /** As it was last read: the log reaches its `seq`. Undefined before the first look. */
  readonly state: FeedState | undefined;
  /** Everything that was committed before this time is in the log. */
  readonly knownAtMs: number | undefined;
  /**
   * Reads what is new. Never less than what was committed before the call.
   * @throws Refusal `unavailable` when the database cannot be read
   */
  look(): Promise<FeedState>;
  /** Reads everything again. */
  reload(): Promise<FeedState>;
}

/** Rows a read: a few milliseconds, then others have their turn. */
const pageRows = 1000;

export function createTail(parts: TailParts): Tail {
  let log: EventLog | undefined;
  let state: FeedState | undefined;
  let knownAtMs: number | undefined;
  let mustReload = false;
  let isInDoubt = false;

  const lookNow = async (): Promise<FeedState> => {
    const beganAtMs = parts.now();
    const seen = await readState(parts);
    const isWanted = mustReload || isInDoubt;
    mustReload = false;
    const isSame = !isWanted && log !== undefined && state?.gap === seen.gap && seen.seq >= log.seq;
    // Should the rest fail, the log may hold a part of what was read.
    isInDoubt = true;
    const held = isSame && log !== undefined ? log : await load(parts, seen, beganAtMs);
    await readOn(parts, { log: held, state: seen, beganAtMs });
    isInDoubt = false;
    held.prune(beganAtMs / 1000);
    log = held;
    state = seen;
    knownAtMs = beganAtMs;
    parts.view.note(seen, beganAtMs);
    return seen;
  };
  const look = shareCalls(() =>
    lookNow().catch((error: unknown) => {
      parts.view.noteFault();
      throw error;
    }),
  );
  return {
    get log() {
      log ??= createEventLog(0);
      return log;
    },
    get state() {
      return state;
    },
    get knownAtMs() {
      return knownAtMs;
    },
    look,
    reload() {
      mustReload = true;
      return look();
    },
  };
}

async function readState({ store, statements }: TailParts): Promise<FeedState> {
  const [state] = await store.read(statements.readState());
  if (state === undefined) throw new Error('the feed has no row');
  return state;
}

/** What may still be of use, and what followers that lag may ask for. */
async function load(parts: TailParts, state: FeedState, nowMs: number): Promise<EventLog> {
  const { store, statements } = parts;
  const [first] = await store.read(statements.findFirstOfUse(Math.floor(nowMs / 1000) - graceSeconds));
  const begin = Math.min((first?.seq ?? state.seq + 1) - 1, state.seq - maxBacklog);
  const log = createEventLog(begin);
  for (let after = -1; ; ) {
    const page = await store.read(statements.readKeyEvents({ after, before: begin + 1, limit: pageRows }));
    if (page.length > 0) log.keep(encode(page));
    after = page.at(-1)?.seq ?? after;
    if (page.length < pageRows) break;
    await turn();
  }
  for (const events of log.ofUse(0, begin)) parts.view.apply(events, 0, state, nowMs);
  return log;
}

interface Reading {
  readonly log: EventLog;
  readonly state: FeedState;
  readonly beganAtMs: number;
}

async function readOn(parts: TailParts, { log, state, beganAtMs }: Reading): Promise<void> {
  for (;;) {
    const page = await parts.store.read(parts.statements.readEvents({ after: log.seq, limit: pageRows }));
    for (const { after, rows } of runsOf(page)) {
      const events = encode(rows);
      log.append(events, after);
      parts.view.apply(events, after, state, beganAtMs);
    }
    if (page.length < pageRows) break;
    await turn();
  }
  if (log.seq < state.gap) log.beginAt(state.gap);
  if (log.seq < state.seq) throw new Error('events of the feed are missing from the database');
}

interface Run {
  readonly after: number;
  readonly rows: readonly LoggedEvent[];
}

/** Numbers are dense but for declared gaps, and for what was deleted long after its use. */
function runsOf(page: readonly LoggedEvent[]): readonly Run[] {
  const begins = page.flatMap(({ seq }, index) => (page[index - 1]?.seq === seq - 1 ? [] : [index]));
  return begins.map((begin, n) => {
    const rows = page.slice(begin, begins[n + 1]);
    return { after: (rows[0]?.seq ?? 1) - 1, rows };
  });
}

function encode(rows: readonly LoggedEvent[]): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(rows.length * eventBytes);
  for (const [index, { eventHead, epoch }] of rows.entries()) {
    const at = index * eventBytes;
    bytes.set(eventHead, at);
    bytes.writeUInt32BE(Math.floor(epoch / 0x1_0000_0000), at + 16);
    bytes.writeUInt32BE(epoch % 0x1_0000_0000, at + 20);
  }
  return bytes;
}

/** Others have their turn. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
