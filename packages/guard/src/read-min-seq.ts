/** The request header that asks for a decision over at least the events up to a number. */
export const minSeqHeader = 'revocation-min-seq';

/**
 * Read a `Revocation-Min-Seq` field value: decimal digits, at most 2⁵³ − 1.
 *
 * @returns `undefined` for anything else, several fields included
 */
export function readMinSeq(value: string): number | undefined {
  if (!/^[0-9]{1,16}$/.test(value)) return undefined;
  const seq = Number(value);
  return Number.isSafeInteger(seq) ? seq : undefined;
}
