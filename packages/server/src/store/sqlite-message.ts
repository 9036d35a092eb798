import type { SqlValue, Statement } from '../base/house.ts';
import type { ActOutcome } from './sqlite-group.ts';

/**
 * What passes between the main thread and the writer: one group at a time, and the outcome of each of its acts in
 * the same order. A statement's text is told once and called by its number afterwards, since a text of a thousand
 * characters costs more to copy than its values.
 */
export type ToWriter =
  | {
      readonly kind: 'group';
      /** Whether earlier texts are forgotten: numbers begin again. */
      readonly isAnew: boolean;
      /** Texts that were not told before, in the order of their numbers. */
      readonly texts: readonly string[];
      readonly acts: readonly (readonly WrittenStatement[])[];
    }
  | { readonly kind: 'close' };

export type FromWriter = readonly ActOutcome[];

type WrittenStatement = readonly [text: number, parameters: readonly SqlValue[], mustChange?: number];

/** More texts than the house has: bounds what lists of changing length can leave behind. */
const maxTexts = 500;

export type Act = readonly Statement<unknown>[];

/** Writes groups for one reader that gets all of them, in order. */
export function createGroupWriter(): (acts: readonly Act[]) => ToWriter {
  const numbers = new Map<string, number>();
  return (acts) => {
    const isAnew = numbers.size > maxTexts;
    if (isAnew) numbers.clear();
    const texts: string[] = [];
    const numberOf = (text: string): number => {
      const known = numbers.get(text);
      if (known !== undefined) return known;
      texts.push(text);
      numbers.set(text, numbers.size);
      return numbers.size - 1;
    };
    const write = ({ sql, parameters, mustChange }: Statement<unknown>): WrittenStatement =>
      mustChange === undefined ? [numberOf(sql), parameters] : [numberOf(sql), parameters, mustChange];
    return { kind: 'group', isAnew, acts: acts.map((act) => act.map(write)), texts };
  };
}

export function createGroupReader(): (group: Extract<ToWriter, { kind: 'group' }>) => readonly Act[] {
  const known: string[] = [];
  return ({ isAnew, texts, acts }) => {
    if (isAnew) known.length = 0;
    known.push(...texts);
    return acts.map((act) =>
      act.map(([text, parameters, mustChange]) => {
        const sql = known[text];
        if (sql === undefined) throw new Error('a statement whose text was never told');
        return mustChange === undefined ? { sql, parameters } : { sql, parameters, mustChange };
      }),
    );
  };
}
