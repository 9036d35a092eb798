import assert from 'node:assert/strict';
import test from 'node:test';
import { addPasskey } from '../../src/flows/add-passkey.ts';
import { beginAddingPasskey } from '../../src/flows/begin-adding-passkey.ts';
import { beginPasskeySignIn } from '../../src/flows/begin-passkey-sign-in.ts';
import { finishSecondFactor } from '../../src/flows/finish-second-factor.ts';
import { logIn } from '../../src/flows/log-in.ts';
import { logInWithPasskey } from '../../src/flows/log-in-with-passkey.ts';
import { sql } from '../../src/store/sql.ts';
import { withPasskey } from '../flows/passkey-ground.ts';
import { password, source } from '../flows/test-house.ts';
import { createAuthenticator } from '../proofs/software-authenticator.ts';

const callers = Array.from({ length: 100 }, (_, n) => n);

async function countWinners(calls: readonly Promise<unknown>[], loses: RegExp): Promise<number> {
  const answers = await Promise.allSettled(calls);
  for (const answer of answers) if (answer.status === 'rejected') assert.match(answer.reason.code, loses);
  return answers.filter(({ status }) => status === 'fulfilled').length;
}

test('A-204: of 100 answers to one ceremony exactly one opens a session', async (t) => {
  const { house, authenticator } = await withPasskey(t);
  const { challengeId, options } = await beginPasskeySignIn(house, { pendingId: undefined }, source);
  const assertions = callers.map(() => authenticator.get(options));
  const count = sql<{ n: number }>`SELECT count(*) AS n FROM sessions`;
  const [before] = await house.store.read(count);
  const calls = assertions.map((assertion) => logInWithPasskey(house, { challengeId, assertion }, source));
  assert.equal(await countWinners(calls, /^(?:challenge_expired|too_many_requests)$/), 1);
  const [after] = await house.store.read(count);
  assert.equal((after?.n ?? 0) - (before?.n ?? 0), 1);
});

test('A-204: of many answers to the ceremony of a second factor exactly one opens a session', async (t) => {
  const { house, authenticator } = await withPasskey(t);
  const pending = await logIn(house, { identifier: 'alice@example.com', password }, source);
  assert.ok(pending.kind === 'second-factor-required');
  const { challengeId } = pending;
  const { options } = await beginPasskeySignIn(house, { pendingId: challengeId }, source);
  const credential = authenticator.get(options);
  const calls = callers
    .slice(0, 20)
    .map(() => finishSecondFactor(house, { challengeId, factor: 'passkey', credential }, source));
  assert.equal(await countWinners(calls, /^(?:challenge_expired|wrong_code|invalid_credentials)$/), 1);
});

test('A-201: of many answers to one registration exactly one adds a passkey', async (t) => {
  const { house, caller } = await withPasskey(t);
  const { challengeId, options } = await beginAddingPasskey(house, caller);
  const calls = callers.slice(0, 20).map(() => {
    const credential = createAuthenticator().create(options);
    return addPasskey(house, { caller, challengeId, credential, transports: [] }, source);
  });
  assert.equal(await countWinners(calls, /^challenge_expired$/), 1);
});
