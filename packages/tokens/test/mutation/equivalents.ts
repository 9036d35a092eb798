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

export const equivalents: readonly Equivalent[] = [];

export function findEquivalent(mutant: Mutant): Equivalent | undefined {
  return equivalents.find(
    ({ file, lineText, from, to }) =>
      file === mutant.file && lineText === mutant.lineText && from === mutant.from && to === mutant.to,
  );
}
