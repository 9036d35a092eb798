import type { Members } from './read-loosely.ts';
import { isMembers } from './read-loosely.ts';

/** Names behind which there is hardly ever anything that everybody may read. */
const secretName =
  /^(pass|passwd|pwd|pin|cvv|cvc|ssn|otp|totp)$|password|passphrase|secret|private[-_]?key|api[-_]?key|access[-_]?key|card[-_]?number|credit[-_]?card|refresh[-_]?token|recovery[-_]?code/i;

const secretValues: readonly (readonly [what: string, form: RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['the hash of a password', /^\$(2[abxy]|argon2(id|i|d)|scrypt|pbkdf2[a-z0-9-]*|[156]|y)\$/],
  ['an access key of AWS', /\b(AKIA|ASIA)[0-9A-Z]{16}\b/],
  ['a token of GitHub', /\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{60,})/],
  ['a secret key of Stripe', /\b[sr]k_(live|test)_[A-Za-z0-9]{16,}/],
  ['a token of Slack', /\bxox[abeoprs]-[A-Za-z0-9-]{10,}/],
  ['a refresh token', /\bcs_rt_[A-Za-z0-9_-]{20,}/],
  ['another token', /\beyJ[A-Za-z0-9_-]+\.eyJ[A-Za-z0-9_-]+\./],
  ['a password inside an address', /:\/\/[^\s/:@]+:[^\s/:@]+@/],
];

export interface Secret {
  /** From the payload down: `user.password`. */
  readonly path: string;
  readonly what: string;
}

/** Everything in a payload that by its name or form should not be read by everybody; never the value. */
export function findSecrets(claims: Members): readonly Secret[] {
  return Object.entries(claims).flatMap(([name, value]) => search(name, name, value));
}

function search(path: string, name: string, value: unknown): Secret[] {
  if (isMembers(value)) {
    if (typeof value['kty'] === 'string' && ['d', 'k', 'priv'].some((member) => Object.hasOwn(value, member)))
      return [{ path, what: 'a private key' }];
    return Object.entries(value).flatMap(([member, inner]) => search(`${path}.${member}`, member, inner));
  }
  if (Array.isArray(value)) return value.flatMap((item: unknown, at) => search(`${path}[${at}]`, name, item));
  if (typeof value !== 'string' && typeof value !== 'number') return [];
  const text = String(value);
  const found =
    secretValues.find(([, form]) => form.test(text))?.[0] ??
    (isCardNumber(text) ? 'the number of a card' : undefined);
  if (found !== undefined) return [{ path, what: found }];
  return secretName.test(name) && text !== '' ? [{ path, what: 'something secret, by its name' }] : [];
}

/** 13 to 19 digits with a fitting check digit (ISO/IEC 7812-1), beginning as cards do. */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/[ -]/g, '');
  if (!/^[3-6][0-9]{12,18}$/.test(digits)) return false;
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
