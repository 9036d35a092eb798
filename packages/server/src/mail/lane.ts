import type { Channel, OutgoingMessage } from '../base/messages.ts';
import type { ClaimedMessage, OutboxLease } from '../base/outbox-rows.ts';
import { randomId } from '../base/random-id.ts';
import { attemptLimitMs, type SendOutcome, type Transport } from '../base/transport.ts';
import { composeMessage } from './compose-message.ts';
import type { OutboxParts } from './outbox-parts.ts';

/** The way of one channel out of the queue. */
export interface Lane {
  wake(): void;
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Longer than an attempt may take, on clocks that differ. */
const leaseMs = attemptLimitMs + 20_000;
/** A process has three seconds to close after its requests. */
const graceMs = 2000;
const farewellMs = 300;
const firstRestMs = 5000;
const maxRestMs = 60_000;
const firstDelayMs = 30_000;
const maxDelayMs = 3_600_000;

interface LaneState {
  readonly running: Set<Promise<void>>;
  isClosing: boolean;
  /** The whole channel waits until then (invariant 5). */
  restsUntilMs: number;
  /** Rests in a row. */
  rests: number;
}

type LaneParts = OutboxParts & {
  readonly channel: Channel;
  readonly transport: Transport;
  readonly state: LaneState;
};

export function openLane(outbox: OutboxParts, channel: Channel, transport: Transport): Lane {
  const state: LaneState = { running: new Set(), isClosing: false, restsUntilMs: 0, rests: 0 };
  const parts: LaneParts = { ...outbox, channel, transport, state };
  let isAgain = false;
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    for (const message of await claimDue(parts)) {
      const attempt = serve(parts, message)
        .catch((error: unknown) => report(parts, error))
        .finally(() => {
          state.running.delete(attempt);
          wake();
        });
      state.running.add(attempt);
    }
  };
  const wake = (): void => {
    if (state.isClosing) return;
    isAgain = looking !== undefined;
    looking ??= look()
      .catch((error: unknown) => report(parts, error))
      .finally(() => {
        looking = undefined;
        if (isAgain) wake();
      });
  };
  return {
    wake,
    async settled() {
      wake();
      while (true) {
        const now = [...state.running, ...(looking === undefined ? [] : [looking])];
        if (now.length === 0) return;
        await Promise.all(now);
      }
    },
    async close() {
      state.isClosing = true;
      await looking;
      await Promise.race([Promise.all(state.running), wait(graceMs)]);
      transport.close();
      // What was cut off is noted, as far as it ends; the rest is found by its lease.
      await Promise.race([Promise.all(state.running), wait(farewellMs)]);
    },
  };
}

function report({ log, state }: LaneParts, error: unknown): void {
  if (!state.isClosing) log.error('outbox.failed', { error });
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** As many as may be sent beside those that are. Writes only when there is something. */
async function claimDue(parts: LaneParts): Promise<readonly (ClaimedMessage & OutboxLease)[]> {
  const { store, statements, channel, transport, state } = parts;
  const nowMs = parts.now();
  const limit = transport.maxAtOnce - state.running.size;
  if (limit <= 0 || nowMs < state.restsUntilMs) return [];
  const due = await store.read(statements.findDue(channel, nowMs));
  if (due.length === 0 || state.isClosing) return [];
  const { recognisesRepeats: mayRepeat } = transport;
  const leaseId = randomId();
  const untilMs = nowMs + leaseMs;
  if (!mayRepeat) await giveUpUnknown(parts, nowMs);
  const outcome = await store.commit([
    statements.claim({ channel, leaseId, limit, nowMs, untilMs, mayRepeat }),
  ]);
  return outcome.kind === 'committed' ? outcome.results[0].rows.map((row) => ({ ...row, leaseId })) : [];
}

async function giveUpUnknown({ store, statements, channel, log }: LaneParts, nowMs: number): Promise<void> {
  const outcome = await store.commit([statements.failUnknown({ channel, nowMs })]);
  for (const { id } of outcome.kind === 'committed' ? outcome.results[0].rows : []) {
    log.warn('message.failed', { message: id, channel, fault: 'outcome_unknown' });
  }
}

async function serve(parts: LaneParts, row: ClaimedMessage & OutboxLease): Promise<void> {
  const { now, log } = parts;
  if (now() >= row.giveUpAtMs) return noteFailed(parts, row, 'expired');
  let message: OutgoingMessage;
  try {
    message = composeMessage(parts, row);
  } catch (error) {
    log.error('message.unreadable', { message: row.id, template: row.template, error });
    return noteFailed(parts, row, 'unreadable');
  }
  await note(parts, row, await parts.transport.send(message));
}

function note(parts: LaneParts, row: ClaimedMessage & OutboxLease, outcome: SendOutcome): Promise<void> {
  if (outcome.kind === 'sent') return noteSent(parts, row);
  if (outcome.kind === 'never') return noteFailed(parts, row, outcome.fault);
  return noteAgain(parts, row, outcome);
}

async function noteSent(parts: LaneParts, row: ClaimedMessage & OutboxLease): Promise<void> {
  const { store, statements, log, state, now } = parts;
  state.rests = 0;
  const outcome = await store.commit([statements.noteSent(row, now())]);
  const { id: message, template, attempts } = row;
  // Another process may have sent it as well, with the same id.
  if (outcome.kind === 'refused') log.warn('message.lease-lost', { message, template });
  else log.info('message.sent', { message, template, attempts });
}

async function noteFailed(
  { store, statements, log, now }: LaneParts,
  row: ClaimedMessage & OutboxLease,
  fault: string,
): Promise<void> {
  log.warn('message.failed', { message: row.id, template: row.template, fault, attempts: row.attempts });
  await store.commit([statements.noteFailed(row, { atMs: now(), fault })]);
}

async function noteAgain(
  parts: LaneParts,
  row: ClaimedMessage & OutboxLease,
  { fault, concerns }: Extract<SendOutcome, { kind: 'later' }>,
): Promise<void> {
  const { store, statements, log } = parts;
  const nowMs = parts.now();
  const nextAttemptMs = concerns === 'channel' ? rest(parts, nowMs) : nowMs + delayAfter(parts, row.attempts);
  if (nextAttemptMs >= row.giveUpAtMs) return noteFailed(parts, row, fault);
  log.warn('message.delayed', { message: row.id, template: row.template, fault, attempts: row.attempts });
  await store.commit([statements.noteAgain(row, { nextAttemptMs, fault })]);
}

/** Those that fail together lengthen the rest once. @returns when the channel goes on */
function rest({ state, random }: LaneParts, nowMs: number): number {
  if (nowMs >= state.restsUntilMs) {
    const restMs = Math.min(firstRestMs * 2 ** state.rests, maxRestMs);
    state.rests = Math.min(state.rests + 1, 10);
    state.restsUntilMs = nowMs + Math.ceil(restMs * (0.75 + 0.25 * random()));
  }
  return state.restsUntilMs;
}

function delayAfter({ random }: LaneParts, attempts: number): number {
  const delayMs = Math.min(firstDelayMs * 2 ** Math.min(attempts - 1, 20), maxDelayMs);
  return Math.ceil(delayMs * (0.75 + 0.25 * random()));
}
