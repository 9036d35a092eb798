import type { Caller } from './house.ts';

/** Who does an act of administration. The command line has the database file, so it may do everything. */
export type Actor = { readonly kind: 'command-line' } | { readonly kind: 'user'; readonly caller: Caller };

/** As the audit table names it: `cli`, or the user's id. */
export function actorId(actor: Actor): string {
  return actor.kind === 'command-line' ? 'cli' : actor.caller.userId;
}
