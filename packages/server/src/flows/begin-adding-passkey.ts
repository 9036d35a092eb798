import type { Caller, House } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { makeOneTimeSecret } from '../proofs/one-time-secret.ts';
import { loadPasskeyLibrary } from '../proofs/passkey.ts';
import {
  ceremonySeconds,
  type CreationOptions,
  describeCreation,
  makeCeremonyChallenge,
} from '../proofs/passkey-options.ts';
import { listPasskeys } from '../store/passkeys.ts';
import { maxPasskeysOfUser } from './add-passkey.ts';
import { openCeremony } from './ceremony.ts';
import { commitAct } from './commit-act.ts';
import { readRecentUser } from './read-recent-user.ts';
import { splitNames } from './split-names.ts';

export interface BegunPasskey {
  /** Goes back with the answer of the authenticator. */
  readonly challengeId: string;
  readonly options: CreationOptions;
  readonly expiresInSeconds: number;
}

/**
 * Options for `navigator.credentials.create`. A stolen access token is not
 * enough: the sign-in must be recent, and of two factors where the account has two.
 *
 * @throws Refusal `insufficient_user_authentication`, `too_many_passkeys`, `invalid_token`, `too_many_requests`
 */
export async function beginAddingPasskey(house: House, caller: Caller): Promise<BegunPasskey> {
  house.limits.spend('passkeys by account', caller.userId);
  const user = await readRecentUser(house, caller);
  const existing = await house.store.read(listPasskeys(caller.userId));
  if (existing.length >= maxPasskeysOfUser) throw new Refusal('too_many_passkeys');
  void loadPasskeyLibrary();
  const { secret, id } = makeOneTimeSecret();
  const challenge = makeCeremonyChallenge();
  const { sessionId } = caller;
  await commitAct(
    house,
    openCeremony({ id, purpose: 'passkey-registration', user, challenge, sessionId, atMs: house.now() }),
  );
  const named = existing.map(({ credentialId, transports }) => ({
    credentialId,
    transports: splitNames(transports),
  }));
  return {
    challengeId: secret,
    options: describeCreation(house.policy.passkeys, user, { challenge, existing: named }),
    expiresInSeconds: ceremonySeconds,
  };
}
