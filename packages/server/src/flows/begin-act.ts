import { type Actor, actorId } from '../base/actor.ts';
import type { AuditAction } from '../base/audit-action.ts';
import type { House, RequestSource, Statement } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { type Act, recordAct } from '../store/audit.ts';

/** What all audit rows of one act have in common. */
export interface BegunAct {
  readonly id: string;
  readonly atMs: number;
  /** The first row carries the act's id; an act that does several things has a row for each. */
  record(action: AuditAction, about: Pick<Act, 'subject' | 'sessionId' | 'detail'>): Statement;
}

/**
 * Rows name the session that the actor acts from, unless the act is about another one.
 *
 * @param by  an actor; or the id of a user or client, or `anonymous`, who acts from no session
 */
export function beginAct(house: House, by: Actor | string, source: RequestSource): BegunAct {
  const id = randomId();
  const atMs = house.now();
  const actor = typeof by === 'string' ? by : actorId(by);
  const sessionId = typeof by !== 'string' && by.kind === 'user' ? by.caller.sessionId : undefined;
  let isFirst = true;
  return {
    id,
    atMs,
    record(action, about) {
      const rowId = isFirst ? id : randomId();
      isFirst = false;
      return recordAct({ id: rowId, atMs, action, actor, sessionId, source, ...about });
    },
  };
}
