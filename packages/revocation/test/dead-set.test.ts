import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { addDead, copyDead, createDeadSet, type DeadSet, isDead } from '../src/dead-set.ts';

/** Few values, and those that lie at the edges of what lanes hold. */
const lane = fc.oneof(
  fc.constantFrom(0, 1, -1, 0x7fff_ffff, -0x8000_0000),
  fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
);

/** Spread like fingerprints, the same every time. */
function spread(index: number): Int32Array {
  const high = Math.imul(index + 1, 0x9e37_79b1);
  return Int32Array.of(high ^ (high >>> 15), Math.imul(high ^ (high >>> 13), 0x85eb_ca6b));
}

function filled(entries: number): DeadSet {
  const set = createDeadSet();
  for (let index = 0; index < entries; index += 1) addDead(set, spread(index));
  return set;
}

test('a dead set holds what was added to it and nothing else', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(lane, lane), { maxLength: 300 }), fc.tuple(lane, lane), (added, other) => {
      const set = createDeadSet();
      const model = new Set<string>();
      for (const [high, low] of added) {
        addDead(set, Int32Array.of(high, low));
        model.add(`${high} ${low}`);
      }
      for (const [high, low] of added) assert.ok(isDead(set, Int32Array.of(high, low)));
      // Fingerprints 0 and 1 are kept as one.
      const isZeroOrOne = other[0] === 0 && (other[1] === 0 || other[1] === 1);
      const expected = isZeroOrOne
        ? model.has('0 0') || model.has('0 1')
        : model.has(`${other[0]} ${other[1]}`);
      assert.equal(isDead(set, Int32Array.of(...other)), expected);
    }),
    { numRuns: 500 },
  );
});

test('a fingerprint of zero bits alone can be dead', () => {
  const set = createDeadSet();
  assert.equal(isDead(set, Int32Array.of(0, 0)), false);
  addDead(set, Int32Array.of(0, 0));
  assert.ok(isDead(set, Int32Array.of(0, 0)));
  assert.equal(set.size, 1);
});

test('what is added twice is held once', () => {
  const set = filled(5000);
  const { bytes } = set;
  for (let index = 0; index < 5000; index += 1) addDead(set, spread(index));
  assert.equal(set.size, 5000);
  assert.equal(set.bytes, bytes);
});

test('A-260: an entry takes at most 12.5 bytes at every size from a thousand on', () => {
  const set = createDeadSet();
  for (let index = 0; index < 120_000; index += 1) {
    addDead(set, spread(index));
    if (set.size >= 1000)
      assert.ok(set.bytes <= 12.5 * set.size, `${set.bytes} bytes for ${set.size} entries`);
  }
  for (let index = 0; index < 120_000; index += 1) assert.ok(isDead(set, spread(index)));
  for (let index = 120_000; index < 220_000; index += 1) assert.equal(isDead(set, spread(index)), false);
});

test('what a set says it takes is what its segments take', () => {
  const set = filled(60_000);
  const segments = [...new Set(set.directory)];
  assert.equal(
    set.bytes,
    segments.reduce((sum, { lanes }) => sum + lanes.byteLength, 0),
  );
  assert.equal(
    set.size,
    segments.reduce((sum, { size }) => sum + size, 0),
  );
  assert.ok(segments.length > 4);
});

test('an insertion moves no more than one segment of 16 384 places, and none is fuller than 0.8', () => {
  const segments = new Set(filled(200_000).directory);
  for (const { capacity, size } of segments) {
    assert.ok(capacity <= 16_384);
    assert.ok(size <= capacity * 0.8);
  }
});

test('fingerprints that share their high lane are all held', () => {
  const set = createDeadSet();
  for (let index = 1; index <= 20_000; index += 1)
    addDead(set, Int32Array.of(-5, Math.imul(index, 0x85eb_ca6b)));
  for (let index = 1; index <= 20_000; index += 1) {
    assert.ok(isDead(set, Int32Array.of(-5, Math.imul(index, 0x85eb_ca6b))));
    assert.equal(isDead(set, Int32Array.of(-6, Math.imul(index, 0x85eb_ca6b))), false);
  }
});

test('fingerprints that share the greatest low lane are all held', () => {
  const set = createDeadSet();
  const at = (index: number): Int32Array => Int32Array.of(Math.imul(index, 0x9e37_79b1), 0x7fff_ffff);
  for (let index = 1; index <= 3000; index += 1) addDead(set, at(index));
  for (let index = 1; index <= 3000; index += 1) assert.ok(isDead(set, at(index)));
  assert.equal(isDead(set, at(3001)), false);
  assert.equal(set.size, 3000);
});

test('a copy holds both', () => {
  const into = filled(100);
  const from = createDeadSet();
  addDead(from, Int32Array.of(0, 0));
  for (let index = 50; index < 30_000; index += 1) addDead(from, spread(index));
  for (const _ of copyDead(from, into));
  assert.equal(into.size, 30_001);
  assert.ok(isDead(into, Int32Array.of(0, 0)));
  assert.ok(isDead(into, spread(0)));
  assert.ok(isDead(into, spread(29_999)));
});
