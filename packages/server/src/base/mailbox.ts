const maxCharacters = 254; // RFC 5321 §4.5.3.1.3, less the angle brackets
const maxLocalPart = 64; // RFC 5321 §4.5.3.1.1

/**
 * A dot-atom (RFC 5322 §3.2.3) of ASCII or letters beyond it, and a domain
 * name. No lists, comments, quoted local parts or address literals.
 */
const form =
  /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?(?:\.[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?)*$/u;

/** Whether a text is one mailbox and nothing else (A-148). Normalize it before: NFKC may make an `@` or a comma. */
export function isMailbox(text: string): boolean {
  return (
    text.length <= maxCharacters &&
    text.lastIndexOf('@') <= maxLocalPart &&
    text === text.normalize('NFKC') &&
    form.test(text)
  );
}

/** Whether a text is an international number as in E.164 §6: `+`, a country code, at most 15 digits. */
export function isPhoneNumber(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text);
}
