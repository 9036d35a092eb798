import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type AlgorithmName,
  createKeySet,
  importJwk,
  signDetachedJws,
  signJws,
  signJwsJson,
  thumbprint,
  toPublicKey,
  verifyDetachedJws,
  verifyJws,
  verifyJwsJson,
  type VerifyJwsJsonOptions,
} from '../src/index.ts';
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

for (const row of readRows('jws-json.json', ['source', 'keys', 'b64', 'jws', 'payload'])) {
  test(`${row.source}: the published JSON serialization verifies`, () => {
    assert.ok(Array.isArray(row.keys) && typeof row.b64 === 'boolean');
    const set = createKeySet(row.keys.map((jwk) => importJwk(jwk)));
    const algorithms: AlgorithmName[] = row.source.startsWith('RFC 7797') ? ['HS256'] : ['RS256', 'ES256'];
    const options: VerifyJwsJsonOptions = { keys: set, algorithms, signatures: 'all', b64: row.b64 };
    const verified = verifyJwsJson(JSON.stringify(row.jws), options);
    assert.equal(Buffer.from(verified.payload).toString(), row.payload);
  });
}

test('RFC 7797 4.2: signing gives the published bytes, in JSON and detached', () => {
  const row = readRows('jws-json.json', ['source', 'keys', 'b64', 'jws', 'payload']).at(-1);
  assert.ok(row !== undefined && Array.isArray(row.keys));
  const key = importJwk(row.keys[0]);
  assert.deepEqual(signJwsJson('$.02', { key, b64: false }), row.jws);
  const token = signDetachedJws('$.02', { key, b64: false });
  assert.equal(
    token,
    'eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY',
  );
  assert.ok(verifyDetachedJws(token, '$.02', { keys: key, algorithms: ['HS256'], b64: false }));
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
