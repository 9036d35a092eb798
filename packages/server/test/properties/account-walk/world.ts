import assert from 'node:assert/strict';
import type { House, RequestSource } from '../../../src/base/house.ts';
import { Refusal } from '../../../src/base/refusal.ts';
import type { SignedIn } from '../../../src/flows/signed-in.ts';
import type { Proof } from '../../../src/rules/second-factor-needed.ts';
import { claimsOf } from '../../flows/test-house.ts';
import type { Random } from '../random.ts';

/** The truth about an account, which the house must agree with. */
export interface WalkAccount {
  readonly email: string;
  readonly userId: string;
  password: string;
  /** Passwords, app secrets and codes that were right once. */
  readonly former: { readonly passwords: string[]; readonly apps: Uint8Array[]; readonly codes: string[] };
  isDisabled: boolean;
  app: { readonly secret: Uint8Array; lastStep: number } | undefined;
  recoveryCodes: string[];
  sessions: WalkSession[];
  challenges: WalkChallenge[];
  /** Rises when everything that is open must end. */
  generation: number;
}

export interface WalkSession {
  readonly account: WalkAccount;
  /** What was really proven for it, and still counts. */
  proven: readonly Proof[];
  readonly sessionId: string;
  readonly openedAtMs: number;
  rotatedAtMs: number;
  tokens: SignedIn;
  readonly spentRefreshTokens: string[];
  isOpen: boolean;
}

export interface WalkChallenge {
  readonly account: WalkAccount;
  readonly id: string;
  readonly proven: readonly Proof[];
  readonly asksForTwo: boolean;
  readonly generation: number;
  readonly expiresAtMs: number;
  /** Those that were counted, and those of which it is not known. */
  tries: number;
  unknownTries: number;
  isOpen: boolean;
}

/** Somebody who does one thing after the other, on accounts that are nobody else's. */
export interface Walker {
  readonly house: House;
  readonly random: Random;
  /** From where it calls; budgets of sources are its own. */
  readonly addresses: readonly [string, ...string[]];
  readonly accounts: readonly [WalkAccount, ...WalkAccount[]];
  /** The last moves, for whoever reads a failure. */
  readonly trail: string[];
  /** How often which move came to what. */
  readonly tally: Map<string, number>;
}

export interface Move {
  readonly name: string;
  readonly weight: number;
  run(walker: Walker): Promise<void>;
}

export type Outcome<Answer> =
  | { readonly kind: 'done'; readonly answer: Answer }
  | { readonly kind: 'refused'; readonly code: string };

export function somewhere({ random, addresses }: Walker): RequestSource {
  return { requestId: 'walk', address: random.pick(addresses), userAgent: 'walk' };
}

/** Budgets and queues may refuse anything at any time; then nothing has happened. */
const throttles: ReadonlySet<string> = new Set(['too_many_requests', 'overloaded']);

/**
 * Does something and compares it with what must come of it.
 *
 * @param must  what the truth says; `maybe` where it does not decide
 * @returns the answer, when there is one
 */
export async function compare<Answer>(
  walker: Walker,
  { what, must, call }: { what: string; must: boolean | 'maybe'; call: () => Promise<Answer> },
): Promise<Answer | undefined> {
  const outcome = await outcomeOf(call);
  const said = outcome.kind === 'done' ? 'done' : outcome.code;
  note(walker, `${what}: ${said}`);
  if (outcome.kind === 'refused' && throttles.has(outcome.code)) return undefined;
  if (must !== 'maybe') {
    assert.equal(outcome.kind, must ? 'done' : 'refused', `${walker.trail.join('\n')}\nmust be ${must}`);
  }
  return outcome.kind === 'done' ? outcome.answer : undefined;
}

async function outcomeOf<Answer>(call: () => Promise<Answer>): Promise<Outcome<Answer>> {
  try {
    return { kind: 'done', answer: await call() };
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', code: error.code };
    throw error;
  }
}

function note({ trail, tally }: Walker, text: string): void {
  trail.push(text);
  if (trail.length > 12) trail.shift();
  tally.set(text, (tally.get(text) ?? 0) + 1);
}

/** Whether the last thing that was compared was refused by a budget. */
export function wasThrottled({ trail }: Walker): boolean {
  return throttles.has(trail.at(-1)?.split(': ').at(-1) ?? '');
}

/** Written anew, from the words of the documentation: two proofs of different kinds, none of them a mailbox. */
export function isStrong(proven: readonly Proof[]): boolean {
  const has = (...proofs: readonly Proof[]): boolean => proofs.some((proof) => proven.includes(proof));
  return has('passkey') || (has('password') && has('totp', 'sms', 'recovery-code', 'security-key'));
}

/** RFC 8176 §2. */
const methods: Readonly<Record<Proof, readonly string[]>> = {
  password: ['pwd'],
  'magic-link': ['otp'],
  passkey: ['swk', 'user'],
  'security-key': ['swk'],
  totp: ['otp'],
  sms: ['sms'],
  email: ['otp'],
  'recovery-code': ['otp'],
};

function methodsOf(proven: readonly Proof[]): readonly string[] {
  const all = new Set(proven.flatMap((proof) => methods[proof]));
  if (isStrong(proven)) all.add('mfa');
  return [...all].sort();
}

/** A session as it was answered: its token says what was proven, and no more. */
export function takeSession(
  walker: Walker,
  { account, proven, tokens }: Pick<WalkSession, 'account' | 'proven' | 'tokens'>,
): WalkSession {
  checkToken(walker, { account, proven, tokens });
  const atMs = walker.house.now();
  const session: WalkSession = {
    account,
    proven,
    tokens,
    sessionId: tokens.sessionId,
    openedAtMs: atMs,
    rotatedAtMs: atMs,
    spentRefreshTokens: [],
    isOpen: true,
  };
  account.sessions.push(session);
  return session;
}

export function checkToken(
  { trail }: Walker,
  { account, proven, tokens }: Pick<WalkSession, 'account' | 'proven' | 'tokens'>,
): void {
  const { acr, amr } = claimsOf(tokens.accessToken);
  const told = trail.join('\n');
  assert.equal(tokens.user.id, account.userId, told);
  assert.equal(account.isDisabled, false, told);
  assert.equal(acr, isStrong(proven) ? 'aal2' : 'aal1', told);
  assert.deepEqual([...amr].sort(), methodsOf(proven), told);
}

export function endSessions(account: WalkAccount): void {
  account.generation += 1;
  for (const session of account.sessions) session.isOpen = false;
  for (const challenge of account.challenges) challenge.isOpen = false;
}

const idleMs = 14 * 86_400_000;
const longestMs = 90 * 86_400_000;

export function isLive({ account, isOpen, openedAtMs }: WalkSession, nowMs: number): boolean {
  return isOpen && !account.isDisabled && nowMs < openedAtMs + longestMs;
}

export function isRenewable(session: WalkSession, nowMs: number): boolean {
  return isLive(session, nowMs) && nowMs < session.rotatedAtMs + idleMs;
}

export function pickSession({ random, accounts }: Walker): WalkSession | undefined {
  const all = accounts.flatMap(({ sessions }) => sessions.slice(-6));
  const open = all.filter(({ isOpen }) => isOpen);
  const chosen = open.length > 0 && random.chance(0.7) ? open : all;
  return chosen[random.below(chosen.length)];
}
