import type { Committed, Log, Statement, Store } from '../base/house.ts';
import type { OnAuditEvent } from '../base/own-functions.ts';
import { type Act, findRecordedAct } from './audit.ts';

/**
 * The same store, that tells the operator's own function of each row of the
 * audit table once it is committed. Nobody waits for it, and what it throws
 * goes to the log: the table is the record, not what it makes of it.
 */
export function tellOfAudit(store: Store, onAuditEvent: OnAuditEvent, log: Log): Store {
  const tell = async (act: Act): Promise<void> => {
    try {
      await onAuditEvent(toEvent(act));
    } catch (error) {
      log.error('audit.own-function-failed', { action: act.action, error });
    }
  };
  return {
    ...store,
    async commit<const Statements extends readonly Statement<unknown>[]>(
      act: Statements,
    ): Promise<Committed<Statements>> {
      const outcome = await store.commit(act);
      if (outcome.kind === 'refused') return outcome;
      const recorded = act.map(findRecordedAct).filter((row) => row !== undefined);
      // After the answer: its own work must not hold that up.
      setImmediate(() => {
        for (const row of recorded) void tell(row);
      });
      return outcome;
    },
  };
}

function toEvent({ source, subject, sessionId, detail = {}, ...act }: Act) {
  return {
    ...act,
    subject,
    sessionId,
    requestId: source?.requestId,
    address: source?.address,
    userAgent: source?.userAgent,
    detail,
  };
}
