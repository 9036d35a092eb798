import type { Caller, House, RequestSource } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { Refusal } from '../base/refusal.ts';
import { idOfSecret } from '../proofs/one-time-secret.ts';
import { ceremonySeconds } from '../proofs/passkey-options.ts';
import { type NewCredential, type VerifiedPasskey, verifyNewPasskey } from '../proofs/passkey.ts';
import { readName } from '../rules/account-names.ts';
import { insertPasskey } from '../store/passkeys.ts';
import { insertFirstRecoveryCodes } from '../store/recovery-codes.ts';
import { deleteRememberedDevices } from '../store/mailbox-proofs.ts';
import { keepGeneration, readSecondFactors } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { spendCeremony } from './ceremony.ts';
import { allRefusedAs, commitAct, refusedAs } from './commit-act.ts';
import { drawRecoveryCodes } from './make-recovery-codes.ts';
import { notMePage } from '../rules/mail-links.ts';
import { type Passkey, toPasskey } from './passkey.ts';
import { readRecentUser } from './read-recent-user.ts';

export interface AddPasskey {
  readonly caller: Caller;
  /** As the options came with it. */
  readonly challengeId: string;
  readonly credential: NewCredential;
  /** As the browser says: `internal`, `hybrid`, `usb` and the like. */
  readonly transports: readonly string[];
  /** For people; without one it is called `Passkey`. */
  readonly name?: string | undefined;
}

export interface AddedPasskey {
  readonly passkey: Passkey;
  /** Only with the first factor of an account: shown once, to their owner. */
  readonly recoveryCodes: readonly string[] | undefined;
}

/** */
export const maxPasskeysOfUser = 20;

/**
 * Adds a passkey to the caller's account, and tells its owner.
 *
 * 1. The ceremony is spent before the answer is looked at, and only by the session that began it.
 * 2. What is counted and what is unique is decided by the statement that inserts.
 * 3. From then on the password is not enough: with the first factor come recovery codes, and every device is asked again.
 *
 * @throws Refusal `challenge_expired`, `passkey_refused`, `passkey_taken`, `too_many_passkeys`, `invalid_request`,
 *   `insufficient_user_authentication`, `conflict`, `too_many_requests`
 */
export async function addPasskey(
  house: House,
  input: AddPasskey,
  source: RequestSource,
): Promise<AddedPasskey> {
  const { caller } = input;
  house.limits.spend('passkeys by account', caller.userId);
  const name = readName(input.name ?? 'Passkey');
  const verified = await verify(house, input);
  const user = await readRecentUser(house, caller, ceremonySeconds);
  const act = beginAct(house, { kind: 'user', caller }, source);
  const { atMs } = act;
  const row = {
    id: randomId(),
    userId: user.id,
    rpId: house.policy.passkeys.rpId,
    name,
    transports: input.transports.join(' '),
    createdAtMs: atMs,
    ...verified,
  };
  const isFirst = !readSecondFactors(user).includes('recovery-code');
  const recovery = isFirst ? drawRecoveryCodes(house, user.id) : undefined;
  const firstCodes = recovery === undefined ? [] : insertFirstRecoveryCodes(user.id, recovery.hashes, atMs);
  await commitAct(house, [
    act.record('passkey.added', { subject: user.id, detail: { passkey: row.id } }),
    refusedAs(keepGeneration(user), 'conflict'),
    refusedAs(insertPasskey(row, maxPasskeysOfUser), 'too_many_passkeys'),
    ...allRefusedAs(firstCodes, 'conflict'),
    deleteRememberedDevices(user.id),
    ...house.messages.write({
      template: 'passkey-added',
      to: { email: user.email },
      language: user.language ?? undefined,
      values: { path: notMePage, atMs, name },
    }),
  ]);
  return {
    passkey: toPasskey({ ...row, lastUsedAtMs: null }),
    recoveryCodes: recovery?.codes,
  };
}

async function verify(
  house: House,
  { caller, challengeId, credential }: AddPasskey,
): Promise<VerifiedPasskey> {
  const name = { id: idOfSecret(challengeId), purpose: 'passkey-registration' } as const;
  const ceremony = await spendCeremony(house, name);
  if (ceremony.userId !== caller.userId || ceremony.sessionId !== caller.sessionId) {
    throw new Refusal('challenge_expired', { reason: 'a ceremony of another session' });
  }
  return verifyNewPasskey(house.policy.passkeys, credential, ceremony.challenge);
}
