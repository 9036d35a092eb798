import assert from 'node:assert/strict';
import test from 'node:test';
import { Refusal } from '../../src/base/refusal.ts';
import { createHashQueue } from '../../src/limits/hash-queue.ts';

/** Tasks that end when the test says so. */
function makeTasks() {
  const started: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<string>>();
  const task = (name: string) => () => {
    started.push(name);
    const gate = Promise.withResolvers<string>();
    gates.set(name, gate);
    return gate.promise;
  };
  return {
    started,
    task,
    finish: (name: string) => gates.get(name)?.resolve(name),
    fail: (name: string) => gates.get(name)?.reject(new Error(name)),
  };
}

/** Lets everything that is ready run, without waiting for a clock. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

test('A-135: no more run at once than may, and those that wait come in order', async () => {
  const queue = createHashQueue({ concurrency: 2, maxWaiting: 10, now: () => 0 });
  const { started, task, finish } = makeTasks();
  const results = ['a', 'b', 'c', 'd'].map((name) => queue.run(task(name)));
  await settle();
  assert.deepEqual(started, ['a', 'b']);
  assert.equal(queue.waiting, 2);
  finish('b');
  await settle();
  assert.deepEqual(started, ['a', 'b', 'c']);
  finish('a');
  await settle();
  assert.deepEqual(started, ['a', 'b', 'c', 'd']);
  assert.equal(queue.waiting, 0);
  finish('c');
  finish('d');
  assert.deepEqual(await Promise.all(results), ['a', 'b', 'c', 'd']);
});

test('A-135: a newcomer does not overtake who waits', async () => {
  const queue = createHashQueue({ concurrency: 1, maxWaiting: 10, now: () => 0 });
  const { started, task, finish } = makeTasks();
  const first = queue.run(task('a'));
  const second = queue.run(task('b'));
  await settle();
  finish('a');
  await first;
  const third = queue.run(task('c'));
  await settle();
  assert.deepEqual(started, ['a', 'b']);
  finish('b');
  await second;
  await settle();
  finish('c');
  await third;
});

test('A-135: of 500 at once the queue takes what it may, and refuses the others with a time to wait', async () => {
  const queue = createHashQueue({ concurrency: 2, maxWaiting: 40, now: () => 0 });
  const { task } = makeTasks();
  const refused: Refusal[] = [];
  for (let index = 0; index < 500; index += 1) {
    queue.run(task(String(index))).catch((error: unknown) => {
      if (error instanceof Refusal) refused.push(error);
    });
  }
  await settle();
  assert.equal(queue.waiting, 40);
  assert.equal(refused.length, 500 - 42);
  assert.ok(refused.every(({ code }) => code === 'overloaded'));
  assert.ok(refused.every(({ details }) => (details.retryAfterSeconds ?? 0) >= 1));
});

test('A-135: the longer hashes take, the longer the time to wait', async () => {
  let atMs = 0;
  const queue = createHashQueue({ concurrency: 1, maxWaiting: 4, now: () => atMs });
  for (let index = 0; index < 100; index += 1) {
    await queue.run(async () => {
      atMs += 2000;
    });
  }
  const { task } = makeTasks();
  for (let index = 0; index < 5; index += 1) void queue.run(task(String(index)));
  await assert.rejects(queue.run(task('late')), (error) => {
    assert.ok(error instanceof Refusal);
    assert.equal(error.details.retryAfterSeconds, 10);
    return true;
  });
});

test('A-135: a task that fails gives its place to the next one', async () => {
  const queue = createHashQueue({ concurrency: 1, maxWaiting: 1, now: () => 0 });
  const { task, fail, finish } = makeTasks();
  const first = queue.run(task('a'));
  const second = queue.run(task('b'));
  await settle();
  fail('a');
  await assert.rejects(first, /^Error: a$/);
  await settle();
  finish('b');
  assert.equal(await second, 'b');
  const thrown = queue.run(() => {
    throw new Error('at once');
  });
  await assert.rejects(thrown, /at once/);
  assert.equal(await queue.run(async () => 'free'), 'free');
});

test('numbers that make no queue are refused when it is made', () => {
  for (const concurrency of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => createHashQueue({ concurrency, maxWaiting: 1, now: () => 0 }), TypeError);
  }
  assert.throws(() => createHashQueue({ maxWaiting: -1, now: () => 0 }), TypeError);
});
