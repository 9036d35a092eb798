import type { Mutant } from './mutant.ts';

/** A mutant that no test can notice, because nothing that can be observed changes. */
export interface Equivalent {
  readonly file: string;
  /** The line it stands in, without the space around it. */
  readonly lineText: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
}

export const equivalents: readonly Equivalent[] = [
  {
    file: 'strict-json.ts',
    lineText: "if (isAscii(buffer)) return buffer.toString('latin1');",
    from: 'isAscii(buffer)',
    to: 'false',
    reason: 'decodes the same text, slower',
  },
  {
    file: 'strict-json.ts',
    lineText: 'for (let at = 0; at < bytes.length; at++) {',
    from: '0',
    to: '(1)',
    reason: 'the text of an object begins with a brace or a space',
  },
  {
    file: 'strict-json.ts',
    lineText: 'for (let at = 0; at < bytes.length; at++) {',
    from: '0',
    to: '(-1)',
    reason: 'there is no byte before the first',
  },
  {
    file: 'strict-json.ts',
    lineText: 'for (let at = 0; at < bytes.length; at++) {',
    from: '<',
    to: '<=',
    reason: 'there is no byte behind the last',
  },
  {
    file: 'strict-json.ts',
    lineText: 'if (depth > maxJsonDepth) return Number.NaN;',
    from: 'Number.NaN',
    to: 'undefined',
    reason: 'the level above adds it to a number, which makes it NaN',
  },
];

export function findEquivalent(mutant: Mutant): Equivalent | undefined {
  return equivalents.find(
    ({ file, lineText, from, to }) =>
      file === mutant.file && lineText === mutant.lineText && from === mutant.from && to === mutant.to,
  );
}
