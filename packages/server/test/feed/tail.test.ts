import assert from 'node:assert/strict';
import test from 'node:test';
import type { Statement } from '../../src/base/house.ts';
import { createOwnView } from '../../src/feed/own-view.ts';
import { createTail } from '../../src/feed/tail.ts';
import { feedStatements } from '../../src/store/feed.ts';
import { declareFeedGap, firstFeedRow, publishEvents } from '../../src/store/revocations.ts';
import { openMemoryStore, startMs } from '../keys/key-ground.ts';
import { session } from './feed-ground.ts';

const fingerprintKey = new Uint8Array(16);

/** A tail over a real database that can be made to fail at the nth read from now. */
async function openTail() {
  const store = openMemoryStore();
  await store.commit([firstFeedRow({ nowMs: startMs, ttlMaxSeconds: 300, fingerprintKey })]);
  let nowMs = startMs;
  let readsLeft = Number.POSITIVE_INFINITY;
  const failing = {
    async read<Row>(query: Statement<Row>): Promise<readonly Row[]> {
      readsLeft -= 1;
      if (readsLeft === 0) throw new Error('the database cannot');
      return store.read(query);
    },
  };
  const ownView = createOwnView(fingerprintKey, async () => undefined);
  const tail = createTail({ store: failing, statements: feedStatements, now: () => nowMs, view: ownView });
  return {
    tail,
    view: ownView.view,
    advanceMs(ms: number) {
      nowMs += ms;
    },
    failAt(read: number) {
      readsLeft = read;
    },
    async publish(...names: readonly string[]) {
      const act = { id: names.join(), atMs: nowMs };
      const events = names.map((name) => ({ ...session(name), reason: 'test' }));
      await store.commit(publishEvents({ fingerprintKey, ttlMaxSeconds: 300 }, act, events));
    },
    async declareGap() {
      await store.commit([declareFeedGap(nowMs)]);
    },
    isRevoked: (name: string) => {
      const token = {
        jti: 'j',
        sid: session(name).subject,
        sub: 's',
        clientId: 'c',
        tid: undefined,
        kid: undefined,
      };
      const times = {
        rvs: 0,
        iatSeconds: Math.floor(nowMs / 1000),
        expSeconds: Math.floor(nowMs / 1000) + 300,
      };
      return ownView.view.judge({ ...token, ...times }, { nowMs, maxStalenessSeconds: 10 });
    },
  };
}

test('A-259: while the database cannot be read, what is known grows old and nothing passes', async () => {
  const { tail, view, advanceMs, failAt, isRevoked } = await openTail();
  assert.equal(isRevoked('1'), 'unsynchronised', 'before the first look');
  await tail.look();
  assert.equal(isRevoked('1'), 'live');
  failAt(1);
  advanceMs(301_000);
  await assert.rejects(tail.look());
  assert.equal(view.status().state, 'disconnected');
  assert.equal(isRevoked('1'), 'unsynchronised');
  await tail.look();
  assert.equal(isRevoked('1'), 'live');
});

for (const read of [1, 2]) {
  test(`a look that fails at its read ${read} loses no event`, async () => {
    const { tail, publish, failAt, isRevoked } = await openTail();
    await tail.look();
    await publish('1', '2');
    failAt(read);
    await assert.rejects(tail.look());
    await publish('3');
    const { seq } = await tail.look();
    assert.deepEqual(['1', '2', '3', '4'].map(isRevoked), ['revoked', 'revoked', 'revoked', 'live']);
    assert.equal(tail.log.read(seq - 3, seq)?.length, 72);
  });
}

test('looks share one read, and whoever asks gets what was committed before', async () => {
  const { tail, publish, isRevoked } = await openTail();
  await tail.look();
  const looks = [tail.look(), tail.look()];
  await publish('1');
  const last = tail.look();
  await Promise.all([...looks, last]);
  assert.equal(isRevoked('1'), 'revoked');
});

test('an act of thousands of events is read in pages', async () => {
  const { tail, publish, isRevoked } = await openTail();
  await publish(...Array.from({ length: 2500 }, (_, n) => String(n)));
  await tail.look();
  assert.deepEqual([isRevoked('0'), isRevoked('2499')], ['revoked', 'revoked']);
  assert.equal(tail.log.entries, 2500);
});

test('a log that is read anew holds an event for as long as one that was not', async () => {
  const { tail, publish, declareGap, advanceMs } = await openTail();
  await publish('old');
  advanceMs(338_000);
  // Far behind: only its use keeps it in the log.
  await declareGap();
  await publish('new');
  const { seq } = await tail.look();
  const held = (): number => Buffer.concat([...tail.log.ofUse(startMs / 1000 + 338, seq)]).length / 24;
  assert.equal(held(), 2);
  advanceMs(5_000);
  await tail.reload();
  assert.equal(held(), 1);
});
