import assert from 'node:assert/strict';
import { createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { createJwtVerifier, exportJwk, toPublicKey, verifyJws } from '../../src/index.ts';
import { audience, forge, goodClaims, goodHeader, issuer, keyOf, refuses, verifierFor } from '../forge.ts';

const key = keyOf('ES256');
const good = { keys: key, issuer, audience, algorithms: ['ES256'], type: 'at+jwt' };
/** Untyped, as a caller in JavaScript would. */
const create = (more: object): unknown => Reflect.apply(createJwtVerifier, undefined, [{ ...good, ...more }]);

for (const [name, keys] of [
  ['undefined', undefined],
  ['null', null],
  ['an empty string', ''],
  ['false', false],
] as const) {
  test(`A-002: ${name} in place of a key is refused at once`, () => {
    for (const algorithms of [['ES256'], ['HS256']])
      refuses(() => create({ keys, algorithms }), 'key_required');
  });
}

const mistakes: readonly (readonly [string, object])[] = [
  ['A-002: an empty buffer as key', { keys: Buffer.alloc(0) }],
  ['A-002: a list of keys', { keys: [key] }],
  [
    'A-003: a PEM as key',
    { keys: key.keyObject.export({ format: 'pem', type: 'pkcs8' }), algorithms: ['HS256'] },
  ],
  ['A-005: a KeyObject as key', { keys: createSecretKey(randomBytes(32)), algorithms: ['HS256'] }],
  ['A-006: a JWK as key', { keys: exportJwk(key) }],
  ['A-005: something that looks like a Key', { keys: { ...key } }],
  ['A-003: a key pair for an HMAC', { keys: toPublicKey(key), algorithms: ['HS256'] }],
  ['A-009: no algorithms', { algorithms: undefined }],
  ['A-009: an empty list of algorithms', { algorithms: [] }],
  ['A-009: algorithms as text', { algorithms: 'ES256' }],
  ['A-009: an unknown algorithm', { algorithms: ['ES256', 'ES257'] }],
  ['A-009: alg none allowed', { algorithms: ['none'] }],
  ['A-009: an inherited name', { algorithms: ['constructor'] }],
  ['A-010: secrets beside key pairs', { algorithms: ['HS256', 'ES256'] }],
  ['the algorithm of the key left out', { algorithms: ['ES384'] }],
  ['A-057: NaN as tolerance', { clockToleranceSeconds: Number.NaN }],
  ['A-057: infinite tolerance', { clockToleranceSeconds: Number.POSITIVE_INFINITY }],
  ['A-057: negative tolerance', { clockToleranceSeconds: -1 }],
  ['A-056: a tolerance over a minute', { clockToleranceSeconds: 61 }],
  ['A-057: tolerance as text', { clockToleranceSeconds: '2' }],
  ['A-057: NaN as limit', { maxTokenBytes: Number.NaN }],
  ['A-057: an infinite limit', { maxTokenBytes: Number.POSITIVE_INFINITY }],
  ['A-057: a limit of nothing', { maxTokenBytes: 0 }],
  ['A-060: issuer undefined', { issuer: undefined }],
  ['A-060: issuer null', { issuer: null }],
  ['A-060: issuer empty', { issuer: '' }],
  ['A-060: no issuers', { issuer: [] }],
  ['A-060: one of the issuers empty', { issuer: [issuer, ''] }],
  ['A-060: issuer false', { issuer: false }],
  ['A-060: audience undefined', { audience: undefined }],
  ['A-060: audience empty', { audience: '' }],
  ['A-060: no audiences', { audience: [] }],
  ['A-060: an audience undefined', { audience: [undefined] }],
  ['A-062: issuer as RegExp', { issuer: /issuer/g }],
  ['A-063: audience as RegExp', { audience: [/(a+)+$/] }],
  ['type undefined', { type: undefined }],
  ['type empty', { type: '' }],
  ['type with a line break', { type: 'at+jwt\n' }],
  ['now is no function', { now: 0 }],
  ['an option nobody reads', { audiences: ['x'] }],
  ['an option spelt wrong', { clockTolerance: 5 }],
];

for (const [name, more] of mistakes) {
  test(`a mistake shows when the verifier is made: ${name}`, () =>
    assert.throws(() => create(more), TypeError));
}

test('no options at all', () => {
  assert.throws(() => Reflect.apply(createJwtVerifier, undefined, []), TypeError);
  assert.throws(() => Reflect.apply(verifyJws, undefined, ['token']), TypeError);
});

test('A-020: the limit is the one configured', () => {
  const token = forge(goodHeader(key), goodClaims, key);
  assert.equal(verifierFor(key, { maxTokenBytes: token.length })(token).claims.sub, 'user-1');
  refuses(() => verifierFor(key, { maxTokenBytes: token.length - 1 })(token), 'too_large');
});

test('A-062: the same token is judged the same every time', () => {
  const verify = verifierFor(key);
  const token = forge(goodHeader(key), goodClaims, key);
  for (let count = 0; count < 10; count++) assert.equal(verify(token).claims.sub, 'user-1');
});

test('an algorithm list changed afterwards changes nothing', () => {
  const algorithms: ('ES256' | 'ES384')[] = ['ES256'];
  const verify = verifierFor(key, { algorithms });
  algorithms.pop();
  assert.equal(verify(forge(goodHeader(key), goodClaims, key)).claims.sub, 'user-1');
});

test('options at the ends of their ranges make a verifier', () => {
  for (const clockToleranceSeconds of [0, 60]) assert.ok(verifierFor(key, { clockToleranceSeconds }));
  assert.ok(verifierFor(key, { maxTokenBytes: 1 }));
  for (const algorithms of [
    ['ES256', 'none'],
    ['none', 'ES256'],
  ])
    assert.throws(() => Reflect.apply(verifierFor, undefined, [key, { algorithms }]), TypeError);
});

test('A-027: the last second that a double holds is a time', () => {
  const last = { ...goodClaims, exp: Number.MAX_SAFE_INTEGER };
  assert.ok(verifierFor(key)(forge(goodHeader(key), last, key)));
  refuses(
    () => verifierFor(key)(forge(goodHeader(key), { ...last, exp: Number.MAX_SAFE_INTEGER + 1 }, key)),
    'claim_invalid',
    'exp',
  );
});
