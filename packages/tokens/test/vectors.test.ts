import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type AlgorithmName,
  createEncryptedJwtVerifier,
  createJwtVerifier,
  createKeySet,
  type EncryptionKey,
  exportJwk,
  exportPrivateJwk,
  importJwk,
  type Key,
  signDetachedJws,
  signJws,
  signJwsJson,
  thumbprint,
  type TokenErrorCode,
  toPublicKey,
  type VerifiedJwt,
  verifyDetachedJws,
  verifyJws,
  verifyJwsJson,
  type VerifyJwsJsonOptions,
} from '../src/index.ts';
import { isAlgorithmName } from '../src/algorithms.ts';
import { isEncryptionAlgorithmName } from '../src/jwe/key-management.ts';
import { refuses } from './forge.ts';

const codes: readonly TokenErrorCode[] = ['algorithm_not_allowed', 'malformed', 'signature_invalid'];

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
    const keys = row.keys.map((jwk) => importJwk(jwk));
    const algorithms = keys.map(({ algorithm }) => algorithm);
    const options: VerifyJwsJsonOptions = {
      keys: createKeySet(keys),
      algorithms,
      signatures: 'all',
      b64: row.b64,
    };
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

test('RFC 7520 4.5: the published detached content verifies', () => {
  const row = readRows('jws.json', ['source', 'algorithm', 'jwk', 'token', 'payload']).find(
    ({ source }) => source === 'RFC 7520 4.4',
  );
  assert.ok(typeof row?.token === 'string' && typeof row.payload === 'string');
  const [header = '', , signature = ''] = row.token.split('.');
  const key = importJwk(row.jwk, { algorithm: 'HS256' });
  assert.ok(verifyDetachedJws(`${header}..${signature}`, row.payload, { keys: key, algorithms: ['HS256'] }));
  assert.equal(signDetachedJws(row.payload, { key }), `${header}..${signature}`);
});

for (const row of readRows('jws-refused.json', ['source', 'why', 'algorithm', 'jwk', 'code', 'jws'])) {
  test(`${row.source}: the published token is refused for ${String(row.why)}`, () => {
    const { algorithm, jws } = row;
    assert.ok(isAlgorithmName(algorithm));
    const code = codes.find((name) => name === row.code);
    assert.ok(code !== undefined);
    const options = { keys: importJwk(row.jwk, { algorithm }), algorithms: [algorithm] };
    refuses(() => {
      if (typeof jws === 'string') verifyJws(jws, options);
      else verifyJwsJson(JSON.stringify(jws), { ...options, signatures: 'any' });
    }, code);
  });
}

for (const row of readRows('jwk.json', ['source', 'algorithm', 'kind', 'jwk'])) {
  test(`${row.source}: the published key is imported and comes out the same`, () => {
    const { algorithm, jwk } = row;
    const key = readKey(jwk, algorithm);
    assert.equal(key.kind, row.kind);
    const out = key.kind === 'public' ? exportJwk(key) : exportPrivateJwk(key);
    const { use: _, x5c: __, ...members } = { use: undefined, x5c: undefined, ...Object(jwk) };
    const { use: ___, ...exported } = { use: undefined, ...out };
    assert.deepEqual({ ...exported }, { ...members, alg: algorithm });
  });
}

function readKey(jwk: unknown, algorithm: unknown): Key | EncryptionKey {
  if (isAlgorithmName(algorithm)) return importJwk(jwk, { algorithm });
  assert.ok(isEncryptionAlgorithmName(algorithm));
  return importJwk(jwk, { algorithm });
}

const nestedFields = ['source', 'signingJwk', 'signedToken', 'encryptionKeyOf', 'token'];
for (const row of readRows('nested.json', nestedFields)) {
  test(`${row.source}: the published token in a token is decrypted and verified`, () => {
    const { vectors } = JSON.parse(readFileSync(new URL('./vectors/jwe.json', import.meta.url), 'utf8'));
    const { jwk } = vectors.find(({ source }: Row) => source === row.encryptionKeyOf);
    assert.ok(typeof row.token === 'string');
    const verifyEncrypted = (verify: (token: string) => VerifiedJwt): VerifiedJwt =>
      createEncryptedJwtVerifier({
        verify,
        keys: importJwk(jwk, { algorithm: 'RSA-OAEP' }),
        algorithms: ['RSA-OAEP'],
        encryptions: ['A128GCM'],
      })(String(row.token));
    const verify = createJwtVerifier({
      keys: importJwk(row.signingJwk, { algorithm: 'PS256' }),
      algorithms: ['PS256'],
      type: 'JWT',
      issuer: 'hobbiton.example',
      audience: 'nobody',
      now: () => 1_300_819_379_000,
    });
    // The published claims name no audience, and a verifier wants one: the signature held, or it would say so.
    refuses(() => verifyEncrypted(verify), 'claim_missing', 'aud');
    let inner = '';
    const noted = (token: string): VerifiedJwt => {
      inner = token;
      return { header: { alg: 'PS256' }, claims: { iss: '', aud: '', exp: 0 } };
    };
    verifyEncrypted(noted);
    assert.equal(inner, row.signedToken);
  });
}

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
