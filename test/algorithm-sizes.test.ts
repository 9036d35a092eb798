import assert from 'node:assert/strict';
import test from 'node:test';
import { type AlgorithmName, algorithmNames, exportJwk, generateKey, signJwt } from '@countersign/tokens';
import { readDocument, readRows } from './documents.ts';

/** Signature in bytes and in characters, and the key as it is published, in characters. */
function measure(algorithm: AlgorithmName): readonly [string, string, string, string] {
  const key = generateKey(algorithm);
  const [, , signature = ''] = signJwt({}, { key, type: 'at+jwt', expiresInSeconds: 60 }).split('.');
  const published = key.kind === 'secret' ? 'never published' : String(JSON.stringify(exportJwk(key)).length);
  return [algorithm, String(Buffer.from(signature, 'base64url').length), String(signature.length), published];
}

test('the sizes in docs/choosing-an-algorithm.md are those of every algorithm', () => {
  const rows = readRows(readDocument('docs/choosing-an-algorithm.md').text).map((row) => row.slice(0, 4));
  const measured = algorithmNames.map(measure);
  const byName = ([a = '']: readonly string[], [b = '']: readonly string[]): number => a.localeCompare(b);
  assert.deepEqual(rows.toSorted(byName), measured.toSorted(byName));
});

test('the sizes in docs/post-quantum.md are those of ML-DSA', () => {
  const rows = readRows(readDocument('docs/post-quantum.md').text).map((row) => row.slice(0, 4));
  const names = algorithmNames.filter((name) => name.startsWith('ML-DSA'));
  assert.deepEqual(rows, names.map(measure));
});
