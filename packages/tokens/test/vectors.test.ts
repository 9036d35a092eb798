import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type AlgorithmName, importJwk, signJws, thumbprint, toPublicKey, verifyJws } from '../src/index.ts';
import { isAlgorithmName } from '../src/algorithms.ts';

interface Row {
  readonly source: string;
  readonly [field: string]: unknown;
}

/** Rows of a vector file; a field that no test reads is a failure. */
function readRows(file: string, fields: readonly string[]): Row[] {
  const { vectors } = JSON.parse(readFileSync(new URL(`./vectors/${file}`, import.meta.url), 'utf8'));
  assert.ok(Array.isArray(vectors));
  for (const row of vectors) assert.deepEqual(Object.keys(row), fields);
  return vectors;
}

for (const row of readRows('jws.json', ['source', 'algorithm', 'jwk', 'token', 'payload'])) {
  test(`${row.source}: the published token verifies`, () => {
    const { algorithm, token, payload } = row;
    assert.ok(isAlgorithmName(algorithm) && typeof token === 'string');
    const key = importJwk(row.jwk, { algorithm });
    const verifying = key.kind === 'private' ? toPublicKey(key) : key;
    const verified = verifyJws(token, { keys: verifying, algorithms: [algorithm] });
    assert.equal(Buffer.from(verified.payload).toString(), payload);
  });
}

test('RFC 8037 A.4: signing gives the published bytes', () => {
  const row = readRows('jws.json', ['source', 'algorithm', 'jwk', 'token', 'payload']).at(-1);
  assert.ok(row !== undefined && typeof row.payload === 'string');
  assert.equal(signJws(row.payload, { key: importJwk(row.jwk, { algorithm: 'EdDSA' }) }), row.token);
});

const algorithmBySource: { readonly [source: string]: AlgorithmName } = {
  'RFC 7638 3.1': 'RS256',
  'RFC 8037 A.3': 'Ed25519',
  'RFC 9964 A.1': 'ML-DSA-44',
};

for (const row of readRows('thumbprint.json', ['source', 'jwk', 'thumbprint'])) {
  test(`${row.source}: the published thumbprint`, () => {
    const algorithm = algorithmBySource[row.source];
    assert.ok(algorithm !== undefined);
    const key = importJwk(row.jwk, { algorithm });
    assert.equal(thumbprint(key), row.thumbprint);
  });
}
