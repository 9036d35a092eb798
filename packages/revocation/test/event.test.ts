import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import {
  decodeEvent,
  encodeEvent,
  encodeEventHead,
  eventBytes,
  eventTypes,
  type FeedEvent,
  fingerprint,
  isEpochScope,
  nextHash,
} from '../src/index.ts';

const key = Uint8Array.from({ length: 16 }, (_, i) => i);

test('a fingerprint is SipHash-2-4: the vectors of its reference implementation hold', () => {
  // Reference vectors for the messages [], [0], [0,1], … under the key 00…0f; a fingerprint
  // of type t without fields is the message [t], so type 0 is the vector of one zero byte.
  assert.equal(Buffer.from(fingerprint(key, 0, [])).toString('hex'), '74f839c593dc67fd');
});

test('fields cannot be shifted into each other', () => {
  const seen = new Set(
    [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', '']].map((fields) =>
      Buffer.from(fingerprint(key, 3, fields)).toString('hex'),
    ),
  );
  assert.equal(seen.size, 4);
});

test('the same subject has another fingerprint in another scope and under another key', () => {
  const one = Buffer.from(fingerprint(key, 2, ['s']));
  assert.notDeepEqual(one, Buffer.from(fingerprint(key, 3, ['s'])));
  assert.notDeepEqual(
    one,
    Buffer.from(
      fingerprint(
        key.map((b) => b ^ 1),
        2,
        ['s'],
      ),
    ),
  );
});

test('an event is 24 big-endian bytes and extends the chain by SHA-256', () => {
  const head = encodeEventHead({
    scope: 'user',
    notAfterSeconds: 0x01020304,
    fingerprint: Uint8Array.from([9, 8, 7, 6, 5, 4, 3, 2]),
  });
  assert.equal(Buffer.from(head).toString('hex'), '03010000010203040908070605040302');
  const before = Buffer.alloc(32, 7);
  const whole = Buffer.concat([before, head, Buffer.from('0000000000000105', 'hex')]);
  assert.deepEqual(Buffer.from(nextHash(before, head, 0x105)), createHash('sha256').update(whole).digest());
});

test('what names one thing is dead for good; what names a subject carries an epoch', () => {
  assert.equal(isEpochScope('session'), false);
  assert.equal(isEpochScope('user'), true);
});

test('an event that was written is read as it was', () => {
  const event: FeedEvent = {
    scope: 'user-claims',
    notAfterSeconds: 0xffff_ffff,
    fingerprint: Uint8Array.from([0, 1, 2, 3, 4, 5, 6, 255]),
    epoch: Number.MAX_SAFE_INTEGER,
  };
  const bytes = encodeEvent(event);
  assert.equal(bytes.length, eventBytes);
  assert.equal(
    Buffer.from(bytes).toString('hex'),
    ['0401', '0000', 'ffffffff', '00010203040506ff', '001fffffffffffff'].join(''),
  );
  assert.deepEqual(decodeEvent(bytes), event);
});

test('an event of an unknown format is not read', () => {
  const good = encodeEvent({ scope: 'token', notAfterSeconds: 1, fingerprint: new Uint8Array(8), epoch: 0 });
  for (const [at, byte] of [
    [0, 0],
    [0, 9],
    [1, 0],
    [1, 2],
    [2, 1],
    [17, 0x20],
  ]) {
    assert.equal(decodeEvent(good.map((each, index) => (index === at ? (byte ?? 0) : each))), undefined);
  }
  assert.equal(decodeEvent(good.subarray(1)), undefined);
});

test('scopes and types are one list', () => {
  for (const [scope, type] of Object.entries(eventTypes)) {
    const bytes = new Uint8Array(eventBytes);
    bytes.set([type, 1]);
    assert.equal(decodeEvent(bytes)?.scope, scope);
  }
});
