import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TokenError } from '../../src/index.ts';

/** Accepts or throws a TokenError, nothing else; says which. */
export function isAccepted(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    assert.ok(error instanceof TokenError, `not a TokenError: ${String(error)}`);
    return false;
  }
}

/** One character in the place of another: any at all, or one that means something in a token. */
export const anyUnit: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  fc.constantFrom(...'AZaz09-_.=+/ \n"{}[],:'),
);
