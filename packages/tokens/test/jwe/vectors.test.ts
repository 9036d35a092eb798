import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { decryptJwe, generateKey, importJwk, tokenErrors, toPublicKey } from '../../src/index.ts';
import { deriveByConcat } from '../../src/jwe/concat-kdf.ts';
import { isContentEncryptionName } from '../../src/jwe/content-encryption.ts';
import { agree } from '../../src/jwe/curves.ts';
import { isEncryptionAlgorithmName } from '../../src/jwe/key-management.ts';
import { algOf, encryptionKey } from '../encrypted.ts';
import { refuses } from '../forge.ts';

interface Row {
  readonly source: string;
  readonly [field: string]: unknown;
}

/** Rows of a vector file; a field that no test reads is a failure. */
function readRows(file: string, fields: readonly string[]): Row[] {
  const { vectors } = JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8'));
  assert.ok(Array.isArray(vectors));
  for (const row of vectors) assert.deepEqual(Object.keys(row), fields);
  return vectors;
}

for (const row of readRows('jwe.json', ['source', 'algorithm', 'encryption', 'jwk', 'token', 'plaintext'])) {
  test(`${row.source}: the published token decrypts`, () => {
    const { algorithm, encryption, token, plaintext } = row;
    assert.ok(isEncryptionAlgorithmName(algorithm) && isContentEncryptionName(encryption));
    assert.ok(typeof token === 'string');
    const key = importJwk(row.jwk, { algorithm });
    const decrypted = decryptJwe(token, { keys: key, algorithms: [algOf(key)], encryptions: [encryption] });
    assert.equal(Buffer.from(decrypted.plaintext).toString(), plaintext);
  });
}

for (const row of readRows('jwe-refused.json', [
  'source',
  'why',
  'algorithm',
  'encryption',
  'code',
  'token',
])) {
  test(`${row.source}: the published token is refused for ${String(row.why)}`, () => {
    const { algorithm, encryption, token, code } = row;
    assert.ok(isEncryptionAlgorithmName(algorithm) && isContentEncryptionName(encryption));
    assert.ok(typeof token === 'string');
    const known = Object.keys(tokenErrors).find((name): name is keyof typeof tokenErrors => name === code);
    assert.ok(known !== undefined);
    const keys = encryptionKey(algorithm);
    refuses(() => decryptJwe(token, { keys, algorithms: [algOf(keys)], encryptions: [encryption] }), known);
  });
}

test('RFC 7518 C: the published key is derived', () => {
  const alice = {
    kty: 'EC',
    crv: 'P-256',
    x: 'gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0',
    y: 'SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps',
    d: '0_NxaRPUMQoAJt50Gz8YiTr8gRTwyEaCumd-MToTmIo',
  };
  const bob = {
    kty: 'EC',
    crv: 'P-256',
    x: 'weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ',
    y: 'e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck',
    d: 'VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw',
  };
  const [ephemeral, receiver] = [alice, bob].map((jwk) => importJwk(jwk, { algorithm: 'ECDH-ES' }));
  assert.ok(ephemeral !== undefined && receiver !== undefined);
  const sharedSecret = agree(ephemeral.keyObject, toPublicKey(receiver).keyObject);
  assert.ok(sharedSecret !== undefined);
  const input = {
    sharedSecret,
    algorithmId: 'A128GCM',
    partyUInfo: Buffer.from('Alice'),
    partyVInfo: Buffer.from('Bob'),
  };
  assert.equal(deriveByConcat(input, 16).toString('base64url'), 'VqqN6vgjbSBcIijNcacQGg');
});

test('RFC 8037 A.6: the published secret is agreed on', () => {
  const jwk = (x: string, d?: string): object => ({
    kty: 'OKP',
    crv: 'X25519',
    x,
    ...(d === undefined ? {} : { d }),
  });
  const ephemeral = importJwk(
    jwk('hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo', 'dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo'),
    { algorithm: 'ECDH-ES' },
  );
  const bob = importJwk(jwk('3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08'), { algorithm: 'ECDH-ES' });
  assert.equal(
    agree(ephemeral.keyObject, bob.keyObject)?.toString('hex'),
    '4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742',
  );
});

test('a key longer than one digest is derived in as many rounds as it needs', () => {
  const { keyObject } = generateKey('A256KW');
  const input = {
    sharedSecret: keyObject.export(),
    algorithmId: 'A256CBC-HS512',
    partyUInfo: Buffer.alloc(0),
    partyVInfo: Buffer.alloc(0),
  };
  const long = deriveByConcat(input, 64);
  assert.equal(long.length, 64);
  assert.notDeepEqual(long.subarray(0, 32), long.subarray(32));
  assert.equal(deriveByConcat(input, 48).length, 48);
});
