import assert from 'node:assert/strict';
import test from 'node:test';
import { sql } from '../../src/store/sql.ts';
import { appCode, withApp } from '../flows/factor-ground.ts';

const callers = Array.from({ length: 100 }, (_, n) => n);

async function countWinners(calls: readonly Promise<unknown>[]): Promise<number> {
  const answers = await Promise.allSettled(calls);
  for (const answer of answers) {
    if (answer.status === 'rejected') {
      assert.ok(['challenge_expired', 'wrong_code', 'too_many_requests'].includes(answer.reason.code));
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
