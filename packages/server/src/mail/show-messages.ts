import type { Log } from '../base/house.ts';
import type { OutgoingMessage } from '../base/messages.ts';
import type { Transport } from '../base/transport.ts';

export interface ShownMessages {
  readonly transport: Transport;
  /** The newest first. */
  readonly shown: readonly OutgoingMessage[];
}

const maxShown = 100;

/**
 * What takes the place of mail and SMS in development: messages go to the log,
 * links and codes included, and the last hundred stay for `/outbox`.
 */
export function showMessages(log: Log): ShownMessages {
  const shown: OutgoingMessage[] = [];
  return {
    shown,
    transport: {
      recognisesRepeats: true,
      maxAtOnce: 1,
      send(message) {
        shown.unshift(message);
        shown.length = Math.min(shown.length, maxShown);
        const { channel, recipient: to, subject, text } = message;
        log.info('message.shown', { channel, to, subject, text });
        return Promise.resolve({ kind: 'sent' });
      },
      close() {},
    },
  };
}
