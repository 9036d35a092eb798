import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCompact } from '../src/compact.ts';
import { refuses } from './forge.ts';

test('a compact token is taken apart at its two dots', () => {
  assert.deepEqual(readCompact('head.AQID.BAU', 13), {
    headerSegment: 'head',
    payload: Buffer.from([1, 2, 3]),
    signature: Buffer.from([4, 5]),
    signingInput: 'head.AQID',
  });
});

test('payload and signature may be empty, the header may not', () => {
  for (const token of ['h..', 'h.AA.', 'h..AA'])
    assert.equal(readCompact(token, 9).signingInput, token.slice(0, token.lastIndexOf('.')));
  for (const token of [
    '..',
    '.AA.AA',
    '.',
    '',
    '.AA',
    'AA',
    'h.AA',
    'h.',
    'h...',
    'h.AA..',
    'h..AA.',
    'h.AA.AA.AA',
  ])
    refuses(() => readCompact(token, 99), 'malformed');
});

test('a token over the limit is refused before its form is looked at', () => {
  refuses(() => readCompact('....', 3), 'too_large');
  refuses(() => readCompact('....', 4), 'malformed');
});

test('a token is a string', () => {
  for (const wrong of [undefined, null, 7, ['h..'], Buffer.from('h..'), { length: 3, indexOf: () => 1 }])
    refuses(() => readCompact(wrong, 99), 'malformed');
});
