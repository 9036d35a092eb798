import assert from 'node:assert/strict';
import test from 'node:test';
import type { House } from '../../src/base/house.ts';
import { Refusal } from '../../src/base/refusal.ts';
import { createDistinctCounts } from '../../src/limits/distinct-counts.ts';
import { register } from '../../src/flows/register.ts';
import { sql } from '../../src/store/sql.ts';
import { logIn } from './log-in.ts';
import { openTestHouse, password, signInAlice, source } from './test-house.ts';

const from = (address: string): typeof source => ({ ...source, address });

interface Tried {
  readonly name: string;
  readonly password?: string;
  readonly address?: string;
}

/** @returns what the guess was answered with */
async function guess(
  house: House,
  { name, password: guessed, address = '198.51.100.1' }: Tried,
): Promise<string> {
  try {
    await logIn(
      house,
      { identifier: `${name}@example.com`, password: guessed ?? `guess at ${name}` },
      from(address),
    );
    return 'signed-in';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

async function readRows(house: House, action: string): Promise<readonly Record<string, unknown>[]> {
  await house.store.commit([]);
  const rows = await house.store.read(
    sql<{ detail: string }>`SELECT detail FROM audit WHERE action = ${action} ORDER BY seq`,
  );
  return rows.map(({ detail }) => JSON.parse(detail));
}

test('A-115: a source that is wrong at twenty accounts rests for a quarter of an hour, one /64 as a whole', async (t) => {
  const { house, clock } = await openTestHouse(t);
  const address = '2001:db8:1:2::1';
  for (let n = 0; n < 20; n++) {
    clock.advanceMs(1000);
    assert.equal(await guess(house, { name: `user-${n}`, address }), 'invalid_credentials');
  }
  for (const other of [address, '2001:db8:1:2:ffff::9']) {
    await assert.rejects(logIn(house, { identifier: 'x@example.com', password }, from(other)), (error) => {
      assert.ok(error instanceof Refusal && error.code === 'too_many_requests');
      assert.equal(error.details.retryAfterSeconds, 900);
      return true;
    });
  }
  assert.equal(await guess(house, { name: 'user-99', address: '2001:db8:1:3::1' }), 'invalid_credentials');
  clock.advanceMs(900_000);
  // What it was wrong at is not forgotten yet: it rests again with the next.
  assert.equal(await guess(house, { name: 'user-21', address }), 'invalid_credentials');
  assert.equal(await guess(house, { name: 'user-22', address }), 'too_many_requests');
});

test('A-115: an office where more people are right than wrong does not rest', async (t) => {
  const { house, clock } = await openTestHouse(t);
  for (let n = 0; n < 25; n++) {
    clock.advanceMs(61_000);
    await register(house, { email: `user-${n}@example.com`, password }, source);
    assert.equal(await guess(house, { name: `user-${n}`, password, address: source.address }), 'signed-in');
  }
  for (let n = 0; n < 24; n++) {
    clock.advanceMs(2000);
    assert.equal(await guess(house, { name: `user-${n}`, address: source.address }), 'invalid_credentials');
  }
});

test('A-116: a password that was wrong at ten accounts shuts out each source that is wrong with it', async (t) => {
  const { house } = await signInAlice(t);
  const sprayed = 'Winter2026Winter2026!';
  const spray = (n: number): Promise<string> =>
    guess(house, { name: `user-${n}`, password: sprayed, address: `198.51.100.${n}` });
  for (let n = 0; n < 12; n++) assert.equal(await spray(n), 'invalid_credentials');
  assert.equal(await guess(house, { name: 'a', address: '198.51.100.8' }), 'invalid_credentials');
  for (const n of [9, 10, 11]) {
    assert.equal(await guess(house, { name: 'a', address: `198.51.100.${n}` }), 'too_many_requests');
  }
  assert.equal((await readRows(house, 'guessing.detected')).length, 3);
});

test('A-116: a right password is not looked at by how many others have it', async (t) => {
  const { house, clock } = await openTestHouse(t);
  for (let n = 0; n < 15; n++) {
    clock.advanceMs(61_000);
    await register(house, { email: `user-${n}@example.com`, password }, source);
    assert.equal(await guess(house, { name: `user-${n}`, password }), 'signed-in');
  }
});

test('A-411: an episode leaves one row when it begins and one with its counts when it is over', async (t) => {
  const { house, clock } = await openTestHouse(t);
  for (let n = 0; n < 20; n++) {
    clock.advanceMs(1000);
    await guess(house, { name: `user-${n}` });
  }
  const before = (await readRows(house, 'log-in.failed')).length;
  for (let n = 0; n < 25; n++) await guess(house, { name: `more-${n}` });
  assert.equal((await readRows(house, 'log-in.failed')).length, before);
  assert.deepEqual(await readRows(house, 'guessing.detected'), [{ sensor: 'accounts', accounts: 20 }]);
  assert.deepEqual(await readRows(house, 'guessing.ended'), []);
  clock.advanceMs(900_000);
  assert.deepEqual(await readRows(house, 'guessing.ended'), [
    { sensor: 'accounts', source: '198.51.100.1', accounts: 20, refused: 25 },
  ]);
});

test('A-115, A-411: while wrong passwords come from everywhere, sources trip sooner and rows are a sample', async (t) => {
  const { house, clock, logLines } = await openTestHouse(t);
  for (let n = 0; n < 300; n++) {
    clock.advanceMs(100);
    const address = `10.${n >> 8}.${n & 255}.1`;
    assert.equal(await guess(house, { name: `user-${n}`, address }), 'invalid_credentials');
  }
  assert.deepEqual(await readRows(house, 'guessing.detected'), [{ sensor: 'rate', accounts: 0 }]);
  assert.ok(logLines.some((line) => line.includes('guessing.detected')));
  const rows = (await readRows(house, 'log-in.failed')).length;
  assert.ok(rows >= 199 && rows <= 212, String(rows));
  for (let n = 0; n < 5; n++) await guess(house, { name: `other-${n}` });
  assert.equal(await guess(house, { name: 'other-6' }), 'too_many_requests');
  for (let n = 0; n < 11; n++) clock.advanceMs(60_000);
  const ended = (await readRows(house, 'guessing.ended')).filter(({ sensor }) => sensor === 'rate');
  assert.equal(ended.length, 1);
  assert.equal(Number(ended[0]?.['refused']) + (await readRows(house, 'log-in.failed')).length, 305);
});

test('A-410: no password and no digest of one is in audit table or log', async (t) => {
  const { house, logLines } = await openTestHouse(t);
  const sprayed = 'Winter2026Winter2026!';
  for (let n = 0; n < 11; n++) {
    await guess(house, { name: `user-${n}`, password: sprayed, address: `198.51.100.${n}` });
  }
  const everything = JSON.stringify(await house.store.read(sql`SELECT * FROM audit`)) + logLines.join();
  assert.ok(!everything.includes(sprayed));
});

test('A-459: what sensors remember is bounded, and goes after two turns', () => {
  const counts = createDistinctCounts({ maxKeys: 100, maxMembers: 5 });
  for (let n = 0; n < 4; n++) counts.add('under attack', n);
  for (let n = 0; n < 10_000; n++) counts.add(`flood ${n}`, n);
  assert.equal(counts.add('under attack', 4), 5);
  for (let n = 0; n < 100; n++) counts.add('under attack', n);
  assert.equal(counts.count('under attack'), 5);
  counts.turn();
  assert.equal(counts.count('under attack'), 5);
  assert.equal(counts.add('under attack', 0), 5);
  counts.turn();
  assert.equal(counts.count('under attack'), 1);
  counts.turn();
  assert.equal(counts.count('under attack'), 0);
});
