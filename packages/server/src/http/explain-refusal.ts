import type { Refusal } from '../base/refusal.ts';
import type { RefusalCode } from '../base/refusals.ts';
import type { FormState } from '../pages/form.ts';
import type { Frame } from '../pages/frame.ts';
import { isPageText } from '../texts/pages/create-say.ts';
import type { Say } from '../texts/pages/page-texts.ts';

/** Which field of a form a refusal is about; the first that the form has. */
/** Where the only thing that can be wrong has a field. */
const wrongPasswordField = 'current_password';

const fieldsOf: Readonly<Partial<Record<RefusalCode, readonly string[]>>> = {
  password_too_short: ['new_password', 'password'],
  password_too_long: ['new_password', 'password'],
  password_too_common: ['new_password', 'password'],
  email_taken: ['email'],
  username_taken: ['username'],
};

/** What is wrong, in the visitor's language: above the form, and at the fields it is about. */
export function explainRefusal(
  refusal: Refusal,
  { say }: Frame,
  fieldNames: readonly string[],
): Pick<FormState, 'alert' | 'faults'> {
  const isOwnPassword = refusal.code === 'invalid_credentials' && fieldNames.includes(wrongPasswordField);
  const text = isOwnPassword ? say('refused.wrong_password') : sayRefusal(refusal, say);
  const faults = new Map<string, string>();
  for (const { path, message } of refusal.details.fields ?? []) {
    if (fieldNames.includes(path)) faults.set(path, say(keyOfFault(message)));
  }
  const about = fieldsOf[refusal.code]?.find((name) => fieldNames.includes(name));
  if (about !== undefined) faults.set(about, text);
  if (isOwnPassword) faults.set(wrongPasswordField, text);
  return { alert: { code: refusal.code, text }, faults: Object.fromEntries(faults) };
}

function sayRefusal(refusal: Refusal, say: Say): string {
  const key = `refused.${refusal.code}`;
  if (!isPageText(key)) return say('refused.general');
  return say(key, { wait: sayWait(refusal.details.retryAfterSeconds, say) });
}

export function sayWait(seconds: number | undefined, say: Say): string {
  if (seconds === undefined || seconds <= 1) return say('wait.moment');
  if (seconds < 100) return say('wait.seconds', { count: Math.ceil(seconds) });
  return say('wait.minutes', { count: Math.ceil(seconds / 60) });
}

/** The words of `check-input.ts`. */
function keyOfFault(message: string): 'form.missing' | 'form.too-long' | 'form.not-of-form' {
  if (message === 'is missing' || message.startsWith('is shorter')) return 'form.missing';
  return message.startsWith('is longer') ? 'form.too-long' : 'form.not-of-form';
}
