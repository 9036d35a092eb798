import assert from 'node:assert/strict';
import { createHmac, createPublicKey, generateKeyPairSync } from 'node:crypto';
import test from 'node:test';
import { decode, JsonWebTokenError, sign, verify } from '@countersign/jsonwebtoken';

/** Holes of the original that nobody can rely on. */

process.removeAllListeners('warning');

const secret = 'a secret of forty bytes, which is enough';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
const der = publicKey.export({ format: 'der', type: 'spki' });
const jwk = JSON.stringify(publicKey.export({ format: 'jwk' }));

/** HS256 with whatever bytes, as an attacker makes it. */
function forge(key: string | Buffer): string {
  const [header, payload] = [
    { alg: 'HS256', typ: 'JWT' },
    { sub: 'root', exp: 9_999_999_999 },
  ].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  const mac = createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url');
  return `${header}.${payload}.${mac}`;
}

const spellings: readonly (readonly [string, string | Buffer])[] = [
  ['A-003: PEM', pem],
  ['A-003: PEM as bytes', Buffer.from(pem)],
  ['A-004: PEM whose line breaks are lost', pem.replaceAll('\n', '\\n')],
  ['A-004: PEM on one line', pem.replaceAll('\n', ' ')],
  ['A-004: PEM without its end', pem.slice(0, 200)],
  ['A-004: base64 of PEM', Buffer.from(pem).toString('base64')],
  ['A-005: DER', der],
  ['A-005: base64 of DER', der.toString('base64')],
  ['A-006: the text of a JWK', jwk],
  ['A-006: the text of a key set', `{"keys":[${jwk}]}`],
];

for (const [name, key] of spellings) {
  test(`${name} of a published key is never an HMAC secret`, () => {
    for (const options of [
      {},
      { algorithms: ['HS256' as const] },
      { algorithms: ['RS256' as const, 'HS256' as const] },
    ]) {
      assert.throws(() => verify(forge(key), key, options), JsonWebTokenError);
    }
    assert.throws(
      () => sign({}, key),
      /^Error: secretOrPrivateKey must be a symmetric key when using HS256$/,
    );
  });
}

test('A-002: an empty secret signs and verifies nothing', () => {
  for (const key of ['', Buffer.alloc(0)]) {
    assert.throws(() => sign({}, key), /secretOrPrivateKey must have a value/);
    assert.throws(() => verify(forge(key), key), /secret or public key must be provided/);
  }
});

test('A-001: an unsigned token is accepted only without a key and where `none` is named', () => {
  const unsigned = sign({ sub: 'root' }, null, { algorithm: 'none' });
  assert.throws(() => verify(unsigned, secret, { algorithms: ['none'] }), /jwt signature is required/);
  assert.throws(() => verify(unsigned, Buffer.alloc(0)), /jwt signature is required/);
  assert.throws(() => verify(unsigned, ''), /please specify "none"/);
  for (const none of ['None', 'NONE', 'nOnE']) {
    const respelt = unsigned.replace(
      /^[^.]+/,
      Buffer.from(JSON.stringify({ alg: none })).toString('base64url'),
    );
    assert.throws(() => verify(respelt, '', { algorithms: ['none'] }), /invalid algorithm/);
  }
});

test('an RSA key with the exponent 1 verifies nothing', () => {
  const { n = '' } = publicKey.export({ format: 'jwk' });
  const key = createPublicKey({ key: { kty: 'RSA', n, e: 'AQ' }, format: 'jwk' });
  const token = sign({}, privateKey, { algorithm: 'RS256' });
  assert.throws(() => verify(token, key, { algorithms: ['RS256'] }), /not valid key material/);
});

test('A-021: a signature has one spelling', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  for (const [algorithm, keys] of [
    ['RS256', { publicKey, privateKey }],
    ['ES256', pair],
  ] as const) {
    const token = sign({}, keys.privateKey, { algorithm });
    verify(token, keys.publicKey, { algorithms: [algorithm] });
    const last = letters.indexOf(token.at(-1) ?? '');
    const respelt = token.slice(0, -1) + letters[last ^ 1];
    assert.throws(() => verify(respelt, keys.publicKey, { algorithms: [algorithm] }), /invalid signature/);
  }
});

test('a tolerance given as text does not make tokens eternal', () => {
  const token = sign({}, secret, { expiresIn: -120 });
  const options = { algorithms: ['HS256' as const] };
  const textual = JSON.parse('{"clockTolerance":"60"}');
  assert.throws(() => verify(token, secret, { ...options, ...textual }), /jwt expired/);
  assert.throws(() => verify(token, secret, { ...options, ...textual, clockTolerance: 60 }), /jwt expired/);
  verify(token, secret, { ...options, clockTolerance: 121 });
  for (const nonsense of ['"five"', '"NaN"', 'true', '[60]', '{}']) {
    const given = JSON.parse(`{"clockTolerance":${nonsense}}`);
    assert.throws(() => verify(token, secret, { ...options, ...given }), /clockTolerance must be a number/);
  }
});

test('a pattern as issuer is tried, and any other form fits nothing', () => {
  const token = sign({ iss: 'https://evil.example' }, secret, { expiresIn: 60 });
  for (const issuer of [/auth\.example$/, 5, true, {}]) {
    const options = { algorithms: ['HS256' as const], ...Object.fromEntries([['issuer', issuer]]) };
    assert.throws(() => verify(token, secret, options), /jwt issuer invalid/);
  }
});

test('a key id adds no members to the header', () => {
  const token = sign({}, secret, { keyid: 'Ģ,Ģalg\u0122:\u0122none' });
  assert.deepEqual(decode(token, { complete: true })?.header, {
    alg: 'HS256',
    typ: 'JWT',
    kid: 'Ģ,Ģalg\u0122:\u0122none',
  });
});

test('a buffer that is written over is another key', () => {
  const key = Buffer.from(secret);
  const token = sign({}, key, { expiresIn: 60 });
  verify(token, key, { algorithms: ['HS256'] });
  key.fill(7);
  assert.throws(() => verify(token, key, { algorithms: ['HS256'] }), /invalid signature/);
});

test('a text and the bytes that look like it are two keys', () => {
  const text = 'ein gut gehütetes Geheimnis, länger als nötig';
  const bytes = Buffer.from(text, 'latin1');
  const options = { algorithms: ['HS256' as const] };
  verify(sign({}, bytes, { expiresIn: 60 }), bytes, options);
  const token = sign({}, text, { expiresIn: 60 });
  verify(token, text, options);
  verify(token, Buffer.from(text), options);
  assert.throws(() => verify(token, bytes, options), /invalid signature/);
});

test('what a caller does to a header or a payload does not reach the next caller', () => {
  const token = sign({ list: [1] }, secret, { expiresIn: 60, keyid: 'one' });
  for (let round = 0; round < 3; round++) {
    const { header, payload } = verify(token, secret, { algorithms: ['HS256'], complete: true });
    assert.deepEqual(header, { alg: 'HS256', typ: 'JWT', kid: 'one' });
    assert.ok(typeof payload === 'object');
    assert.deepEqual(payload['list'], [1]);
    header.alg = 'none';
    header.kid = 'two';
    payload['list'].push(2);
  }
});

test('more keys than are remembered all work', () => {
  const keys = Array.from({ length: 600 }, (_, index) => `${secret} ${index}`);
  const tokens = keys.map((key, index) => sign({ index }, key, { expiresIn: 60 }));
  for (const [index, token] of tokens.entries()) {
    const claims = verify(token, keys[index] ?? '', { algorithms: ['HS256'] });
    assert.equal(typeof claims === 'object' && claims['index'], index);
    assert.throws(
      () => verify(token, keys[index + 1] ?? 'none of them', { algorithms: ['HS256'] }),
      /invalid signature/,
    );
  }
});
