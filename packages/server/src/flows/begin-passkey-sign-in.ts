import type { House, RequestSource } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { idOfSecret, makeOneTimeSecret } from '../proofs/one-time-secret.ts';
import { loadPasskeyLibrary } from '../proofs/passkey.ts';
import {
  ceremonySeconds,
  describeRequest,
  makeCeremonyChallenge,
  type RequestOptions,
} from '../proofs/passkey-options.ts';
import { type ChallengeRow, closeChallenge, findChallenge } from '../store/challenges.ts';
import { listPasskeys } from '../store/passkeys.ts';
import { openCeremony } from './ceremony.ts';
import { checkRoom } from './check-room.ts';
import { commitAct, type Step } from './commit-act.ts';
import { splitNames } from './split-names.ts';

export interface BegunPasskeySignIn {
  /** Goes back with the answer of the authenticator. */
  readonly challengeId: string;
  readonly options: RequestOptions;
  readonly expiresInSeconds: number;
}

/**
 * Options for `navigator.credentials.get`.
 *
 * Without a sign-in that waits for a second factor they are the same for
 * everybody and name no credential: nobody learns who has passkeys (A-112,
 * With one, its first proof has shown who it is: they name those of the
 * account, and the ceremony ends with that sign-in.
 *
 * @param pendingId  `challenge_id` of a sign-in that asked for one more proof
 * @throws Refusal `challenge_expired`, `second_factor_unavailable`, `overloaded`, `too_many_requests`
 */
export async function beginPasskeySignIn(
  house: House,
  { pendingId }: { readonly pendingId: string | undefined },
  source: RequestSource,
): Promise<BegunPasskeySignIn> {
  house.limits.spend('passkey by source', source.address);
  checkRoom(house);
  void loadPasskeyLibrary();
  return pendingId === undefined ? beginAlone(house) : beginAsSecond(house, pendingId);
}

async function beginAlone(house: House): Promise<BegunPasskeySignIn> {
  const { secret, id } = makeOneTimeSecret();
  const challenge = makeCeremonyChallenge();
  await open(house, { id, challenge, user: undefined });
  return {
    challengeId: secret,
    options: describeRequest(house.policy.passkeys, { challenge, allowed: [], userVerification: 'required' }),
    expiresInSeconds: ceremonySeconds,
  };
}

async function beginAsSecond(house: House, pendingId: string): Promise<BegunPasskeySignIn> {
  const nowMs = house.now();
  const name = { id: idOfSecret(pendingId), purpose: 'sign-in', nowMs } as const;
  const [pending] = await house.store.read(findChallenge(name));
  if (pending === undefined || pending.userId === null || pending.userGeneration === null) {
    throw new Refusal('challenge_expired', { reason: 'no such sign-in' });
  }
  const passkeys = await house.store.read(listPasskeys(pending.userId));
  if (passkeys.length === 0) throw new Refusal('second_factor_unavailable', { reason: 'no passkeys' });
  const challenge = makeCeremonyChallenge();
  const id = idOfSecondCeremony(pending);
  const user = { id: pending.userId, generation: pending.userGeneration };
  await open(house, { id, challenge, user }, [closeChallenge(id)]);
  const allowed = passkeys.map(({ credentialId, transports }) => ({
    credentialId,
    transports: splitNames(transports),
  }));
  return {
    challengeId: pendingId,
    options: describeRequest(house.policy.passkeys, { challenge, allowed, userVerification: 'preferred' }),
    expiresInSeconds: Math.min(ceremonySeconds, Math.floor((pending.expiresAtMs - nowMs) / 1000)),
  };
}

/** A sign-in that waits has one ceremony, found by the sign-in's own id. */
export function idOfSecondCeremony(pending: Pick<ChallengeRow, 'id'>): string {
  return idOfSecret(`passkey of ${pending.id}`);
}

async function open(
  house: House,
  ceremony: {
    readonly id: string;
    readonly challenge: string;
    readonly user: { readonly id: string; readonly generation: number } | undefined;
  },
  before: readonly Step[] = [],
): Promise<void> {
  const opening = { ...ceremony, purpose: 'passkey-sign-in', sessionId: null, atMs: house.now() } as const;
  await commitAct(house, [...before, ...openCeremony(opening)]);
}
