import { Refusal } from '../base/refusal.ts';
import { isPlainSequence, shortestPeriod } from './password-patterns.ts';
import { listStems, spellOut } from './password-stem.ts';

export interface PasswordCircumstances {
  /** Another factor is always asked for besides the password. */
  readonly hasSecondFactor: boolean;
  /** What an attacker knows: e-mail address, user name, name of the service. Empty ones count for nothing. */
  readonly contextWords: readonly string[];
  /** Whether a text is on the list of common passwords; asked with each of `listStems`. */
  readonly isCommon: (stem: string) => boolean;
}

/** For a password that is the only factor, in code points. SP 800-63B-4 §3.1.1.2. */
export const minPasswordCharacters: number = 15;
const minWithSecondFactor = 8;
const minDistinct = 5;
/** What is left beside words that an attacker tries first must be a password by itself. */
const minBesideContext = 8;
/** So many characters around a common word are no longer a decoration. */
const maxDecoration = 12;
const minContextWord = 4;
const betweenWords = /[^\p{L}\p{N}]+/gu;

/**
 * A password may be chosen when it is long enough and not among the first that
 * an attacker tries. No composition rules: A-128.
 * Does NOT check the upper length; the work grows with its square, so the caller does.
 *
 * @throws Refusal `password_too_short`, `password_too_common`
 */
export function checkPasswordAcceptable(password: string, circumstances: PasswordCircumstances): void {
  const least = circumstances.hasSecondFactor ? minWithSecondFactor : minPasswordCharacters;
  const characters = [...password.normalize('NFKC').toLowerCase()];
  // The shorter form counts: normalising makes several characters of one, and one of several.
  if (Math.min([...password].length, characters.length) < least) {
    throw refuse('password_too_short', `takes at least ${least} characters`);
  }
  const period = shortestPeriod(characters);
  if (new Set(characters).size < minDistinct || period < least) {
    throw refuse('password_too_common', 'repeats itself');
  }
  if (isPlainSequence(characters)) throw refuse('password_too_common', 'is a plain sequence');
  if (isNamed(characters.join(''), circumstances.contextWords)) {
    throw refuse('password_too_common', 'is made of the name of the account or of the service');
  }
  const once = characters.slice(0, period);
  const isTriedFirst = listStems(once.join('')).some(
    (stem) => once.length - [...stem].length < maxDecoration && circumstances.isCommon(stem),
  );
  if (isTriedFirst) throw refuse('password_too_common', 'is among the first that are tried');
}

function isNamed(text: string, contextWords: readonly string[]): boolean {
  const words = contextWords.flatMap(splitContext).toSorted((one, other) => other.length - one.length);
  return [text, spellOut(text)].some((form) => {
    const rest = words.reduce((left, word) => left.replaceAll(word, ''), form);
    return rest.length < form.length && [...rest].length < minBesideContext;
  });
}

/** `ada.lovelace@example.com` gives `ada.lovelace`, `adalovelace`, `lovelace` and `example`. */
function splitContext(context: string): readonly string[] {
  const text = context.normalize('NFKC').toLowerCase();
  const at = text.lastIndexOf('@');
  const whole = at === -1 ? text : text.slice(0, at);
  const words = [whole, whole.replace(betweenWords, ''), ...text.split(betweenWords)];
  return words.filter((word) => word.length >= minContextWord);
}

function refuse(code: 'password_too_short' | 'password_too_common', message: string): Refusal {
  return new Refusal(code, { fields: [{ path: 'password', message }] });
}
