import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test from 'node:test';
import { commitAct } from '../../src/flows/commit-act.ts';
import { outboxStatements } from '../../src/store/outbox.ts';
import { mustChange, sql } from '../../src/store/sql.ts';
import { openTestHouse, readActions } from '../flows/test-house.ts';
import { alice, readQueue, resetFor, send } from './mail-ground.ts';

test('A-440: a message is queued exactly when its act was committed', async (t) => {
  const { house } = await openTestHouse(t);
  const refused = mustChange(1, sql`UPDATE users SET email = NULL WHERE id = 'nobody'`);
  const act = [
    ...house.messages.write(resetFor(alice.email)),
    { ...refused, otherwise: 'not_found' as const },
  ];
  await assert.rejects(commitAct(house, act), { code: 'not_found' });
  await house.messages.settled();
  assert.deepEqual(await readQueue(house), []);
  await send(house, resetFor(alice.email));
  const [row, ...rest] = await readQueue(house);
  assert.equal(rest.length, 0);
  assert.equal(row?.sentAtMs, house.now());
  assert.equal(row.values, null, 'what was sent has no values any more');
  assert.match(house.messages.shown?.[0]?.text ?? '', /http:\/\/localhost:4000\/reset-password\?code=abc/);
});

test('A-157: above the limits of a recipient nothing is queued, the act looks the same, and it is noted once', async (t) => {
  const { house, clock } = await openTestHouse(t);
  for (let n = 0; n < 12; n += 1)
    await send(house, resetFor(n % 2 === 0 ? alice.email : 'ALICE@example.com'));
  assert.equal(house.messages.shown?.length, 5);
  assert.equal((await readActions(house)).filter((action) => action === 'message.withheld').length, 1);
  await send(house, resetFor('bob@example.com'));
  assert.equal(house.messages.shown?.length, 6);
  for (let hour = 0; hour < 6; hour += 1) {
    clock.advanceMs(3_600_001);
    for (let n = 0; n < 6; n += 1) await send(house, resetFor(alice.email));
  }
  assert.equal(house.messages.shown?.length, 1 + 20);
});

test('A-157: what strangers asked for does not hold back what tells the owner', async (t) => {
  const { house } = await openTestHouse(t);
  for (let n = 0; n < 8; n += 1) await send(house, resetFor(alice.email));
  await send(house, {
    template: 'password-changed',
    to: alice,
    language: undefined,
    values: { path: '/recover', atMs: house.now() },
  });
  assert.equal(house.messages.shown?.[0]?.template, 'password-changed');
});

test('of a hundred who claim a message at once one gets it, and whoever lost it notes nothing', async (t) => {
  const { house } = await openTestHouse(t);
  const { store } = house;
  await store.commit(house.messages.write(resetFor(alice.email)));
  const nowMs = house.now();
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, (_, n) =>
      store.commit([
        outboxStatements.claim({
          channel: 'mail',
          leaseId: String(n),
          limit: 5,
          nowMs,
          untilMs: nowMs + 60_000,
          mayRepeat: true,
        }),
      ]),
    ),
  );
  const claims = outcomes.flatMap((outcome) => (outcome.kind === 'committed' ? outcome.results[0].rows : []));
  assert.equal(claims.length, 1);
  const lost = await store.commit([
    outboxStatements.noteSent({ id: claims[0]?.id ?? '', leaseId: 'x' }, nowMs),
  ]);
  assert.equal(lost.kind, 'refused');
});

test('A-145: a path that would leave the issuer is refused when it is written', async (t) => {
  const { house } = await openTestHouse(t);
  for (const path of [
    '//evil.example/x',
    'https://evil.example/',
    '/\\evil.example',
    'reset',
    '\t//evil.example',
  ]) {
    assert.throws(() => house.messages.write(resetFor(alice.email, path)), TypeError, path);
  }
});

test('A-148: a message goes to one address', async (t) => {
  const { house } = await openTestHouse(t);
  const lines = [
    'a@x.example\r\nBcc: b@y.example',
    'a@x.example,b@y.example',
    'a@x.example b',
    '"a@b"@x.example',
  ];
  for (const email of [...lines, 'a', 'a@x\uff0cb@y', '<a@x.example>']) {
    assert.throws(() => house.messages.write(resetFor(email)), TypeError, email);
  }
});

test('counting at each message reads indexes and no rows', async (t) => {
  const { house, directory } = await openTestHouse(t);
  const database = new DatabaseSync(join(directory, 'data', 'countersign.db'), { readOnly: true });
  t.after(() => database.close());
  const [statement] = house.messages.write(resetFor(alice.email));
  const plan = database
    .prepare(`EXPLAIN QUERY PLAN ${statement?.sql}`)
    .all(...(statement?.parameters ?? []))
    .map(({ detail }) => String(detail))
    .filter((detail) => /^(SEARCH|SCAN) outbox/.test(detail));
  assert.equal(plan.length, 3);
  assert.deepEqual(
    plan.filter((detail) => !detail.startsWith('SEARCH outbox USING COVERING INDEX')),
    [],
  );
});
