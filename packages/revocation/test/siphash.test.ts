import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { padWords, readKeyLanes, sipHash } from '../src/siphash.ts';

interface Vectors {
  readonly key: string;
  /** Of the messages [], [0], [0, 1], … */
  readonly outputs: readonly string[];
}

const vectors: Vectors = JSON.parse(
  readFileSync(new URL('vectors/siphash-2-4.json', import.meta.url), 'utf8'),
);

test('SipHash-2-4 gives what its reference implementation gives', () => {
  const key = readKeyLanes(Buffer.from(vectors.key, 'hex'));
  const out = new Int32Array(2);
  assert.equal(vectors.outputs.length, 64);
  for (const [length, expected] of vectors.outputs.entries()) {
    const words = padWords(Uint8Array.from({ length }, (_, index) => index));
    sipHash(key, words, words.length, out);
    assert.equal(
      [...out].map((lane) => (lane >>> 0).toString(16).padStart(8, '0')).join(''),
      expected,
      `message of ${length} bytes`,
    );
  }
});
