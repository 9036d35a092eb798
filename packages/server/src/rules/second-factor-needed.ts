const decided = Symbol('decided');

/**
 * That the question "is this enough to open a session?" was asked and answered
 * with yes. `openSession` takes nothing else, and only this file makes one, so
 * a session before the decision does not type-check.
 */
export interface DecidedFactors {
  /** Authentication methods as in RFC 8176 §2. */
  readonly amr: readonly string[];
  readonly [decided]: true;
}

/** A correct password is enough: no account of this version has a second factor. */
export function decideSecondFactor(proven: readonly ['pwd']): DecidedFactors {
  return { amr: proven, [decided]: true };
}
