/** Neighbours on keyboards, and the columns of the first one as a hand runs down them. */
const keyboardRuns: readonly string[] = [
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  '1234567890',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p',
  'qwertzuiopü',
  'asdfghjklöä',
  'yxcvbnm',
  'azertyuiop',
  'qsdfghjklm',
  'wxcvbn',
];

const neighbours: ReadonlySet<string> = new Set(
  keyboardRuns.flatMap((run) => {
    const keys = [...run];
    return keys.slice(1).flatMap((key, index) => [`${keys[index]}${key}`, `${key}${keys[index]}`]);
  }),
);

const plainShare = 0.75;

/**
 * After how many characters a text repeats itself from its beginning; its
 * length when it does not, or not even once to the end.
 */
export function shortestPeriod(characters: readonly string[]): number {
  const { length } = characters;
  for (let period = 1; period <= length / 2; period += 1) {
    if (characters.every((character, index) => index < period || character === characters[index - period])) {
      return period;
    }
  }
  return length;
}

/** Most characters follow the one before in the alphabet, in counting or on a keyboard, or repeat it. */
export function isPlainSequence(characters: readonly string[]): boolean {
  const steps = characters.slice(1).filter((character, index) => isStep(characters[index] ?? '', character));
  return steps.length >= plainShare * (characters.length - 1);
}

function isStep(before: string, after: string): boolean {
  const distance = Math.abs((before.codePointAt(0) ?? 0) - (after.codePointAt(0) ?? 0));
  return distance <= 1 || neighbours.has(before + after);
}
