import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { eventTypes, fingerprint } from '../src/index.ts';
import { createFingerprinter } from '../src/fingerprint.ts';
import { lanesOf } from './denials.ts';

const key = Uint8Array.from({ length: 16 }, (_, i) => 7 * i);
const fingerprinter = createFingerprinter(key);

function read(type: number, name: string): number[] {
  fingerprinter.read(type, name);
  return [...fingerprinter.lanes];
}

test('a verifier reads the fingerprint that the issuer wrote, whatever the name', () => {
  const anyName = fc.oneof(
    fc.string({ maxLength: 64 }),
    fc.string({ unit: 'binary', maxLength: 64 }),
    fc.string({ minLength: 1000, maxLength: 1100 }),
    fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 20 }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), anyName, (type, name) => {
      assert.deepEqual(read(type, name), [...lanesOf(fingerprint(key, type, [name]))]);
    }),
    { numRuns: 500 },
  );
});

test('names of every length up to 40 characters have the fingerprints of the issuer', () => {
  for (let length = 0; length <= 40; length += 1) {
    const name = 'x'.repeat(length);
    assert.deepEqual(read(1, name), [...lanesOf(fingerprint(key, 1, [name]))]);
  }
});

test('a name that leaves something of the one before it in the scratch has its own fingerprint', () => {
  read(1, 'y'.repeat(64));
  assert.deepEqual(read(1, 'abc'), [...lanesOf(fingerprint(key, 1, ['abc']))]);
});

test('a name too long for an event has no fingerprint, whatever was read before it', () => {
  const longest = 'z'.repeat(65_535);
  assert.deepEqual(read(1, longest), [...lanesOf(fingerprint(key, 1, [longest]))]);
  for (const name of [`${longest}z`, 'é'.repeat(32_768)]) {
    read(1, 'a');
    assert.deepEqual(read(1, name), [0, 0]);
    assert.throws(() => fingerprint(key, 1, [name]), RangeError);
  }
});

test('a user and the claims of a user have one fingerprint', () => {
  assert.deepEqual(
    fingerprint(key, eventTypes.user, ['u']),
    fingerprint(key, eventTypes['user-claims'], ['u']),
  );
  assert.deepEqual(read(eventTypes.user, 'u'), read(eventTypes['user-claims'], 'u'));
});

test('every other scope has a domain of its own', () => {
  const scopes = Object.values(eventTypes).filter((type) => type !== eventTypes['user-claims']);
  assert.equal(new Set(scopes.map((type) => String(read(type, 'same')))).size, scopes.length);
});

test('a key of another length makes no fingerprints', () => {
  for (const length of [0, 15, 17, 32]) {
    assert.throws(() => createFingerprinter(new Uint8Array(length)), TypeError);
    assert.throws(() => fingerprint(new Uint8Array(length), 1, ['a']), TypeError);
  }
});

test('a key that its owner overwrites afterwards stays what it was', () => {
  const own = key.slice();
  const stays = createFingerprinter(own);
  own.fill(0);
  stays.read(1, 'a');
  assert.deepEqual([...stays.lanes], read(1, 'a'));
});
