import type { Random } from './random.ts';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'];

/** Characters that mean something in a token, in JSON, in PEM, or to a decoder that is lenient. */
const marks = [
  ...'.=+/ \n\r\t\0"\\{}[]:,~%-',
  'é',
  '🦊',
  '\ud800',
  '\udfff',
  '\u200b',
  '\ufeff',
  'А',
  '..',
  '==',
  '\\u0061',
];

type TextOperator = (text: string, random: Random) => string;

const textOperators: readonly TextOperator[] = [
  (text, random) => splice(text, { at: random.below(text.length), cut: 1, put: random.pick(letters) }),
  (text, random) => splice(text, { at: random.below(text.length), cut: 1, put: random.pick(marks) }),
  (text, random) => splice(text, { at: random.below(text.length + 1), cut: 0, put: random.pick(letters) }),
  (text, random) => splice(text, { at: random.below(text.length + 1), cut: 0, put: random.pick(marks) }),
  (text, random) => splice(text, { at: random.below(text.length), cut: 1 + random.below(8), put: '' }),
  (text, random) => text.slice(0, random.below(text.length)),
  (text, random) => text.slice(random.below(text.length)),
  (text, random) => {
    const [from, to] = range(text, random);
    return text.slice(0, to) + text.slice(from, to) + text.slice(to);
  },
  (text, random) => {
    const [from, to] = range(text, random);
    return text.slice(0, from) + text.slice(to) + text.slice(from, to);
  },
  (text, random) => {
    const [from, to] = range(text, random);
    return text.slice(0, from) + text.slice(from, to).toUpperCase() + text.slice(to);
  },
];

/** The text with one thing changed; now and then that leaves it as it was. */
export function corruptText(text: string, random: Random): string {
  return text === '' ? random.pick(marks) : random.pick(textOperators)(text, random);
}

/** A copy of the bytes with some bits changed, bytes set, cut off or added. */
export function corruptBytes(bytes: Buffer, random: Random): Buffer {
  const kind = random.below(16);
  if (kind === 0) return bytes.subarray(0, random.below(bytes.length + 1));
  if (kind === 1) return Buffer.concat([bytes, Buffer.alloc(1 + random.below(3), random.below(256))]);
  const copy = Buffer.from(bytes);
  if (copy.length === 0) return copy;
  if (kind === 2) return copy.fill(random.pick([0, 0xff]), random.below(copy.length));
  if (kind === 3) return copy.reverse();
  for (let count = 1 + random.below(3); count > 0; count--) {
    const at = random.below(copy.length);
    copy[at] = random.below(4) === 0 ? random.below(256) : (copy[at] ?? 0) ^ (1 << random.below(8));
  }
  return copy;
}

function splice(
  text: string,
  { at, cut, put }: { readonly at: number; readonly cut: number; readonly put: string },
): string {
  return text.slice(0, at) + put + text.slice(at + cut);
}

function range(text: string, random: Random): readonly [number, number] {
  const from = random.below(text.length);
  return [from, Math.min(text.length, from + 1 + random.below(40))];
}
