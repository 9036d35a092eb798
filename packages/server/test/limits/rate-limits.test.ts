import assert from 'node:assert/strict';
import test from 'node:test';
import type { LimitName, Limits } from '../../src/base/house.ts';
import { Refusal } from '../../src/base/refusal.ts';
import { type LimitTable, limitTable } from '../../src/limits/limit-table.ts';
import { createLimits } from '../../src/limits/rate-limits.ts';

const hourMs = 3_600_000;

function makeLimits(table: LimitTable = limitTable): { limits: Limits; clock: { atMs: number } } {
  const clock = { atMs: 1_800_000_000_000 };
  return { limits: createLimits(table, () => clock.atMs), clock };
}

/** @returns undefined when it was allowed, else the seconds to wait */
function tryOne(limits: Limits, limit: LimitName, key: string): number | undefined {
  try {
    limits.spend(limit, key);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    assert.equal(error.code, 'too_many_requests');
    return error.details.retryAfterSeconds;
  }
}

function countAllowed(limits: Limits, limit: LimitName, key: string): number {
  let allowed = 0;
  while (allowed < 100_000 && tryOne(limits, limit, key) === undefined) allowed += 1;
  return allowed;
}

const limitNames: readonly LimitName[] = [
  'log-in by source',
  'register by source',
  'refresh by session',
  'refresh by source',
  'client by id',
  'client by source',
  'profile by account',
  'any by source',
];

for (const limit of limitNames) {
  const row = limitTable[limit];
  test(`"${limit}" allows ${row.burst} at once, then one each ${row.perSeconds.toFixed(3)} s`, () => {
    const { limits, clock } = makeLimits();
    assert.equal(countAllowed(limits, limit, '192.0.2.1'), row.burst);
    assert.ok((tryOne(limits, limit, '192.0.2.1') ?? 0) >= 1);
    clock.atMs += row.perSeconds * 1000;
    assert.equal(tryOne(limits, limit, '192.0.2.1'), undefined);
    assert.ok(tryOne(limits, limit, '192.0.2.1') !== undefined);
    clock.atMs += row.perSeconds * 1000 * row.burst * 3;
    assert.equal(countAllowed(limits, limit, '192.0.2.1'), row.burst);
  });
}

/** A budget that is easy to count with. */
const tenAtOnce: LimitTable = {
  ...limitTable,
  'client by id': { burst: 10, perSeconds: 30, isBySource: false },
};

test('the time to wait is the time after which the next one is allowed', () => {
  const { limits, clock } = makeLimits(tenAtOnce);
  countAllowed(limits, 'client by id', 'ada@example.com');
  assert.equal(tryOne(limits, 'client by id', 'ada@example.com'), 30);
  clock.atMs += 29_000;
  assert.equal(tryOne(limits, 'client by id', 'ada@example.com'), 1);
  clock.atMs += 1000;
  assert.equal(tryOne(limits, 'client by id', 'ada@example.com'), undefined);
});

test('refused attempts do not push the end away', () => {
  const { limits, clock } = makeLimits(tenAtOnce);
  countAllowed(limits, 'client by id', 'ada@example.com');
  for (let index = 0; index < 1000; index += 1) tryOne(limits, 'client by id', 'ada@example.com');
  clock.atMs += 30_000;
  assert.equal(tryOne(limits, 'client by id', 'ada@example.com'), undefined);
});

test('accounts, sources and limits do not share their budgets', () => {
  const { limits } = makeLimits(tenAtOnce);
  countAllowed(limits, 'client by id', 'ada@example.com');
  assert.equal(tryOne(limits, 'client by id', 'bob@example.com'), undefined);
  assert.equal(tryOne(limits, 'profile by account', 'ada@example.com'), undefined);
});

const sameSource = [
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff'],
  ['2001:db8:1:2:0:0:0:1', '2001:0DB8:0001:0002::abcd'],
  ['fe80::1%eth0', 'fe80::2'],
  ['192.0.2.7', '::ffff:192.0.2.7'],
  ['192.0.2.7', '::ffff:c000:207'],
] as const;
for (const [one, other] of sameSource) {
  test(`A-118: ${one} and ${other} share a budget`, () => {
    const { limits } = makeLimits();
    countAllowed(limits, 'log-in by source', one);
    assert.ok(tryOne(limits, 'log-in by source', other) !== undefined);
  });
}

const otherSource = [
  ['2001:db8:1:2::1', '2001:db8:1:3::1'],
  ['2001:db8:1::', '2001:db8:2::'],
  ['192.0.2.7', '192.0.2.8'],
  ['192.0.2.7', '::192.0.2.7'],
  ['::1', '127.0.0.1'],
  ['unix', 'unknown'],
] as const;
for (const [one, other] of otherSource) {
  test(`A-118: ${one} and ${other} do not share a budget`, () => {
    const { limits } = makeLimits();
    countAllowed(limits, 'log-in by source', one);
    assert.equal(tryOne(limits, 'log-in by source', other), undefined);
  });
}

test('A-118: an account that is called like an address is counted as it is', () => {
  const { limits } = makeLimits(tenAtOnce);
  countAllowed(limits, 'client by id', '2001:db8:1:2::1');
  assert.equal(tryOne(limits, 'client by id', '2001:db8:1:2::2'), undefined);
});

test('A-450: a clock that jumps back neither locks anybody out nor gives a budget anew', () => {
  const { limits, clock } = makeLimits(tenAtOnce);
  countAllowed(limits, 'client by id', 'ada@example.com');
  clock.atMs -= hourMs;
  assert.equal(tryOne(limits, 'client by id', 'ada@example.com'), 30);
  clock.atMs += 30_000;
  assert.equal(countAllowed(limits, 'client by id', 'ada@example.com'), 1);
});

test('A-450: a clock that jumps forward refills to the burst and no further', () => {
  const { limits, clock } = makeLimits(tenAtOnce);
  countAllowed(limits, 'client by id', 'ada@example.com');
  clock.atMs += hourMs;
  assert.equal(countAllowed(limits, 'client by id', 'ada@example.com'), 10);
});

test('A-459: a flood of random keys does not free an account that is under attack', () => {
  const { limits } = makeLimits(tenAtOnce);
  countAllowed(limits, 'client by id', 'ada@example.com');
  for (let index = 0; index < 60_000; index += 1) {
    limits.spend('client by id', `nobody-${index}@example.com`);
  }
  assert.equal(tryOne(limits, 'client by id', 'ada@example.com'), 30);
});

test('A-459: memory is bounded: of many keys alike, those not seen for long are forgotten', () => {
  const { limits } = makeLimits(tenAtOnce);
  for (let index = 0; index < 60_000; index += 1) limits.spend('client by id', `nobody-${index}`);
  assert.equal(countAllowed(limits, 'client by id', 'nobody-0'), 10);
  assert.equal(countAllowed(limits, 'client by id', 'nobody-59999'), 9);
});

test('A-459: keys of any length are told apart', () => {
  const { limits } = makeLimits();
  const long = 'a'.repeat(100_000);
  countAllowed(limits, 'client by id', `${long}1`);
  assert.ok(tryOne(limits, 'client by id', `${long}1`) !== undefined);
  assert.equal(tryOne(limits, 'client by id', `${long}2`), undefined);
});
