import type { House } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';
import { Refusal } from '../base/refusal.ts';
import { isCommonPassword } from '../proofs/common-passwords.ts';
import { checkPasswordLength } from '../proofs/password.ts';
import { checkPasswordAcceptable } from '../rules/password-acceptable.ts';
import { recordAct } from '../store/audit.ts';
import { commitAct } from './commit-act.ts';

/**
 * Whether an account may get this password: one factor, so 15 characters; not
 * among common passwords, nor in a list of leaked ones if there is one.
 *
 * A service of leaked passwords that does not answer keeps nobody from choosing
 * a password; all else is checked, and the audit table says so.
 *
 * @param accountWords e-mail address and user name, which an attacker knows
 * @throws Refusal `password_too_long`, `password_too_short`, `password_too_common`, `password_breached`
 */
export async function checkNewPassword(
  house: House,
  password: string,
  accountWords: readonly string[],
): Promise<void> {
  checkPasswordLength(password);
  checkPasswordAcceptable(password, {
    hasSecondFactor: false,
    contextWords: [...accountWords, 'countersign'],
    isCommon: isCommonPassword,
  });
  const found = await house.breachedPasswords.find(password);
  if (found === 'not-asked') await noteNotAsked(house);
  if (found === 'listed') {
    throw new Refusal('password_breached', {
      fields: [{ path: 'password', message: 'is in a list of leaked passwords' }],
    });
  }
}

/** Beside the act that follows: that one may be refused for another reason. */
async function noteNotAsked(house: House): Promise<void> {
  const atMs = house.now();
  await commitAct(house, [
    recordAct({ id: randomId(), atMs, action: 'password.breach-list-not-asked', actor: 'anonymous' }),
  ]);
}
