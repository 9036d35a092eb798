import type { Log, Store } from '../base/house.ts';
import type { Channel, OutgoingMessage } from '../base/messages.ts';
import type { OutboxLimits, OutboxStatements } from '../base/outbox-rows.ts';
import type { Schedule } from '../base/schedule.ts';
import type { Seal } from '../base/seal.ts';
import type { Transport } from '../base/transport.ts';
import type { Catalogues } from '../texts/texts.ts';

export interface OutboxParts {
  readonly store: Pick<Store, 'read' | 'commit'>;
  readonly statements: OutboxStatements;
  readonly seal: Seal;
  /** The origin that every link begins with. */
  readonly issuer: string;
  /** Without one nothing of that channel is queued. */
  readonly transports: Readonly<Record<Channel, Transport | undefined>>;
  /** For what is asked for; notices have budgets of their own, see `noticesPerAsked`. */
  readonly limits: Readonly<Record<Channel, OutboxLimits>>;
  /** Prefixes of the numbers that SMS may go to; `+` is everywhere. */
  readonly smsCountries: readonly string[];
  readonly write: WriteMessage;
  readonly catalogues: Catalogues;
  readonly now: () => number;
  /** From 0 to 1, for the jitter. */
  readonly random: () => number;
  readonly schedule: Schedule;
  readonly log: Log;
  readonly shown?: readonly OutgoingMessage[] | undefined;
  /** A command beside a server: queues, and sends nothing. */
  readonly isGuest?: boolean | undefined;
}

/** Makes the text of a message. @throws when the template is unknown or the values are not its own */
export type WriteMessage = (draft: {
  readonly template: string;
  readonly language: string;
  readonly values: unknown;
}) => WrittenMessage;

export type WrittenMessage = Pick<OutgoingMessage, 'template' | 'language' | 'subject' | 'text' | 'html'>;
