import assert from 'node:assert/strict';
import test from 'node:test';
import { type EventFault, findEventFault } from '../src/index.ts';
import { readSnapshotEpochs } from '../src/batch.ts';
import { eventsOf } from './denials.ts';

const good = eventsOf(
  10,
  { scope: 'session', subject: 's' },
  { scope: 'user', subject: 'u' },
  { scope: 'key', subject: 'k' },
  { scope: 'everything', subject: '' },
);

function changed(at: number, byte: number): Uint8Array {
  return good.map((each, index) => (index === at ? byte : each));
}

const rows: readonly (readonly [string, Uint8Array, number, EventFault | undefined])[] = [
  ['events of every kind', good, 10, undefined],
  ['no events', new Uint8Array(), 10, undefined],
  ['half an event', good.subarray(0, 36), 10, 'length'],
  ['a single byte', good.subarray(0, 1), 10, 'length'],
  ['type 0', changed(24, 0), 10, 'type'],
  ['a type of the future', changed(24, 9), 10, 'type'],
  ['type 255', changed(0, 255), 10, 'type'],
  ['version 0', changed(25, 0), 10, 'version'],
  ['a version of the future', changed(1, 2), 10, 'version'],
  ['reserved bytes in use', changed(3, 1), 10, 'reserved'],
  ['an epoch for a session', changed(23, 1), 10, 'epoch'],
  ['an epoch for a key', changed(71, 13), 10, 'epoch'],
  ['a user without an epoch', changed(47, 0), 10, 'epoch'],
  ['the epoch of the event before', changed(47, 11), 10, 'epoch'],
  ['an epoch of 2^56 more', changed(40, 1), 10, 'epoch'],
  ['another place in the sequence', good, 11, 'epoch'],
  ['a number of 2^53', good, Number.MAX_SAFE_INTEGER - 3, 'sequence'],
  ['a place that is no number', good, Number.NaN, 'sequence'],
];

for (const [name, events, afterSeq, expected] of rows) {
  test(`${name}: ${expected ?? 'understood'}`, () => {
    assert.equal(findEventFault(events, afterSeq), expected);
  });
}

test('the last number below 2^53 is understood', () => {
  const last = Number.MAX_SAFE_INTEGER;
  assert.equal(findEventFault(eventsOf(last - 1, { scope: 'user', subject: 'u' }), last - 1), undefined);
});

test('the epochs of a snapshot rise and stay within its number', () => {
  const epochs = Buffer.concat([
    eventsOf(10, { scope: 'user', subject: 'u' }),
    eventsOf(12, { scope: 'token', subject: 't' }),
    eventsOf(20, { scope: 'client', subject: 'c' }),
  ]);
  assert.equal(readSnapshotEpochs(epochs, 21, 0), 21);
  assert.equal(readSnapshotEpochs(epochs, 21, 10), 21);
  assert.equal(readSnapshotEpochs(epochs, 21, 11), 'epoch');
  assert.equal(readSnapshotEpochs(epochs, 20, 0), 'epoch');
  assert.equal(readSnapshotEpochs(Buffer.concat([epochs, epochs]), 21, 0), 'epoch');
  assert.equal(readSnapshotEpochs(epochs.subarray(1), 21, 0), 'length');
});
