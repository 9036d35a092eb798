import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeUnverified, signJwt, toPublicKey, type VerifiedJwt } from '../../src/index.ts';
import { audience, issuer, keyOf, now, nowSeconds, refuses, verifierFor } from '../forge.ts';

const key = keyOf('Ed25519');
const claims = { iss: issuer, aud: audience, sub: 'user-1' };
const options = { key, type: 'at+jwt', expiresInSeconds: 300, now };

test('iat is the whole second of the clock, exp follows', () => {
  const token = signJwt(claims, { ...options, now: () => nowSeconds * 1000 + 999 });
  assert.deepEqual(verifierFor(key)(token).claims, { ...claims, iat: nowSeconds, exp: nowSeconds + 300 });
});

test('an iat in the claims is kept, and exp counts from it', () => {
  const { claims: signed } = verifierFor(key)(signJwt({ ...claims, iat: nowSeconds - 100 }, options));
  assert.equal(signed.iat, nowSeconds - 100);
  assert.equal(signed.exp, nowSeconds + 200);
});

test('members that are undefined are left out', () => {
  const token = signJwt(
    { ...claims, exp: undefined, nbf: undefined, iat: undefined, extra: undefined },
    options,
  );
  assert.deepEqual(Object.keys(decodeUnverified(token).claims).sort(), ['aud', 'exp', 'iat', 'iss', 'sub']);
});

test('exp counts from the whole second of an iat that is a fraction', () => {
  const { claims: signed } = decodeUnverified(
    signJwt({ ...claims, iat: 1.75 }, { ...options, expiresInSeconds: 1 }),
  );
  assert.deepEqual([signed.iat, signed.exp], [1.75, 2]);
});

for (const claim of ['iat', 'nbf']) {
  test(`a bad ${claim} is named`, () => {
    for (const value of ['1', -1, Number.NaN, new Date(0), null])
      assert.throws(() => sign({ ...claims, [claim]: value }, {}), {
        name: 'TypeError',
        message: `signJwt: ${claim} must be seconds since the epoch`,
      });
  });
}

test('claims are an object', () => {
  for (const wrong of [undefined, null, [], 'text', 7, true])
    assert.throws(() => sign(wrong, {}), { name: 'TypeError', message: 'signJwt: claims must be an object' });
});

test('text around a well-formed pair of surrogates is signed, wherever it stands', () => {
  const name = '\\ud83e🦊';
  const { claims: signed } = verifierFor(key)(signJwt({ ...claims, names: [{ [name]: name }] }, options));
  assert.deepEqual(signed.names, [{ [name]: name }]);
  for (const wrong of [[{ a: '\ud800' }], { a: { '\udfff': 1 } }, ['\ud800']])
    assert.throws(() => sign({ ...claims, wrong }, {}), TypeError);
});

const sign = (payload: unknown, more: object): unknown =>
  Reflect.apply(signJwt, undefined, [payload, { ...options, ...more }]);

const mistakes: readonly (readonly [string, unknown, object])[] = [
  ['claims are a list', [], {}],
  ['claims are null', null, {}],
  ['claims are text', 'sub', {}],
  ['exp among the claims', { ...claims, exp: nowSeconds }, {}],
  ['iat as text', { ...claims, iat: '1' }, {}],
  ['iat NaN', { ...claims, iat: Number.NaN }, {}],
  ['nbf as a date', { ...claims, nbf: new Date(0) }, {}],
  ['an unpaired surrogate', { ...claims, name: '\ud800' }, {}],
  ['an unpaired surrogate in a name', { ...claims, '\udfff': 1 }, {}],
  ['no life time', claims, { expiresInSeconds: undefined }],
  ['a life time of 0', claims, { expiresInSeconds: 0 }],
  ['a negative life time', claims, { expiresInSeconds: -1 }],
  ['an infinite life time', claims, { expiresInSeconds: Number.POSITIVE_INFINITY }],
  ['a fraction as life time', claims, { expiresInSeconds: 1.5 }],
  ['no type', claims, { type: undefined }],
  ['a type that is no media type', claims, { type: 'at jwt' }],
  ['a clock that tells nothing', claims, { now: () => Number.NaN }],
  ['a public key', claims, { key: toPublicKey(key) }],
  ['an option nobody reads', claims, { expiresIn: 5 }],
];

for (const [name, payload, more] of mistakes) {
  test(`nothing is signed: ${name}`, () => assert.throws(() => sign(payload, more), TypeError));
}

test('a backslash before ud is no surrogate', () => {
  const token = signJwt({ ...claims, path: 'C:\\ud800' }, options);
  assert.equal(verifierFor(key)(token).claims.path, 'C:\\ud800');
});

test('A-002: no key, no token', () => {
  refuses(() => sign(claims, { key: undefined }), 'key_required');
  refuses(() => sign(claims, { key: '' }), 'key_invalid');
  refuses(() => sign(claims, { key: { ...key } }), 'key_invalid');
});

test('A-068: what was only decoded says so and has another type', () => {
  const token = signJwt(claims, options);
  const read = decodeUnverified(`${token.slice(0, token.lastIndexOf('.'))}.AAAA`);
  assert.equal(read.isVerified, false);
  assert.equal(read.claims.sub, 'user-1');
  assert.equal(read.header.alg, 'Ed25519');
  // @ts-expect-error claims that nobody verified are not verified claims
  const verified: VerifiedJwt = read;
  assert.ok(verified);
});

test('decoding is as strict about the form as verifying', () => {
  refuses(() => decodeUnverified('a.b'), 'malformed');
  refuses(() => decodeUnverified('A'.repeat(16_385)), 'too_large');
  refuses(() => decodeUnverified('e30.W10.'), 'claims_invalid');
  refuses(() => decodeUnverified('W10.e30.'), 'malformed');
});
