import { finishSecondFactor } from '../../../src/flows/finish-second-factor.ts';
import { logIn } from '../../../src/flows/log-in.ts';
import { hotp } from '../../../src/proofs/totp.ts';
import {
  compare,
  isStrong,
  type Move,
  somewhere,
  takeSession,
  type WalkAccount,
  type WalkChallenge,
  type Walker,
  wasThrottled,
} from './world.ts';

/** Signing in, with what is right, what was right once, and what is right for somebody else. */
export const signInMoves: readonly Move[] = [
  { name: 'log in', weight: 6, run: logInSomehow },
  { name: 'finish a sign-in', weight: 8, run: finishSomehow },
];

async function logInSomehow(walker: Walker): Promise<void> {
  const { house, random } = walker;
  const account = random.pick(walker.accounts);
  const password = choosePassword(walker, account);
  const asksForTwo = random.chance(0.1);
  const isRight = password === account.password && !account.isDisabled;
  const isPossible = !asksForTwo || account.app !== undefined;
  const outcome = await compare(walker, {
    what: 'log in',
    must: isRight && isPossible,
    call: () => logIn(house, { identifier: account.email, password, asksForTwo }, somewhere(walker)),
  });
  if (outcome === undefined) return;
  if (outcome.kind === 'signed-in') {
    if (account.app !== undefined) throw new Error(`${walker.trail.join('\n')}\na factor was not asked for`);
    takeSession(walker, { account, proven: ['password'], tokens: outcome });
    return;
  }
  account.challenges.push({
    account,
    id: outcome.challengeId,
    proven: ['password'],
    asksForTwo,
    generation: account.generation,
    expiresAtMs: house.now() + outcome.expiresInSeconds * 1000,
    tries: 0,
    unknownTries: 0,
    isOpen: true,
  });
}

function choosePassword({ random, accounts }: Walker, account: WalkAccount): string {
  if (random.chance(0.6)) return account.password;
  const others = accounts.flatMap(({ password, former }) => [password, ...former.passwords]);
  return others[random.below(others.length)] ?? account.password;
}

const maxTries = 5;

async function finishSomehow(walker: Walker): Promise<void> {
  const { house, random, accounts } = walker;
  const challenges = accounts.flatMap(({ challenges }) => challenges.slice(-4));
  const open = challenges.filter((one) => isStillOpen(one, house.now()));
  const chosen = open.length > 0 && random.chance(0.8) ? open : challenges;
  const challenge = chosen[random.below(chosen.length)];
  if (challenge === undefined) return;
  const { account } = challenge;
  const isOpen = isStillOpen(challenge, house.now());
  // A right code may belong to another account, or to an app that was replaced.
  const { factor, code } = chooseCode(walker, random.chance(0.8) ? account : random.pick(accounts));
  const isRight =
    factor === 'totp' ? isAppCode(account, code, house.now()) : account.recoveryCodes.includes(code);
  const tokens = await compare(walker, {
    what: `finish by ${factor}`,
    must: isOpen && isRight && (isSurelyOpen(challenge) || 'maybe'),
    call: () => finishSecondFactor(house, { challengeId: challenge.id, factor, code }, somewhere(walker)),
  });
  // A budget may refuse before the try is counted, or after.
  if (wasThrottled(walker)) challenge.unknownTries += 1;
  else challenge.tries += 1;
  if (tokens === undefined) return;
  challenge.isOpen = false;
  spendCode(account, { factor, code }, house.now());
  const session = takeSession(walker, { account, proven: [...challenge.proven, factor], tokens });
  if (challenge.asksForTwo && !isStrong(session.proven)) throw new Error('two factors were asked for');
}

function isStillOpen(challenge: WalkChallenge, nowMs: number): boolean {
  const { account, isOpen, expiresAtMs, tries, generation } = challenge;
  const isSame = generation === account.generation && !account.isDisabled;
  return isOpen && isSame && nowMs < expiresAtMs && tries < maxTries;
}

function isSurelyOpen({ tries, unknownTries }: WalkChallenge): boolean {
  return tries + unknownTries < maxTries;
}

interface Code {
  readonly factor: 'totp' | 'recovery-code';
  readonly code: string;
}

const stepMs = 30_000;

function chooseCode({ house, random }: Walker, { app, former, recoveryCodes }: WalkAccount): Code {
  const codes = random.chance(0.7) ? recoveryCodes : former.codes;
  const [code] = codes;
  if (random.chance(0.3) && code !== undefined) return { factor: 'recovery-code', code };
  const secrets = [...(app === undefined ? [] : [app.secret]), ...former.apps];
  const secret = random.chance(0.8) ? secrets[0] : secrets.at(-1);
  const drift = random.pick([0, 0, 0, 1, -1, 2, -2]);
  const text = secret === undefined ? '000000' : hotp(secret, Math.floor(house.now() / stepMs) + drift);
  return { factor: 'totp', code: text };
}

/** The step that it is the code of, where the app may still use that one. */
function findStep({ app }: WalkAccount, code: string, nowMs: number): number | undefined {
  if (app === undefined) return undefined;
  const now = Math.floor(nowMs / stepMs);
  return [now - 1, now, now + 1].find((step) => step > app.lastStep && hotp(app.secret, step) === code);
}

function isAppCode(account: WalkAccount, code: string, nowMs: number): boolean {
  return findStep(account, code, nowMs) !== undefined;
}

function spendCode(account: WalkAccount, { factor, code }: Code, nowMs: number): void {
  if (factor === 'totp' && account.app !== undefined) {
    account.app.lastStep = findStep(account, code, nowMs) ?? account.app.lastStep;
    return;
  }
  account.recoveryCodes = account.recoveryCodes.filter((left) => left !== code);
  account.former.codes.push(code);
}
