import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { House } from '../../src/base/house.ts';
import { idOfSecret, makeOneTimeSecret } from '../../src/proofs/one-time-secret.ts';
import {
  type ChallengePurpose,
  closeChallenges,
  countAttempt,
  deleteExpiredChallenges,
  findChallenge,
  openChallenge,
  spendChallenge,
} from '../../src/store/challenges.ts';
import { raiseUserGeneration } from '../../src/store/users.ts';
import { signInAlice } from '../flows/test-house.ts';

interface Ground {
  readonly house: House;
  readonly userId: string;
  open(purpose: ChallengePurpose, isOnlyOne?: boolean): Promise<string>;
  advanceMs(ms: number): void;
}

async function openGround(t: TestContext): Promise<Ground> {
  const { house, clock, caller } = await signInAlice(t);
  return {
    house,
    userId: caller.userId,
    advanceMs: clock.advanceMs,
    async open(purpose, isOnlyOne = false) {
      const { secret, id } = makeOneTimeSecret();
      const createdAtMs = house.now();
      const times = { createdAtMs, expiresAtMs: createdAtMs + 60_000 };
      const challenge = { id, purpose, userId: caller.userId, userGeneration: 0, isOnlyOne, detail: {} };
      await house.store.commit([openChallenge({ ...challenge, ...times })]);
      return secret;
    },
  };
}

function nameOf({ house }: Ground, secret: string, purpose: ChallengePurpose) {
  return { id: idOfSecret(secret), purpose, nowMs: house.now() };
}

async function isOpen(ground: Ground, secret: string, purpose: ChallengePurpose): Promise<boolean> {
  return (await ground.house.store.read(findChallenge(nameOf(ground, secret, purpose)))).length === 1;
}

test('of a hundred who spend one challenge at once, one does', async (t) => {
  const ground = await openGround(t);
  const name = nameOf(ground, await ground.open('reset-password'), 'reset-password');
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, () => ground.house.store.commit([spendChallenge(name)])),
  );
  assert.equal(outcomes.filter(({ kind }) => kind === 'committed').length, 1);
});

test('of a hundred tries at once, no more are counted than there may be', async (t) => {
  const ground = await openGround(t);
  const name = nameOf(ground, await ground.open('sign-in'), 'sign-in');
  const outcomes = await Promise.all(
    Array.from({ length: 100 }, () => ground.house.store.commit([countAttempt(name, 5)])),
  );
  const counted = outcomes.flatMap((outcome) =>
    outcome.kind === 'committed' ? outcome.results[0].rows : [],
  );
  assert.deepEqual(
    counted.map(({ attempts }) => attempts).sort((one, other) => one - other),
    [1, 2, 3, 4, 5],
  );
});

test('A-180: a challenge opens nothing but what it was made for', async (t) => {
  const ground = await openGround(t);
  const secret = await ground.open('verify-email');
  const other = await ground.house.store.commit([spendChallenge(nameOf(ground, secret, 'reset-password'))]);
  assert.equal(other.kind, 'refused');
  assert.equal(await isOpen(ground, secret, 'verify-email'), true);
});

test('A-181: a challenge is worth nothing at its end', async (t) => {
  const ground = await openGround(t);
  const secret = await ground.open('verify-email');
  ground.advanceMs(59_999);
  assert.equal(await isOpen(ground, secret, 'verify-email'), true);
  ground.advanceMs(1);
  assert.equal(await isOpen(ground, secret, 'verify-email'), false);
  await ground.house.store.commit([deleteExpiredChallenges(ground.house.now())]);
});

test('A-184: where there may be one, a new one takes the place of the old one', async (t) => {
  const ground = await openGround(t);
  const first = await ground.open('reset-password', true);
  const second = await ground.open('reset-password', true);
  const other = await ground.open('verify-email', true);
  assert.equal(await isOpen(ground, first, 'reset-password'), false);
  assert.equal(await isOpen(ground, second, 'reset-password'), true);
  assert.equal(await isOpen(ground, other, 'verify-email'), true);
});

test('A-140: what was open before sessions had to end is worth nothing after', async (t) => {
  const ground = await openGround(t);
  const secret = await ground.open('reset-password');
  await ground.house.store.commit([raiseUserGeneration(ground.userId, ground.house.now())]);
  assert.equal(await isOpen(ground, secret, 'reset-password'), false);
});

test('challenges of a user are closed by purpose', async (t) => {
  const ground = await openGround(t);
  const closed = await ground.open('magic-link');
  const left = await ground.open('verify-email');
  await ground.house.store.commit([closeChallenges(ground.userId, ['magic-link', 'reset-password'])]);
  assert.equal(await isOpen(ground, closed, 'magic-link'), false);
  assert.equal(await isOpen(ground, left, 'verify-email'), true);
});
