import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseStrictObject } from '../../src/strict-json.ts';
import { refuses } from '../forge.ts';

const spaces = fc.constantFrom('', ' ', '\t');
const objects = fc.dictionary(
  fc.string({ unit: 'grapheme' }),
  fc.jsonValue({ maxDepth: 6, stringUnit: 'grapheme' }),
);

test('every object without duplicates is read as JSON.parse reads it', () => {
  fc.assert(
    fc.property(objects, spaces, (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      assert.deepEqual(parseStrictObject(Buffer.from(text), 'malformed'), JSON.parse(text));
    }),
    { numRuns: 1000 },
  );
});

test('an object in which any member is said twice, at any depth, is refused', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'grapheme' }),
      fc.jsonValue({ stringUnit: 'grapheme' }),
      fc.jsonValue({ stringUnit: 'grapheme' }),
      objects,
      (name, first, second, around) => {
        const pair = `{${JSON.stringify(name)}:${JSON.stringify(first)},${JSON.stringify(name)}:${JSON.stringify(second)}}`;
        const inside = `{"around":${JSON.stringify(around)},"list":[1,${pair}]}`;
        for (const text of [pair, inside])
          refuses(() => parseStrictObject(Buffer.from(text), 'malformed'), 'malformed');
      },
    ),
    { numRuns: 500 },
  );
});

test('any bytes are read as JSON.parse reads them or refused', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => new Uint8Array(Buffer.from(text))),
      ),
      (bytes) => {
        let value: unknown;
        try {
          value = parseStrictObject(bytes, 'malformed');
        } catch {
          return;
        }
        assert.deepEqual(
          value,
          JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)),
        );
      },
    ),
    { numRuns: 1000 },
  );
});
