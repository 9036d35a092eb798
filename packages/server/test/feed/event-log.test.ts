import assert from 'node:assert/strict';
import test from 'node:test';
import { encodeEvent, type EventScope } from '@countersign/revocation';
import { createEventLog, maxBacklog } from '../../src/feed/event-log.ts';

function event(seq: number, scope: EventScope = 'session', notAfterSeconds = 1000): Uint8Array {
  const fingerprint = new Uint8Array(8);
  new DataView(fingerprint.buffer).setUint32(4, seq);
  return encodeEvent({ scope, notAfterSeconds, fingerprint, epoch: 0 });
}

function run(from: number, to: number, notAfterSeconds = 1000): Uint8Array {
  return Buffer.concat(
    Array.from({ length: to - from + 1 }, (_, n) => event(from + n, 'session', notAfterSeconds)),
  );
}

/** The numbers that `event` hid in its fingerprints. */
function numbersOf(events: Uint8Array | undefined): readonly number[] {
  const bytes = Buffer.from(events ?? []);
  return Array.from({ length: bytes.length / 24 }, (_, n) => bytes.readUInt32BE(n * 24 + 12));
}

test('a log gives back what lies between two numbers, across its chunks', () => {
  const log = createEventLog(10);
  log.append(run(11, 3000), 10);
  assert.equal(log.seq, 3000);
  assert.deepEqual(numbersOf(log.read(10, 12)), [11, 12]);
  assert.deepEqual(numbersOf(log.read(1033, 1036)), [1034, 1035, 1036]);
  assert.equal(log.read(10, 3000)?.length, 24 * 2990);
  assert.equal(log.read(3000, 3000)?.length, 0);
});

test('a log does not give what it does not hold', () => {
  const log = createEventLog(10);
  log.append(run(11, 20), 10);
  assert.equal(log.read(9, 20), undefined);
  assert.equal(log.read(10, 21), undefined);
  assert.equal(log.read(21, 20), undefined);
});

test('what it gave out stays as it was', () => {
  const log = createEventLog(0);
  log.append(run(1, 3), 0);
  const given = log.read(0, 3);
  given?.fill(0);
  assert.deepEqual(numbersOf(log.read(0, 3)), [1, 2, 3]);
});

test('behind a declared gap the log starts anew, and snapshots keep what was before', () => {
  const log = createEventLog(0);
  log.append(run(1, 3), 0);
  log.append(run(101, 102), 100);
  assert.equal(log.start, 100);
  assert.equal(log.read(2, 102), undefined);
  assert.deepEqual(numbersOf(log.read(100, 102)), [101, 102]);
  assert.deepEqual([...log.ofUse(0, 101)].flatMap(numbersOf), [1, 2, 3, 101]);
});

test('A-260: a snapshot leaves out what no token can need, but never a key', () => {
  const log = createEventLog(0);
  log.append(Buffer.concat([event(1, 'session', 500), event(2, 'key', 500), event(3, 'user', 2000)]), 0);
  assert.deepEqual([...log.ofUse(1000, 3)].flatMap(numbersOf), [2, 3]);
  assert.deepEqual([...log.ofUse(500, 3)].flatMap(numbersOf), [1, 2, 3]);
});

test('A-458: memory is given back for what is of no use and further back than followers may lag', () => {
  const log = createEventLog(0);
  log.append(Buffer.concat([event(1, 'key', 500), run(2, 30_000, 500)]), 0);
  const before = log.bytes;
  log.prune(1000);
  assert.ok(log.bytes < before);
  assert.ok(log.start <= 30_000 - maxBacklog, 'a follower may lag by so much');
  assert.notEqual(log.read(30_000 - maxBacklog, 30_000), undefined);
  assert.equal(log.read(0, 30_000), undefined);
  assert.deepEqual(numbersOf([...log.ofUse(1000, 30_000)][0]), [1], 'the key is kept for snapshots');
});

test('what is of use stays, however long ago it was', () => {
  const log = createEventLog(0);
  log.append(run(1, 30_000, 5000), 0);
  log.prune(1000);
  assert.equal(log.start, 0);
});
