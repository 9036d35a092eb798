import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { extendChain, nextHash } from '../src/index.ts';
import { eventsOf } from './denials.ts';

const start = Buffer.alloc(32, 7);

test('the chain is SHA-256 over the hash before and one event after the other', () => {
  const events = eventsOf(4, { scope: 'user', subject: 'u' }, { scope: 'token', subject: 't' });
  const first = createHash('sha256').update(start).update(events.subarray(0, 24)).digest();
  const second = createHash('sha256').update(first).update(events.subarray(24)).digest();
  assert.deepEqual(Buffer.from(extendChain(start, events)), second);
});

test('a verifier reaches the hash that the issuer wrote event by event', () => {
  const events = eventsOf(4, { scope: 'user', subject: 'u' }, { scope: 'token', subject: 't' });
  const written = nextHash(nextHash(start, events.subarray(0, 16), 5), events.subarray(24, 40), 0);
  assert.deepEqual(Buffer.from(extendChain(start, events)), Buffer.from(written));
});

test('where events are cut into batches does not matter', () => {
  const count = fc.integer({ min: 0, max: 12 });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24 * 12, maxLength: 24 * 12 }), count, (events, cut) => {
      const parts = extendChain(extendChain(start, events.subarray(0, 24 * cut)), events.subarray(24 * cut));
      assert.deepEqual(parts, extendChain(start, events));
    }),
  );
});

test('no events leave the hash as it is, and half an event is a mistake of the caller', () => {
  assert.deepEqual(Buffer.from(extendChain(start, new Uint8Array())), start);
  assert.throws(() => extendChain(start, new Uint8Array(25)), TypeError);
});

test('the hash that was given stays as it was', () => {
  extendChain(start, eventsOf(4, { scope: 'user', subject: 'u' }));
  assert.deepEqual(start, Buffer.alloc(32, 7));
});
