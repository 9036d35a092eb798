import type { SecondFactor } from '../base/second-factor.ts';

/**
 * Whether what was proven is enough to open a session. The first row that fits decides:
 *
 * | proven                                        | the account has             | answer                          |
 * | --------------------------------------------- | --------------------------- | ------------------------------- |
 * | two proofs of different classes               | –                           | enough                          |
 * | one proof                                     | no factor of another class  | enough                          |
 * | one proof, from a device that is remembered   | one of another class        | enough, unless two were asked for |
 * | one proof                                     | one of another class        | one of those is needed          |
 *
 * A passkey whose owner was verified (by PIN or body) is two classes at once.
 * What comes by mail proves the mailbox, which resets the password too: it is
 * asked for where an account has nothing better, but never makes a session `aal2`.
 */

/** What came of a proof. `security-key` is a passkey whose owner was only present. */
export type Proof =
  | 'password'
  | 'magic-link'
  | 'passkey'
  | 'security-key'
  | 'totp'
  | 'sms'
  | 'email'
  | 'recovery-code';

/** One proof, or two of different classes without a mailbox (SP 800-63B-4 §2). */
export type AssuranceLevel = 'aal1' | 'aal2';

type ProofClass = 'knowledge' | 'possession' | 'mailbox' | 'both';

/** Authentication methods as in RFC 8176 §2. */
const proofs: Readonly<Record<Proof, { readonly amr: readonly string[]; readonly class: ProofClass }>> = {
  password: { amr: ['pwd'], class: 'knowledge' },
  'magic-link': { amr: ['otp'], class: 'mailbox' },
  passkey: { amr: ['swk', 'user'], class: 'both' },
  'security-key': { amr: ['swk'], class: 'possession' },
  totp: { amr: ['otp'], class: 'possession' },
  sms: { amr: ['sms'], class: 'possession' },
  email: { amr: ['otp'], class: 'mailbox' },
  'recovery-code': { amr: ['otp'], class: 'possession' },
};

export function isProof(name: unknown): name is Proof {
  return typeof name === 'string' && Object.hasOwn(proofs, name);
}

const decided = Symbol('decided');

/**
 * That the question "is this enough to open a session?" was asked and answered
 * with yes. `openSession` takes nothing else, and only this file makes one, so
 * a session before the decision does not type-check.
 */
export interface DecidedFactors {
  /** RFC 8176 §2; with `mfa` exactly when the level is `aal2`. */
  readonly amr: readonly string[];
  readonly level: AssuranceLevel;
  readonly [decided]: true;
}

export type FactorDecision =
  | { readonly kind: 'enough'; readonly factors: DecidedFactors }
  /** One of these. Never empty, unless `aal2` was asked for and the account has nothing that would give it. */
  | { readonly kind: 'needed'; readonly offered: readonly SecondFactor[] };

export interface FactorQuestion {
  readonly proven: readonly Proof[];
  /** Confirmed ones of the account. */
  readonly enrolled: readonly SecondFactor[];
  readonly isRememberedDevice: boolean;
  /** The caller asked for `aal2` (RFC 9470 §4). */
  readonly asksForTwo?: boolean | undefined;
}

export function decideSecondFactor(question: FactorQuestion): FactorDecision {
  const { proven, enrolled, isRememberedDevice, asksForTwo = false } = question;
  if (proven.length === 0) throw new TypeError('nothing was proven');
  const classes = new Set(proven.map((proof) => proofs[proof].class));
  const level = levelOf(classes);
  const enough = { kind: 'enough', factors: decide(proven, level) } as const;
  if (level === 'aal2' || (classes.size > 1 && !asksForTwo)) return enough;
  const offered = offer(enrolled, { classes, asksForTwo });
  if (asksForTwo) return { kind: 'needed', offered };
  return offered.length === 0 || isRememberedDevice ? enough : { kind: 'needed', offered };
}

/** A session that takes the place of another one keeps what that one had proven. @param amr  of a live session's row */
export function keepFactors(amr: readonly string[]): DecidedFactors {
  return { amr, level: levelOfMethods(amr), [decided]: true };
}

/** What an `amr` of ours says of the level. */
export function levelOfMethods(amr: readonly string[]): AssuranceLevel {
  return amr.includes('mfa') ? 'aal2' : 'aal1';
}

/**
 * What a session still counts as having proven once a factor of the account is
 * gone. A passkey whose owner was verified was two factors by itself.
 */
export function weakenMethods(amr: readonly string[], factor: Proof): readonly string[] {
  const { amr: passkey } = proofs.passkey;
  if (passkey.every((method) => amr.includes(method))) return amr;
  const gone = new Set(['mfa', ...proofs[factor].amr]);
  return amr.filter((method) => !gone.has(method));
}

function levelOf(classes: ReadonlySet<ProofClass>): AssuranceLevel {
  return classes.has('both') || (classes.has('knowledge') && classes.has('possession')) ? 'aal2' : 'aal1';
}

function decide(proven: readonly Proof[], level: AssuranceLevel): DecidedFactors {
  const methods = new Set(proven.flatMap((proof) => proofs[proof].amr));
  if (level === 'aal2') methods.add('mfa');
  return { amr: [...methods], level, [decided]: true };
}

/** Recovery codes stand in for a lost factor: alone they are none. */
function offer(
  enrolled: readonly SecondFactor[],
  { classes, asksForTwo }: { readonly classes: ReadonlySet<ProofClass>; readonly asksForTwo: boolean },
): readonly SecondFactor[] {
  const fitting = enrolled.filter((factor) => {
    const { class: own } = proofs[factor];
    return asksForTwo ? own !== 'mailbox' && !classes.has(own) : !classes.has(own);
  });
  return fitting.some((factor) => factor !== 'recovery-code') ? fitting : [];
}
