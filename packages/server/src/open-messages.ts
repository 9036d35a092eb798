import { randomInt } from 'node:crypto';
import type { Now } from './base/clock.ts';
import type { Log, Store } from './base/house.ts';
import type { Channel } from './base/messages.ts';
import type { OutboxLimits } from './base/outbox-rows.ts';
import type { Schedule } from './base/schedule.ts';
import type { Seal } from './base/seal.ts';
import type { Transport } from './base/transport.ts';
import { createOwnTransport } from './mail/hand-over.ts';
import { type OpenedOutbox, openOutbox } from './mail/outbox.ts';
import { createSmtpTransport } from './mail/send-smtp.ts';
import { showMessages } from './mail/show-messages.ts';
import { createWriter } from './mail/write-message.ts';
import { drawMessage } from './pages/message.ts';
import type { Settings } from './settings/settings.ts';
import { createSmsTransport } from './sms/send-sms.ts';
import { outboxStatements } from './store/outbox.ts';

export interface MessageSurroundings {
  readonly store: Store;
  readonly seal: Seal;
  readonly now: Now;
  readonly log: Log;
  readonly schedule: Schedule;
  readonly isGuest?: boolean | undefined;
}

/** The queue of messages, with the ways out that the settings name. */
export function openMessages(settings: Settings, surroundings: MessageSurroundings): OpenedOutbox {
  const { issuer, catalogues } = settings;
  const { now, log } = surroundings;
  const real = findTransports(settings, { now, log });
  const isWhole = real.mail !== undefined && real.sms !== undefined;
  const shown = settings.mode === 'development' && !isWhole ? showMessages(log) : undefined;
  return openOutbox({
    ...surroundings,
    issuer,
    catalogues,
    statements: outboxStatements,
    transports: { mail: real.mail ?? shown?.transport, sms: real.sms ?? shown?.transport },
    limits: readLimits(settings),
    // What is only shown costs nothing.
    smsCountries: real.sms === undefined ? ['+'] : settings.smsCountries,
    write: createWriter({ issuer, catalogues, draw: drawMessage }),
    random: () => randomInt(1_000_000) / 1_000_000,
    shown: shown?.shown,
  });
}

function findTransports(
  { sendMessage, smtp, sms, smsCountries }: Settings,
  { now, log }: Pick<MessageSurroundings, 'now' | 'log'>,
): Readonly<Record<Channel, Transport | undefined>> {
  if (sendMessage !== undefined) {
    const own = createOwnTransport(sendMessage, log);
    return { mail: own, sms: smsCountries.length > 0 ? own : undefined };
  }
  return {
    mail: smtp && createSmtpTransport(smtp),
    sms: sms && createSmsTransport({ ...sms, now }),
  };
}

function readLimits(settings: Settings): Readonly<Record<Channel, OutboxLimits>> {
  const each = {
    perRecipientHour: settings.messagesPerRecipientPerHour,
    perRecipientDay: settings.messagesPerRecipientPerDay,
  };
  return {
    mail: { ...each, perHour: settings.mailsPerHour },
    sms: { ...each, perHour: settings.smsPerHour },
  };
}
