import type { Caller, House, RequestSource } from '../base/house.ts';
import type { FactorKind as NamedFactor } from '../base/messages.ts';
import { forgetAttempts } from '../store/attempts.ts';
import { confirmFactor, type FactorKind } from '../store/factors.ts';
import { insertFirstRecoveryCodes } from '../store/recovery-codes.ts';
import { deleteRememberedDevices } from '../store/mailbox-proofs.ts';
import { keepGeneration, readSecondFactors, type SignInRow } from '../store/users.ts';
import { beginAct } from './begin-act.ts';
import { allRefusedAs, commitAct, refusedAs, type Step } from './commit-act.ts';
import { drawRecoveryCodes } from './make-recovery-codes.ts';
import { notMePage } from '../rules/mail-links.ts';
import type { Authenticator } from './spend-attempt.ts';

/** What each kind is called elsewhere. */
export const factorNames: Readonly<
  Record<FactorKind, { readonly inMessages: NamedFactor; readonly guessed: Authenticator }>
> = {
  totp: { inMessages: 'authenticator-app', guessed: 'totp' },
  sms: { inMessages: 'sms-code', guessed: 'sms-code' },
  email: { inMessages: 'email-code', guessed: 'email-code' },
};

export interface ProvenFactor {
  readonly caller: Caller;
  readonly user: SignInRow;
  readonly kind: FactorKind;
  /** Of the one that waited. */
  readonly id: string;
  /** The step whose code confirmed it; 0 where there are none. */
  readonly lastStep: number;
  /** What spends the proof. */
  readonly spends: readonly Step[];
}

/** Only with the first factor of an account: shown once, to their owner. */
export interface AddedFactor {
  readonly recoveryCodes: readonly string[] | undefined;
}

/**
 * What waited counts from now on, and what counted until now ends.
 * Every device is asked again. Sessions go on: those of one factor cannot
 * change factors any more.
 * Does NOT check the proof of the new factor, nor how recent the sign-in is.
 *
 * @throws Refusal `challenge_expired` when it does not wait any more, `conflict`
 */
export async function addFactor(
  house: House,
  { caller, user, kind, id, lastStep, spends }: ProvenFactor,
  source: RequestSource,
): Promise<AddedFactor> {
  const act = beginAct(house, { kind: 'user', caller }, source);
  const { atMs } = act;
  const isFirst = !readSecondFactors(user).includes('recovery-code');
  const recovery = isFirst ? drawRecoveryCodes(house, user.id) : undefined;
  const firstCodes = recovery === undefined ? [] : insertFirstRecoveryCodes(user.id, recovery.hashes, atMs);
  await commitAct(house, [
    act.record('factor.added', { subject: user.id, detail: { kind } }),
    refusedAs(keepGeneration(user), 'conflict'),
    ...spends,
    ...allRefusedAs(confirmFactor({ userId: user.id, kind }, { id, lastStep, atMs }), 'challenge_expired'),
    ...allRefusedAs(firstCodes, 'conflict'),
    forgetAttempts(user.id, factorNames[kind].guessed),
    deleteRememberedDevices(user.id),
    ...house.messages.write({
      template: 'factor-added',
      to: { email: user.email },
      language: user.language ?? undefined,
      values: { path: notMePage, atMs, factor: factorNames[kind].inMessages },
    }),
  ]);
  return { recoveryCodes: recovery?.codes };
}
