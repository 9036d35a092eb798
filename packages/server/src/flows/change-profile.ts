import type { Caller, House, RequestSource } from '../base/house.ts';
import { notOfForm } from '../base/refusal.ts';
import { readName, readUsername } from '../rules/account-names.ts';
import { updateUser } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { commitAct, refusedAs } from './commit-act.ts';
import type { Profile } from './profile.ts';
import { readProfile } from './read-profile.ts';

export interface ProfileChange {
  readonly caller: Caller;
  /** Null removes it; absent leaves it. */
  readonly username?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly language?: string | undefined;
}

/**
 * No token shows the profile, so none is revoked by a change of it.
 *
 * @throws Refusal `invalid_request`, `username_taken`, `too_many_requests`; `invalid_token` when the account is gone
 */
export async function changeProfile(
  house: House,
  input: ProfileChange,
  source: RequestSource,
): Promise<Profile> {
  const { caller } = input;
  const changes = {
    ...(input.username === undefined
      ? {}
      : { username: input.username === null ? null : readUsername(input.username) }),
    ...(input.name === undefined ? {} : { name: input.name === null ? null : readName(input.name) }),
    ...(input.language === undefined ? {} : { language: readLanguage(house, input.language) }),
  };
  if (Object.keys(changes).length === 0) return readProfile(house, caller);
  house.limits.spend('profile by account', caller.userId);
  const act = beginAct(house, { kind: 'user', caller }, source);
  await commitAct(house, [
    act.record('account.changed', { subject: caller.userId, detail: { changed: Object.keys(changes) } }),
    refusedAs(updateUser(caller.userId, changes, act.atMs), 'invalid_token'),
  ]);
  return readProfile(house, caller);
}

/** Whoever chooses a language is not given another one. */
function readLanguage({ messages }: House, tag: string): string {
  if (messages.chooseLanguage(tag) === tag) return tag;
  throw notOfForm('language', 'is none that messages are written in here');
}
