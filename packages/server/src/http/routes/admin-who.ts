import type { Actor } from '../../base/actor.ts';
import type { Caller } from '../../base/house.ts';
import type { BuiltInPermission } from '../../rules/permissions.ts';
import { holding, type Who } from '../who.ts';

/** Only permissions of the table: a row that asks for one that nobody can hold does not type-check. */
export function may(permission: BuiltInPermission): Who<Caller> {
  return holding(permission);
}

export function actorOf(caller: Caller): Actor {
  return { kind: 'user', caller };
}
