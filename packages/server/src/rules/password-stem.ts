const letterFor: ReadonlyMap<string, string> = new Map([
  ['0', 'o'],
  ['1', 'i'],
  ['3', 'e'],
  ['4', 'a'],
  ['5', 's'],
  ['7', 't'],
  ['8', 'b'],
  ['9', 'g'],
  ['@', 'a'],
  ['$', 's'],
  ['!', 'i'],
  ['+', 't'],
]);

const signsBefore = /^[^\p{L}]+/u;
const signsAfter = /[^\p{L}]+$/u;
const signs = /[^\p{L}\p{N}]+/gu;

/**
 * The form of a word in which common passwords are listed: lower case, without
 * digits and symbols at both ends, with letters for those that stand for one.
 */
export function passwordStem(word: string): string {
  const text = word.normalize('NFKC').toLowerCase();
  return spellOut(text.replace(signsBefore, '').replace(signsAfter, ''));
}

/** Letters for the digits and symbols that stand for them: `p@55w0rd` is `password`. */
export function spellOut(text: string): string {
  return [...text].map((character) => letterFor.get(character) ?? character).join('');
}

/**
 * Everything under which a password may be listed: as it is, and its stems when
 * the signs between, before or after its letters are decoration.
 *
 * @param text  in lower case and NFKC
 */
export function listStems(text: string): readonly string[] {
  const bare = text.replace(signs, '');
  const forms = [text, bare].flatMap((form) => [
    form,
    passwordStem(form),
    // Words that begin or end with such a sign: `$ecret`, `acces5`.
    spellOut(form.replace(signsAfter, '')),
    spellOut(form.replace(signsBefore, '')),
  ]);
  return [...new Set(forms)].filter((form) => form !== '');
}
