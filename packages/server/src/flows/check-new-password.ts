import { isCommonPassword } from '../proofs/common-passwords.ts';
import { checkPasswordLength } from '../proofs/password.ts';
import { checkPasswordAcceptable } from '../rules/password-acceptable.ts';

/**
 * Whether an account may get this password: one factor, so 15 characters.
 *
 * @param accountWords e-mail address and user name, which an attacker knows
 * @throws Refusal `password_too_long`, `password_too_short`, `password_too_common`
 */
export function checkNewPassword(password: string, accountWords: readonly string[]): void {
  checkPasswordLength(password);
  checkPasswordAcceptable(password, {
    hasSecondFactor: false,
    contextWords: [...accountWords, 'countersign'],
    isCommon: isCommonPassword,
  });
}
