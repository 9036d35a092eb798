import { type Actor, actorId } from '../../base/actor.ts';
import type { AuditAction } from '../../base/audit-action.ts';
import type { House, RequestSource, Statement } from '../../base/house.ts';
import { randomId } from '../../base/random-id.ts';
import { type Act, recordAct } from '../../store/audit.ts';

/** What all audit rows of one act of administration have in common. */
export interface BegunAct {
  readonly id: string;
  readonly atMs: number;
  /** The first row carries the act's id; an act that does several things has a row for each. */
  record(action: AuditAction, about: Pick<Act, 'subject' | 'sessionId' | 'detail'>): Statement;
}

/** Rows name the session that the actor acts from, unless the act is about another one. */
export function beginAct(house: House, actor: Actor, source: RequestSource): BegunAct {
  const id = randomId();
  const atMs = house.now();
  const sessionId = actor.kind === 'user' ? actor.caller.sessionId : undefined;
  let isFirst = true;
  return {
    id,
    atMs,
    record(action, about) {
      const rowId = isFirst ? id : randomId();
      isFirst = false;
      return recordAct({ id: rowId, atMs, action, actor: actorId(actor), sessionId, source, ...about });
    },
  };
}
