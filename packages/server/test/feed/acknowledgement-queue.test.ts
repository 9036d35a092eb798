import assert from 'node:assert/strict';
import test from 'node:test';
import { createAcknowledgementQueue } from '../../src/feed/acknowledgement-queue.ts';

interface Sent {
  readonly body: string;
  readonly settle: (error?: Error) => void;
}

function openQueue() {
  const sent: Sent[] = [];
  const timers = new Set<() => void>();
  const queue = createAcknowledgementQueue({
    send: (body) =>
      new Promise((resolve, reject) => {
        sent.push({ body, settle: (error) => (error === undefined ? resolve() : reject(error)) });
      }),
    schedule(task) {
      timers.add(task);
      return () => void timers.delete(task);
    },
    signal: new AbortController().signal,
  });
  return { queue, sent, timers };
}

test('an acknowledgement is answered when the issuer has taken it, and not before', async () => {
  const { queue, sent } = openQueue();
  const carried = queue.carry('a', 'one');
  const turn = new Promise((resolve) => setImmediate(resolve, 'waits'));
  assert.equal(await Promise.race([carried, turn]), 'waits');
  sent[0]?.settle();
  assert.equal(await carried, undefined);
});

test('one that the issuer does not take is refused', async () => {
  const { queue, sent } = openQueue();
  const carried = queue.carry('a', 'one');
  sent[0]?.settle(new Error('400'));
  await assert.rejects(carried, { code: 'unavailable' });
});

test('so many are under way at once; of a process that waits, the newest goes, in the place of the first', async () => {
  const { queue, sent } = openQueue();
  const first = Array.from({ length: 16 }, (_, n) => queue.carry(`p${n}`, `p${n}`));
  const old = queue.carry('x', 'old');
  const other = queue.carry('y', 'other');
  const refused = assert.rejects(old, { code: 'unavailable' });
  const next = queue.carry('x', 'new');
  await refused;
  assert.deepEqual([sent.length, queue.waiting], [16, 2]);
  for (const { settle } of sent.slice()) settle();
  await Promise.all(first);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(
    sent.slice(16).map(({ body }) => body),
    ['new', 'other'],
  );
  for (const { settle } of sent) settle();
  await Promise.all([next, other]);
});

test('A-458: what waits is bounded in number and in time', async () => {
  const { queue, timers } = openQueue();
  const carried = Array.from({ length: 16 + 20_000 }, (_, n) => queue.carry(`p${n}`, 'x'));
  const failed = Promise.allSettled(carried.slice(16));
  assert.throws(() => queue.carry('one more', 'x'), { code: 'overloaded' });
  for (const task of timers) task();
  const outcomes = new Set((await failed).map(({ status }) => status));
  assert.deepEqual([...outcomes], ['rejected']);
  assert.equal(queue.waiting, 0);
});
