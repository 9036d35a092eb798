/*
 * Messages on their way out
 *
 *   act ──row, in its commit──► waiting ──claim──► held by one process ──send──► sent
 *                                  ▲                       │
 *                                  └──── again, later ◄────┼────► failed: refused for good, or too old
 *                                                          ▼
 *                          process gone: waiting again, or failed where a repeat could not be told
 *
 *  1. A message is in the queue exactly when the act that it tells of was committed.
 *  2. A message is held by one process at a time, for longer than an attempt may take.
 *  3. Every attempt has the id of the first one.
 *  4. A row without an end holds its values sealed; one with an end holds none.
 *  5. What fails for all of a channel makes the channel wait, not each message longer and longer.
 */
import { canonicalEmail } from '../base/canonical.ts';
import type { Messages, Statement } from '../base/house.ts';
import { isMailbox, isPhoneNumber } from '../base/mailbox.ts';
import type { NewMessage } from '../base/messages.ts';
import type { OutboxLimits, OutboxRow } from '../base/outbox-rows.ts';
import { randomId } from '../base/random-id.ts';
import type { Schedule } from '../base/schedule.ts';
import { chooseLanguage } from '../texts/choose-language.ts';
import { sealValues } from './compose-message.ts';
import { openLane } from './lane.ts';
import type { OutboxParts } from './outbox-parts.ts';
import { templateTable } from './template-table.ts';

export interface OpenedOutbox {
  readonly messages: Messages;
  /** What is being sent may end within two seconds. */
  close(): Promise<void>;
}

/** For attempts that are due again, and messages that nobody told of. */
const lookEveryMs = 2000;
const forgetEveryMs = 600_000;
const keptMs = 86_400_000;
/** Notices tell of what an owner must know and strangers cannot cause at will. */
const noticesPerAsked = 4;
const nothing: OutboxLimits = { perRecipientHour: 0, perRecipientDay: 0, perHour: 0 };
/** How long a message is tried that does not end by itself. */
const patienceMs = 3 * 86_400_000;

export function openOutbox(parts: OutboxParts): OpenedOutbox {
  const { transports, schedule, isGuest = false } = parts;
  const lanes = (['mail', 'sms'] as const).flatMap((channel) => {
    const transport = transports[channel];
    return transport === undefined || isGuest ? [] : [openLane(parts, channel, transport)];
  });
  const wake = (): void => {
    for (const lane of lanes) lane.wake();
  };
  const stops = [
    repeat(schedule, lookEveryMs, wake),
    repeat(schedule, forgetEveryMs, () => void forget(parts)),
  ];
  // What was left by the process before.
  wake();
  return {
    messages: {
      canMail: transports.mail !== undefined,
      canSms: transports.sms !== undefined,
      shown: parts.shown,
      wake,
      write: (message) => queue(parts, message),
      chooseLanguage: (wanted) => chooseLanguage(wanted, parts.catalogues),
      async settled() {
        await Promise.all(lanes.map((lane) => lane.settled()));
      },
    },
    async close() {
      for (const stop of stops) stop();
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

function repeat(schedule: Schedule, everyMs: number, task: () => void): () => void {
  let isStopped = false;
  let cancel = (): void => {};
  const again = (): void => {
    cancel = schedule(() => {
      task();
      if (!isStopped) again();
    }, everyMs);
  };
  again();
  return () => {
    isStopped = true;
    cancel();
  };
}

async function forget({ store, statements, now, log, isGuest = false }: OutboxParts): Promise<void> {
  if (isGuest) return;
  try {
    await store.commit([statements.forget(now() - keptMs)]);
  } catch (error) {
    log.warn('outbox.not-forgotten', { error });
  }
}

/** @throws TypeError when the recipient is not one address, or the path leaves the issuer */
function queue(parts: OutboxParts, message: NewMessage): readonly Statement<unknown>[] {
  const { template, to, values } = message;
  const { channel, purpose } = templateTable[template];
  if (parts.transports[channel] === undefined) return [];
  const recipient = 'email' in to ? to.email.normalize('NFKC') : to.phone;
  if (!('email' in to ? isMailbox(recipient) : isPhoneNumber(recipient))) {
    throw new TypeError('a message goes to one address');
  }
  if ('path' in values) checkPath(values.path, parts.issuer);
  const id = randomId();
  const createdAtMs = parts.now();
  const row = {
    id,
    channel,
    purpose,
    recipient,
    recipientKey: canonicalEmail(recipient),
    template,
    language: chooseLanguage(message.language, parts.catalogues),
    sealedValues: sealValues(parts.seal, id, values),
    createdAtMs,
    giveUpAtMs: createdAtMs + ('validMinutes' in values ? values.validMinutes * 60_000 : patienceMs),
  };
  return parts.statements.write(row, chooseLimits(parts, row));
}

function chooseLimits(
  { limits: all, smsCountries }: OutboxParts,
  { channel, purpose, recipient }: Pick<OutboxRow, 'channel' | 'purpose' | 'recipient'>,
): OutboxLimits {
  if (channel === 'sms' && !smsCountries.some((prefix) => recipient.startsWith(prefix))) return nothing;
  const limits = all[channel];
  const factor = purpose === 'notice' ? noticesPerAsked : 1;
  return {
    perRecipientHour: limits.perRecipientHour * factor,
    perRecipientDay: limits.perRecipientDay * factor,
    perHour: limits.perHour * factor,
  };
}

/** the origin of a link is that of the settings, whatever the path is. */
function checkPath(path: string, issuer: string): void {
  if (!path.startsWith('/') || new URL(path, issuer).origin !== issuer) {
    throw new TypeError('the path of a message begins with one slash');
  }
}
