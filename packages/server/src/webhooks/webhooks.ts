/*
 * Endpoints that are told of revocations
 *
 *   log of events ──cursor of the endpoint──► claimed by one process ──POST──► 2xx: the cursor moves
 *                                                                      └────► else: again later, then disabled
 *
 *  1. The log is the queue: the cursor moves after an answer, so a crash repeats a delivery and loses none.
 *  2. An endpoint is held by one process at a time, for longer than an attempt may take.
 *  3. Events come in order: one that fails holds up those behind it.
 *  4. A repeat has the id of the first attempt; its time and signature are its own.
 */
import type { RevocationView } from '@countersign/revocation';
import type { Log, Store, Webhooks } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import type { Schedule } from '../base/schedule.ts';
import type { Seal } from '../base/seal.ts';
import type { ClaimedWebhook, WebhookEvent, WebhookLease, WebhookStatements } from '../base/webhook-rows.ts';
import { type Attempt, sendMessage } from './send-message.ts';
import { makeWebhookSecret, type Message, signMessage } from '../base/sign-message.ts';

export interface WebhookParts {
  readonly store: Pick<Store, 'read' | 'commit'>;
  readonly statements: WebhookStatements;
  readonly seal: Seal;
  /** Tells of new events. */
  readonly view: Pick<RevocationView, 'onChange'>;
  readonly isAllowed: (address: string) => boolean;
  readonly now: () => number;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  readonly schedule: Schedule;
  readonly log: Log;
  /** A command beside a server: sends what it is asked to, and nothing of the log. */
  readonly isGuest?: boolean | undefined;
}

export interface OpenedWebhooks {
  readonly webhooks: Webhooks;
  close(): void;
}

/** For attempts that are due again, and events that nobody told of. */
const lookEveryMs = 2000;
/** Longer than an attempt may take, on clocks that differ. */
const leaseMs = 60_000;
const eventsAtOnce = 100;
const firstDelayMs = 5000;
const maxDelayMs = 3_600_000;
/** Who fails for so long is told of nothing any more. */
const patienceMs = 3 * 86_400_000;

export function openWebhooks(parts: WebhookParts): OpenedWebhooks {
  const { seal, schedule, isGuest = false } = parts;
  const closing = new AbortController();
  const { signal } = closing;
  const held = new Set<string>();
  let cancel = (): void => {};
  let isAgain = false;
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    for (const { id } of await parts.store.read(parts.statements.findDue(parts.now()))) {
      if (held.has(id) || signal.aborted) continue;
      held.add(id);
      void serve(parts, id, signal)
        .finally(() => held.delete(id))
        // What was committed after its last reading is not waited for.
        .then(wake, (error: unknown) => report(parts, signal, error));
    }
  };
  const wake = (): void => {
    if (signal.aborted) return;
    isAgain = looking !== undefined;
    looking ??= look()
      .catch((error: unknown) => report(parts, signal, error))
      .finally(() => {
        looking = undefined;
        if (isAgain) wake();
      });
  };
  const repeat = (): void => {
    cancel = schedule(() => {
      wake();
      if (!signal.aborted) repeat();
    }, lookEveryMs);
  };
  const stopListening = isGuest ? () => {} : parts.view.onChange(wake);
  if (!isGuest) repeat();
  return {
    webhooks: {
      makeSecret(id) {
        const secret = makeWebhookSecret();
        return { secret, sealedSecret: seal.close(Buffer.from(secret), placeOf(id)) };
      },
      async sendTest({ id, url, sealedSecret }) {
        const atMs = parts.now();
        const message = { id: `msg_${randomId()}`, body: write('webhook.test', atMs, {}) };
        const attempt = await post(parts, { id, url, sealedSecret, message }, signal);
        return attempt.kind === 'delivered' ? undefined : attempt.fault;
      },
    },
    close() {
      closing.abort();
      stopListening();
      cancel();
    },
  };
}

function report({ log }: WebhookParts, signal: AbortSignal, error: unknown): void {
  if (!signal.aborted) log.error('webhooks.failed', { error });
}

/** The secret opens in its own row alone. */
function placeOf(id: string): string {
  return `webhooks:${id}`;
}

function write(type: string, atMs: number, data: object): string {
  return JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data });
}

/** Holds one endpoint and delivers until nothing is left, it fails, or the lease is lost. */
async function serve(parts: WebhookParts, id: string, signal: AbortSignal): Promise<void> {
  const { store, statements, now } = parts;
  const lease = { id, leaseId: randomId() };
  const nowMs = now();
  const claimed = await store.commit([statements.claim(lease, { nowMs, untilMs: nowMs + leaseMs })]);
  const webhook = claimed.kind === 'committed' ? claimed.results[0].rows[0] : undefined;
  if (webhook === undefined) return;
  for (let after = webhook.cursorSeq; !signal.aborted; ) {
    const events = await store.read(statements.readEvents({ after, limit: eventsAtOnce }));
    for (const event of events) {
      if (!(await deliver(parts, { webhook, lease, event, signal }))) return;
      after = event.seq;
    }
    if (events.length < eventsAtOnce) break;
  }
  await store.commit([statements.release(lease)]);
}

interface Delivery {
  readonly webhook: ClaimedWebhook;
  readonly lease: WebhookLease;
  readonly event: WebhookEvent;
  readonly signal: AbortSignal;
}

/** @returns whether the next one may go */
async function deliver(parts: WebhookParts, { webhook, lease, event, signal }: Delivery): Promise<boolean> {
  const { seq, scope, subject, reason, createdAtMs } = event;
  const body = write('revocation.created', createdAtMs, { seq, scope, subject, reason });
  const attempt = await post(parts, { ...webhook, message: { id: `msg_${event.id}`, body } }, signal);
  // Whether it arrived is not known: the lease runs out, and it is sent again.
  if (signal.aborted) return false;
  const atMs = parts.now();
  if (attempt.kind === 'failed') {
    await noteFailed(parts, { webhook, lease, attempt, atMs });
    return false;
  }
  const delivered = { seq, atMs, untilMs: atMs + leaseMs };
  const outcome = await parts.store.commit([parts.statements.noteDelivered(lease, delivered)]);
  return outcome.kind === 'committed';
}

interface Failure extends Pick<Delivery, 'webhook' | 'lease'> {
  readonly attempt: Extract<Attempt, { kind: 'failed' }>;
  readonly atMs: number;
}

async function noteFailed(parts: WebhookParts, { webhook, lease, attempt, atMs }: Failure): Promise<void> {
  const { store, statements, log } = parts;
  const { fault, isGone, retryAfterSeconds = 0 } = attempt;
  if (isGone || atMs - (webhook.failingSinceMs ?? atMs) >= patienceMs) {
    log.warn('webhook.disabled', { webhook: lease.id, fault });
    await store.commit(statements.disable(lease, { atMs, fault }));
    return;
  }
  const delayMs = Math.min(firstDelayMs * 2 ** Math.min(webhook.failures, 20), maxDelayMs);
  const waitMs = Math.max(delayMs * (0.75 + 0.25 * parts.random()), retryAfterSeconds * 1000);
  log.warn('webhook.failed', { webhook: lease.id, fault });
  await store.commit([
    statements.noteFailed(lease, { atMs, nextAttemptMs: atMs + Math.ceil(waitMs), fault }),
  ]);
}

interface Posted extends Pick<ClaimedWebhook, 'id' | 'url' | 'sealedSecret'> {
  readonly message: Message;
}

function post(
  parts: WebhookParts,
  { id, url, sealedSecret, message }: Posted,
  signal: AbortSignal,
): Promise<Attempt> {
  const secret = Buffer.from(parts.seal.open(sealedSecret, placeOf(id))).toString();
  const headers = signMessage(message, secret, parts.now());
  return sendMessage({ url, body: message.body, headers, isAllowed: parts.isAllowed, signal });
}
