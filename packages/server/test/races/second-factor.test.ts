import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../../src/store/sql.ts';
import { confirmApp } from '../../src/flows/confirm-app.ts';
import { beginCodeFactor } from '../../src/flows/begin-code-factor.ts';
import { confirmCodeFactor } from '../../src/flows/confirm-code-factor.ts';
import { sendCode } from '../../src/flows/send-code.ts';
import { beginApp } from '../../src/flows/begin-app.ts';
import { finishSecondFactor } from '../../src/flows/finish-second-factor.ts';
import { insertRecoveryCodes } from '../../src/store/recovery-codes.ts';
import { hashRecoveryCode } from '../../src/flows/make-recovery-codes.ts';
import { makeRecoveryCode } from '../../src/proofs/recovery-code.ts';
import { appCode, readSecret, readSentCode, withApp } from '../flows/factor-ground.ts';
import { signInAlice, source } from '../flows/test-house.ts';

const callers = Array.from({ length: 100 }, (_, n) => n);

async function countWinners(calls: readonly Promise<unknown>[]): Promise<number> {
  const answers = await Promise.allSettled(calls);
  for (const answer of answers) {
    if (answer.status === 'rejected') {
      assert.ok(
        ['challenge_expired', 'wrong_code', 'too_many_requests', 'conflict'].includes(answer.reason.code),
      );
    }
  }
  return answers.filter(({ status }) => status === 'fulfilled').length;
}

test('A-163: of 100 callers with one challenge and one code exactly one is signed in', async (t) => {
  const { house, clock, secret, begin, finish } = await withApp(t);
  const roomy = await begin();
  const code = appCode(secret, clock.now());
  const [before] = await house.store.read(sql<{ n: number }>`SELECT count(*) AS n FROM sessions`);
  assert.equal(await countWinners(callers.map(() => finish(roomy.challengeId, code))), 1);
  const [after] = await house.store.read(sql<{ n: number }>`SELECT count(*) AS n FROM sessions`);
  assert.equal((after?.n ?? 0) - (before?.n ?? 0), 1);
});

test('A-163: of many callers with a challenge each and one code exactly one is signed in', async (t) => {
  const { clock, secret, begin, finish } = await withApp(t);
  const pending = await Promise.all(callers.slice(0, 8).map(() => begin()));
  const code = appCode(secret, clock.now());
  assert.equal(await countWinners(pending.map(({ challengeId }) => finish(challengeId, code))), 1);
});

test('A-191: of 100 callers with one recovery code, one challenge or many, exactly one is signed in', async (t) => {
  const { house, caller, begin } = await withApp(t);
  const code = makeRecoveryCode();
  const hash = hashRecoveryCode(house, caller.userId, code) ?? new Uint8Array();
  await house.store.commit(insertRecoveryCodes(caller.userId, [hash], 1));
  const pending = await Promise.all(callers.slice(0, 8).map(() => begin()));
  const calls = callers.map((n) =>
    finishSecondFactor(
      house,
      { challengeId: pending[n % pending.length]?.challengeId ?? '', factor: 'recovery-code', code },
      source,
    ),
  );
  assert.equal(await countWinners(calls), 1);
});

test('of many confirmations of one app exactly one brings recovery codes', async (t) => {
  const { house, caller, clock } = await signInAlice(t);
  const secret = readSecret(await beginApp(house, caller, source));
  const code = appCode(secret, clock.now());
  const calls = callers.map(() => confirmApp(house, { caller, code }, source));
  assert.equal(await countWinners(calls), 1);
  const [row] = await house.store.read(sql<{ n: number }>`SELECT count(*) AS n FROM recovery_codes`);
  assert.equal(row?.n, 10);
});

test('A-183: of 100 callers with one code by SMS exactly one is signed in', async (t) => {
  const { house, caller, begin } = await withApp(t);
  await house.store.commit([
    sql`INSERT INTO factors (id, user_id, kind, target, created_at_ms, confirmed_at_ms)
      VALUES ('sms', ${caller.userId}, 'sms', '+491701234567', 1, 1)`,
  ]);
  const { challengeId } = await begin();
  await sendCode(house, { challengeId, factor: 'sms' }, source);
  const code = await readSentCode(house);
  const calls = callers.map(() => finishSecondFactor(house, { challengeId, factor: 'sms', code }, source));
  assert.equal(await countWinners(calls), 1);
});

test('A-183: of 100 confirmations with one code exactly one counts', async (t) => {
  const { house, caller } = await signInAlice(t);
  await beginCodeFactor(house, { caller, factor: { kind: 'sms', phone: '+491701234567' } }, source);
  const code = await readSentCode(house);
  const calls = callers.map(() => confirmCodeFactor(house, { caller, kind: 'sms', code }, source));
  assert.equal(await countWinners(calls), 1);
});
