import { beginApp } from '../../../src/flows/begin-app.ts';
import { confirmApp } from '../../../src/flows/confirm-app.ts';
import { makeRecoveryCodes } from '../../../src/flows/make-recovery-codes.ts';
import { removeFactor } from '../../../src/flows/remove-factor.ts';
import { hotp } from '../../../src/proofs/totp.ts';
import { callerOf } from '../../flows/test-house.ts';
import { decodeBase32 } from '../../proofs/decode-base32.ts';
import {
  compare,
  isLive,
  isStrong,
  type Move,
  pickSession,
  somewhere,
  type WalkAccount,
  type Walker,
  type WalkSession,
} from './world.ts';

/** Changing what proves who somebody is, from sessions old and new, strong and weak. */
export const factorMoves: readonly Move[] = [
  { name: 'add an app', weight: 2, run: addApp },
  { name: 'remove the app', weight: 1, run: removeApp },
  { name: 'make recovery codes', weight: 1, run: makeCodes },
];

const recentMs = 300_000;
const stepMs = 30_000;

/** What may change an account for good: signed in just now, with two factors where there are two. */
function isTrusted(session: WalkSession, nowMs: number): boolean {
  const signedInMs = Math.floor(session.openedAtMs / 1000) * 1000;
  const isRecent = nowMs - signedInMs <= recentMs;
  const isEnough = session.account.app === undefined || isStrong(session.proven);
  return isLive(session, nowMs) && isRecent && isEnough;
}

async function addApp(walker: Walker): Promise<void> {
  const { house, random } = walker;
  const session = pickSession(walker);
  if (session === undefined) return;
  const { account, tokens } = session;
  const call = async () => beginApp(house, await callerOf(house, tokens), somewhere(walker));
  const must = isTrusted(session, house.now());
  const begun = await compare(walker, { what: 'begin an app', must, call });
  if (begun === undefined) return;
  const secret = decodeBase32(begun.secret);
  const step = Math.floor(house.now() / stepMs);
  const isRight = random.chance(0.8);
  const code = hotp(secret, isRight ? step : step + 7);
  const added = await compare(walker, {
    what: 'confirm an app',
    must: isRight,
    call: async () => confirmApp(house, { caller: await callerOf(house, tokens), code }, somewhere(walker)),
  });
  if (added === undefined) return;
  retireApp(account);
  account.app = { secret, lastStep: step };
  if (added.recoveryCodes !== undefined) replaceCodes(account, added.recoveryCodes);
}

async function removeApp(walker: Walker): Promise<void> {
  const { house } = walker;
  const session = pickSession(walker);
  if (session === undefined) return;
  const { account } = session;
  const isDone = await compare(walker, {
    what: 'remove the app',
    must: isTrusted(session, house.now()) && account.app !== undefined,
    call: async () => {
      const caller = await callerOf(house, session.tokens);
      await removeFactor(house, { caller, kind: 'totp' }, somewhere(walker));
      return true;
    },
  });
  if (isDone !== true) return;
  retireApp(account);
  account.app = undefined;
  replaceCodes(account, []);
  for (const challenge of account.challenges) challenge.isOpen = false;
  for (const other of account.sessions) {
    if (isStrong(other.proven) && other !== session) other.isOpen = false;
  }
  session.proven = session.proven.filter((proof) => proof !== 'totp' && proof !== 'recovery-code');
}

async function makeCodes(walker: Walker): Promise<void> {
  const { house } = walker;
  const session = pickSession(walker);
  if (session === undefined) return;
  const codes = await compare(walker, {
    what: 'make recovery codes',
    must: isTrusted(session, house.now()) && session.account.app !== undefined,
    call: async () => makeRecoveryCodes(house, await callerOf(house, session.tokens), somewhere(walker)),
  });
  if (codes !== undefined) replaceCodes(session.account, codes);
}

function retireApp({ app, former }: WalkAccount): void {
  if (app !== undefined) former.apps.push(app.secret);
  if (former.apps.length > 4) former.apps.shift();
}

function replaceCodes(account: WalkAccount, codes: readonly string[]): void {
  account.former.codes.push(...account.recoveryCodes);
  account.former.codes.splice(0, account.former.codes.length - 20);
  account.recoveryCodes = [...codes];
}
