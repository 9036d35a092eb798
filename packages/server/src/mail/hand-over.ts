import type { Log } from '../base/house.ts';
import type { SendMessage } from '../base/messages.ts';
import { attemptLimitMs, type Transport } from '../base/transport.ts';

/**
 * An operator's own function in the place of SMTP and SMS.
 *
 * It can tell a repeat by the id, so that what it did not finish is given to it
 * again. Whatever it throws means "later"; the error goes into the log.
 */
export function createOwnTransport(sendMessage: SendMessage, log: Log): Transport {
  return {
    recognisesRepeats: true,
    maxAtOnce: 5,
    async send(message) {
      let limit: NodeJS.Timeout | undefined;
      const tooLate = new Promise<'late'>((resolve) => {
        limit = setTimeout(resolve, attemptLimitMs, 'late');
      });
      try {
        const ended = await Promise.race([sendMessage(message), tooLate]);
        if (ended !== 'late') return { kind: 'sent' };
        return { kind: 'later', fault: 'timed_out', concerns: 'message' };
      } catch (error) {
        log.error('message.own-transport-failed', { message: message.id, error });
        return { kind: 'later', fault: 'own_transport', concerns: 'message' };
      } finally {
        clearTimeout(limit);
      }
    },
    close() {},
  };
}
