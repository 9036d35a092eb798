import type { Caller, House, RequestSource } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { readName, readUsername } from '../rules/account-names.ts';
import { recordAct } from '../store/audit.ts';
import { publishEvents } from '../store/revocations.ts';
import { updateUser } from '../store/users.ts';
import { explainRefusal } from './add-user.ts';
import type { Profile } from './profile.ts';
import { readProfile } from './read-profile.ts';

export interface ProfileChange {
  readonly caller: Caller;
  /** Null removes it; absent leaves it. */
  readonly username?: string | null | undefined;
  readonly name?: string | null | undefined;
}

/** @throws Refusal `invalid_request`, `username_taken` */
export async function changeProfile(
  house: House,
  input: ProfileChange,
  source: RequestSource,
): Promise<Profile> {
  const { caller } = input;
  const act = { id: randomId(), atMs: house.now() };
  const changes = {
    ...(input.username === undefined
      ? {}
      : { username: input.username === null ? null : readUsername(input.username) }),
    ...(input.name === undefined ? {} : { name: input.name === null ? null : readName(input.name) }),
  };
  const outcome = await house.store.commit([
    recordAct({
      ...act,
      action: 'account.changed',
      actor: caller.userId,
      subject: caller.userId,
      sessionId: caller.sessionId,
      source,
      detail: { changed: Object.keys(changes) },
    }),
    updateUser(caller.userId, changes, act.atMs),
    ...publishEvents(house.feed, act, [
      { scope: 'user-claims', subject: caller.userId, reason: 'profile changed' },
    ]),
  ]);
  if (outcome.kind === 'refused') throw explainRefusal(outcome.cause);
  return readProfile(house, caller);
}
