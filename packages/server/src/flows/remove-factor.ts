import type { Caller, House, RequestSource } from '../base/house.ts';
import { weakenMethods } from '../rules/second-factor-needed.ts';
import { forgetAttempts } from '../store/attempts.ts';
import { closeChallenges } from '../store/challenges.ts';
import { type FactorKind, removeFactor as deleteFactor } from '../store/factors.ts';
import { deleteLoneRecoveryCodes } from '../store/recovery-codes.ts';
import { deleteRememberedDevices } from '../store/mailbox-proofs.ts';
import { publishEvents, type RevocationEvent } from '../store/revocations.ts';
import { endStrongSessions, listStrongSessions, setMethods } from '../store/strong-sessions.ts';
import { keepGeneration } from '../store/users.ts';
import { factorNames } from './add-factor.ts';
import { beginAct } from './begin-act.ts';
import { allRefusedAs, commitAct, refusedAs } from './commit-act.ts';
import { notMePage } from '../rules/mail-links.ts';
import { readRecentUser } from './read-recent-user.ts';

const reason = 'second factor removed';

/**
 * Ends a factor, and with it whatever it had proven: other sessions of two
 * factors end, the caller's becomes one of the first factor alone, sign-ins
 * under way are over, every device is asked again. The last one takes
 * the recovery codes with it.
 *
 * @throws Refusal `not_found`, `insufficient_user_authentication`, `conflict`
 */
export async function removeFactor(
  house: House,
  { caller, kind }: { readonly caller: Caller; readonly kind: FactorKind },
  source: RequestSource,
): Promise<void> {
  const user = await readRecentUser(house, caller);
  const strong = await house.store.read(listStrongSessions(user.id, caller.sessionId));
  const ids = strong.map(({ sessionId }) => sessionId);
  const methods = weakenMethods(caller.amr, kind);
  const act = beginAct(house, { kind: 'user', caller }, source);
  await commitAct(house, [
    act.record('factor.removed', { subject: user.id, detail: { kind } }),
    refusedAs(keepGeneration(user), 'conflict'),
    ...allRefusedAs(deleteFactor({ userId: user.id, kind }), 'not_found'),
    deleteLoneRecoveryCodes(user.id),
    closeChallenges(user.id, ['sign-in', 'factor-confirmation']),
    forgetAttempts(user.id, factorNames[kind].guessed),
    deleteRememberedDevices(user.id),
    // One that was opened since the list was read would be left: then all of it is refused.
    refusedAs(
      endStrongSessions({ userId: user.id, but: caller.sessionId, count: ids.length }, reason, act.atMs),
      'conflict',
    ),
    setMethods(caller.sessionId, methods),
    ...house.messages.write({
      template: 'factor-removed',
      to: { email: user.email },
      language: user.language ?? undefined,
      values: { path: notMePage, atMs: act.atMs, factor: factorNames[kind].inMessages },
    }),
    ...publishEvents(house.feed, act, [
      ...ids.map((subject): RevocationEvent => ({ scope: 'session', subject, reason })),
      ...(methods.length === caller.amr.length
        ? []
        : [{ scope: 'user-claims', subject: user.id, reason } satisfies RevocationEvent]),
    ]),
  ]);
}
