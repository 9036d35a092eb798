import assert from 'node:assert/strict';
import * as jose from 'jose';
import { TokenError } from '../../src/index.ts';

/** Seen from here: `stricter` refuses what jose accepts. */
export type Comparison = 'same' | 'stricter' | 'laxer';

/** What jose makes of it: accepted, or refused with one of its own errors. */
export async function isAcceptedThere(act: () => Promise<unknown>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    assert.ok(error instanceof jose.errors.JOSEError, `jose throws ${String(error)}`);
    return false;
  }
}

export function isAcceptedHere(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch (error) {
    assert.ok(error instanceof TokenError, `not a TokenError: ${String(error)}`);
    return false;
  }
}

export async function compareVerdicts(
  here: () => unknown,
  there: () => Promise<unknown>,
): Promise<Comparison> {
  const [isHere, isThere] = [isAcceptedHere(here), await isAcceptedThere(there)];
  if (isHere === isThere) return 'same';
  return isHere ? 'laxer' : 'stricter';
}
