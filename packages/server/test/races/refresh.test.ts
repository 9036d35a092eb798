import assert from 'node:assert/strict';
import test from 'node:test';
import { refresh } from '../../src/flows/refresh.ts';
import { sql } from '../../src/store/sql.ts';
import { readActions, readEvents, signInAlice, source } from '../flows/test-house.ts';

const callers = Array.from({ length: 100 }, (_, n) => n);

async function readCounter(house: Parameters<typeof refresh>[0]): Promise<number | undefined> {
  return (await house.store.read(sql<{ counter: number }>`SELECT counter FROM sessions`))[0]?.counter;
}

test('100 concurrent refreshes with one token and one request id: one step, 100 equal successors', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  const roomy = { ...house, limits: { spend() {}, restore() {} } };
  const answers = await Promise.all(
    callers.map(() => refresh(roomy, { refreshToken: signedIn.refreshToken, requestId: 'one' }, source)),
  );
  assert.equal(new Set(answers.map((answer) => answer.refreshToken)).size, 1);
  assert.equal(await readCounter(house), 1);
  assert.deepEqual(await readEvents(house), []);
  await refresh(roomy, { refreshToken: answers[0]?.refreshToken ?? '', requestId: 'next' }, source);
});

test('A-235: 100 concurrent refreshes with one token and 100 request ids: one wins, the session ends, audited once', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  const roomy = { ...house, limits: { spend() {}, restore() {} } };
  const answers = await Promise.allSettled(
    callers.map((n) => refresh(roomy, { refreshToken: signedIn.refreshToken, requestId: `id ${n}` }, source)),
  );
  assert.equal(answers.filter((answer) => answer.status === 'fulfilled').length, 1);
  for (const answer of answers) {
    if (answer.status === 'rejected') assert.equal(answer.reason.code, 'invalid_grant');
  }
  assert.equal(await readCounter(house), 1);
  assert.equal((await readActions(house)).filter((action) => action === 'session.reuse-detected').length, 1);
  assert.deepEqual(
    (await readEvents(house)).map((event) => event.scope),
    ['session'],
  );
});

test('100 late repeats of one request open one window, not a hundred', async (t) => {
  const { house, signedIn, clock } = await signInAlice(t);
  const roomy = { ...house, limits: { spend() {}, restore() {} } };
  const input = { refreshToken: signedIn.refreshToken, requestId: 'one' };
  const first = await refresh(roomy, input, source);
  clock.advanceMs(120_000);
  const answers = await Promise.all(callers.map(() => refresh(roomy, input, source)));
  assert.deepEqual([...new Set(answers.map((answer) => answer.refreshToken))], [first.refreshToken]);
  const [row] = await house.store.read(sql<{ used: number }>`SELECT windows_used AS used FROM sessions`);
  assert.equal(row?.used, 1);
});
