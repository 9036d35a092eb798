import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createEncryptedJwtVerifier,
  encryptJwe,
  encryptJwt,
  signJwt,
  type TokenErrorCode,
  toPublicKey,
} from '../../src/index.ts';
import { encryptionKey } from '../encrypted.ts';
import {
  forge,
  goodClaims,
  goodHeader,
  keyOf,
  now,
  nowSeconds,
  refuses,
  segment,
  verifierFor,
} from '../forge.ts';

const signing = keyOf('ES256');
const receiving = encryptionKey('ECDH-ES P-256');
const key = toPublicKey(receiving);
const verify = verifierFor(signing);
const options = { verify, keys: receiving, algorithms: ['ECDH-ES'], encryptions: ['A256GCM'] } as const;
const open = createEncryptedJwtVerifier(options);
const { exp: _, ...claims } = goodClaims;
const signed = signJwt(claims, { key: signing, type: 'at+jwt', expiresInSeconds: 300, now });
const encrypted = (inner: string | Uint8Array, contentType = 'JWT'): string =>
  encryptJwe(inner, { key, encryption: 'A256GCM', contentType });

test('a signed token comes out of its encryption verified', () => {
  const token = encryptJwt(signed, { key, encryption: 'A256GCM', type: 'at+jwt' });
  const verified = open(token);
  assert.deepEqual(verified.claims, { ...claims, exp: nowSeconds + 300 });
  assert.equal(verified.header.alg, 'ES256');
  assert.equal(createEncryptedJwtVerifier({ ...options, type: 'at+jwt' })(token).claims.sub, claims.sub);
  refuses(() => createEncryptedJwtVerifier({ ...options, type: 'other' })(token), 'type_mismatch');
  assert.ok(open(encrypted(signed, 'application/jwt')));
});

const unsigned = `${segment({ alg: 'none', typ: 'at+jwt' })}.${segment(goodClaims)}.`;
const flipped = signed.slice(0, -4) + (signed.endsWith('AAAA') ? 'BBBB' : 'AAAA');

const refused: readonly (readonly [string, string, TokenErrorCode])[] = [
  ['A-034: an unsigned token inside', encrypted(unsigned), 'algorithm_not_allowed'],
  ['A-034: bare claims inside', encrypted(JSON.stringify(goodClaims)), 'malformed'],
  [
    'A-034: a token of another key inside',
    encrypted(forge(goodHeader(signing), goodClaims, keyOf('ES384'))),
    'signature_invalid',
  ],
  ['A-034: a broken signature inside', encrypted(flipped), 'signature_invalid'],
  ['A-034: an encrypted token inside', encrypted(encrypted(signed)), 'malformed'],
  ['A-034: no cty', encryptJwe(signed, { key, encryption: 'A256GCM' }), 'type_mismatch'],
  ['A-034: another cty', encrypted(signed, 'text/plain'), 'type_mismatch'],
  ['A-034: the signed token alone', signed, 'malformed'],
  ['A-034: nothing inside', encrypted(''), 'malformed'],
  ['A-034: bytes that are no ASCII inside', encrypted(Buffer.from(`${signed}\u{80}`)), 'malformed'],
  ['A-034: a dot before the token', encrypted(`.${signed}`), 'malformed'],
  [
    'A-031: an ID token inside',
    encrypted(forge({ ...goodHeader(signing), typ: 'JWT' }, goodClaims, signing)),
    'type_mismatch',
  ],
  ['A-020: a large token inside', encrypted(`${signed.slice(0, -1)}${'A'.repeat(20_000)}`), 'too_large'],
];

for (const [name, token, code] of refused) {
  test(`${name} is refused`, () => refuses(() => open(token), code));
}

test('the claims inside are checked', () => {
  const late = forge(goodHeader(signing), { ...goodClaims, exp: nowSeconds - 60 }, signing);
  refuses(() => open(encryptJwt(late, { key, encryption: 'A256GCM' })), 'expired', 'exp');
});

test('A-035: a verifier of signed tokens never decrypts', () => {
  refuses(() => verify(encryptJwt(signed, { key, encryption: 'A256GCM' })), 'malformed');
});

test('A-034: a verifier that decrypts cannot stand inside another: depth is one', () => {
  const twice = createEncryptedJwtVerifier({ ...options, verify: open });
  refuses(() => twice(encrypted(encryptJwt(signed, { key, encryption: 'A256GCM' }))), 'malformed');
});

test('A-034: what is not three segments never reaches the verifier', () => {
  const seen: string[] = [];
  const record = createEncryptedJwtVerifier({
    ...options,
    verify: (token) => {
      seen.push(token);
      return verify(token);
    },
  });
  for (const inner of ['', 'a', 'a.b', '.a', 'a.b.c.d', 'a.b..', 'a..b.', encrypted(signed)])
    refuses(() => record(encrypted(inner)), 'malformed');
  record(encrypted(signed));
  for (const inner of ['a..c', '..a', 'a.b.']) refuses(() => record(encrypted(inner)), 'malformed');
  assert.deepEqual(seen, [signed, 'a..c', '..a', 'a.b.']);
});

test('only a compact signed token is encrypted, and always as a JWT', () => {
  refuses(() => encryptJwt('no token', { key, encryption: 'A256GCM' }), 'malformed');
  refuses(() => encryptJwt(encrypted(signed), { key, encryption: 'A256GCM' }), 'malformed');
  refuses(() => encryptJwt('A'.repeat(131_073), { key, encryption: 'A256GCM' }), 'too_large');
  refuses(() => encryptJwt('A'.repeat(131_072), { key, encryption: 'A256GCM' }), 'malformed');
  for (const text of ['.AAAA.AAAA', 'AAAA', 'AAAA.AAAA', 'AAAA.AAAA.AAAA.', '.', '', 'AAAA.AAA.AAAA+'])
    refuses(() => encryptJwt(text, { key, encryption: 'A256GCM' }), 'malformed');
  assert.ok(encryptJwt('A..', { key, encryption: 'A256GCM' }));
  for (const wrong of [undefined, 7, { length: 3, indexOf: () => 1 }, Buffer.from(signed)])
    refuses(() => Reflect.apply(encryptJwt, undefined, [wrong, { key, encryption: 'A256GCM' }]), 'malformed');
  const more = { key, encryption: 'A256GCM', contentType: 'text/plain' };
  assert.throws(() => Reflect.apply(encryptJwt, undefined, [signed, more]), TypeError);
});

test('a verifier without a check is not made', () => {
  const build = (more: object): unknown =>
    Reflect.apply(createEncryptedJwtVerifier, undefined, [{ ...options, ...more }]);
  for (const more of [
    { verify: undefined },
    { verify: true },
    { algorithms: [] },
    { encryptions: undefined },
    { keys: key },
    { keys: signing },
    { contentType: 'text/plain' },
  ])
    assert.throws(() => build(more), TypeError);
});
