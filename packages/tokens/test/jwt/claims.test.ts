import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TokenErrorCode } from '../../src/index.ts';
import {
  audience,
  forge,
  goodClaims,
  goodHeader,
  issuer,
  keyOf,
  nowSeconds,
  refuses,
  verifierFor,
} from '../forge.ts';

const key = keyOf('HS256');
const verify = verifierFor(key);
const token = (payload: string | Uint8Array | object): string => forge(goodHeader(key), payload, key);
const claimsWith = (more: object): string => token({ ...goodClaims, ...more });
/** The good claims as text, with one member written as the test wants. */
const raw = (claim: string, text: string): string =>
  token(
    `{"iss":"${issuer}","aud":"${audience}",${claim === 'exp' ? '' : '"exp":1800000300,'}"${claim}":${text}}`,
  );
const tolerance = 2;

const refused: readonly (readonly [string, string, TokenErrorCode, string?])[] = [
  ['A-022: invalid UTF-8', token(Buffer.from([0x7b, 0xff, 0x7d])), 'claims_invalid'],
  ['A-022: a byte order mark', token(`\ufeff${JSON.stringify(goodClaims)}`), 'claims_invalid'],
  ['A-023: sub twice', raw('sub', '"a","sub":"b"'), 'claims_invalid'],
  ['A-024: a list', token('[]'), 'claims_invalid'],
  ['A-024: the claims in a list', token([goodClaims]), 'claims_invalid'],
  ['A-024: a string', token('"text"'), 'claims_invalid'],
  ['A-024: a number', token('1'), 'claims_invalid'],
  ['A-024: null', token('null'), 'claims_invalid'],
  ['A-024: true', token('true'), 'claims_invalid'],
  ['A-024: nothing', token(''), 'claims_invalid'],
  ['A-034: a token inside a token', token(token(goodClaims)), 'claims_invalid'],
  ['A-055: exp is missing', token({ iss: issuer, aud: audience }), 'claim_missing', 'exp'],
  [
    'A-026: exp only in __proto__',
    token(`{"iss":"${issuer}","aud":"${audience}","__proto__":{"exp":1800000300}}`),
    'claim_missing',
    'exp',
  ],
  ['A-056: exp at the edge', claimsWith({ exp: nowSeconds - tolerance }), 'expired', 'exp'],
  ['A-056: exp long ago', claimsWith({ exp: 0 }), 'expired', 'exp'],
  ['A-056: nbf beyond the edge', claimsWith({ nbf: nowSeconds + tolerance + 1 }), 'not_yet_valid', 'nbf'],
  ['A-056: iat beyond the edge', claimsWith({ iat: nowSeconds + tolerance + 1 }), 'not_yet_valid', 'iat'],
  ['A-056: iat in milliseconds', claimsWith({ iat: nowSeconds * 1000 }), 'not_yet_valid', 'iat'],
  ...['exp', 'nbf', 'iat'].flatMap((claim): [string, string, TokenErrorCode, string][] =>
    [
      '"1800000300"',
      '1e999',
      '-1e999',
      '-1',
      '9007199254740994',
      'true',
      'null',
      '[]',
      '[1800000300]',
      '{}',
      '""',
    ].map((text) => [`A-027: ${claim} is ${text}`, raw(claim, text), 'claim_invalid', claim]),
  ),
  ['A-058: aud is missing', token({ iss: issuer, exp: goodClaims.exp }), 'claim_missing', 'aud'],
  ['A-058: another audience', claimsWith({ aud: 'https://other.example' }), 'audience_mismatch', 'aud'],
  ['A-058: a prefix of the audience', claimsWith({ aud: audience.slice(0, -1) }), 'audience_mismatch', 'aud'],
  ['A-058: the audience and more', claimsWith({ aud: `${audience}/` }), 'audience_mismatch', 'aud'],
  [
    'A-058: the audience in capitals',
    claimsWith({ aud: audience.toUpperCase() }),
    'audience_mismatch',
    'aud',
  ],
  ['A-058: an empty list', claimsWith({ aud: [] }), 'audience_mismatch', 'aud'],
  ['A-058: a list of others', claimsWith({ aud: ['a', 'b'] }), 'audience_mismatch', 'aud'],
  ['A-058: the audience beside a number', claimsWith({ aud: [audience, 1] }), 'claim_invalid', 'aud'],
  ['A-058: the audience one list deeper', claimsWith({ aud: [[audience]] }), 'claim_invalid', 'aud'],
  ['A-058: aud is null', claimsWith({ aud: null }), 'claim_invalid', 'aud'],
  ['A-058: aud is an object', claimsWith({ aud: { [audience]: true } }), 'claim_invalid', 'aud'],
  ['A-059: iss is missing', token({ aud: audience, exp: goodClaims.exp }), 'claim_missing', 'iss'],
  ['A-059: another issuer', claimsWith({ iss: 'https://other.example' }), 'issuer_mismatch', 'iss'],
  ['A-059: a prefix of the issuer', claimsWith({ iss: issuer.slice(0, -1) }), 'issuer_mismatch', 'iss'],
  ['A-059: a trailing slash', claimsWith({ iss: `${issuer}/` }), 'issuer_mismatch', 'iss'],
  ['A-059: the issuer in capitals', claimsWith({ iss: issuer.toUpperCase() }), 'issuer_mismatch', 'iss'],
  ['A-059: the issuer in a list', claimsWith({ iss: [issuer] }), 'claim_invalid', 'iss'],
  ['A-059: iss is null', claimsWith({ iss: null }), 'claim_invalid', 'iss'],
  ['A-061: sub is a number', claimsWith({ sub: 1 }), 'claim_invalid', 'sub'],
  ['A-061: sub is empty', claimsWith({ sub: '' }), 'claim_invalid', 'sub'],
  ['A-061: sub is an object', claimsWith({ sub: { $ne: null } }), 'claim_invalid', 'sub'],
  ['A-061: sub is null', claimsWith({ sub: null }), 'claim_invalid', 'sub'],
  ['jti is a number', claimsWith({ jti: 1 }), 'claim_invalid', 'jti'],
];

for (const [name, text, code, claim] of refused) {
  test(`refused: ${name}`, () => refuses(() => verify(text), code, claim));
}

const accepted: readonly (readonly [string, string])[] = [
  ['A-056: exp within the tolerance', claimsWith({ exp: nowSeconds - tolerance + 1 })],
  ['A-056: nbf at the edge', claimsWith({ nbf: nowSeconds + tolerance })],
  ['A-056: iat at the edge', claimsWith({ iat: nowSeconds + tolerance })],
  [
    'A-027: a fraction of a second, as RFC 7519 §2 allows',
    claimsWith({ exp: nowSeconds + 0.5, iat: nowSeconds - 0.5 }),
  ],
  ['A-058: the audience in a list', claimsWith({ aud: ['other', audience] })],
  ['a subject and an id', claimsWith({ sub: 'user-1', jti: 'token-1' })],
  ['an empty id', claimsWith({ jti: '' })],
  ['no subject', token({ iss: issuer, aud: audience, exp: goodClaims.exp })],
];

for (const [name, text] of accepted) {
  test(`accepted: ${name}`, () => {
    assert.equal(verify(text).claims.iss, issuer);
  });
}

test('several issuers and audiences: one of each is enough', () => {
  const either = verifierFor(key, { issuer: ['https://first.example', issuer], audience: ['x', audience] });
  assert.equal(either(token(goodClaims)).claims.sub, 'user-1');
});

test('A-026: claims named after inherited members are plain data', () => {
  const { claims } = verify(raw('__proto__', '{"admin":true},"constructor":"c","toString":"t"'));
  assert.equal(claims.constructor, 'c');
  assert.ok(Object.hasOwn(claims, '__proto__'));
  assert.equal(claims.admin, undefined);
  assert.equal('admin' in {}, false);
});

test('A-057: a clock that tells nothing refuses', () => {
  for (const time of [Number.NaN, Number.POSITIVE_INFINITY]) {
    refuses(() => verifierFor(key, { now: () => time })(token(goodClaims)), 'expired', 'exp');
  }
});

/** What a member that somebody wrote onto every object would change, were it read. */
const inherited: readonly (readonly [string, unknown, TokenErrorCode | undefined])[] = [
  ['exp', nowSeconds + 300, 'claim_missing'],
  ['iss', issuer, 'claim_missing'],
  ['aud', audience, 'claim_missing'],
  ['nbf', nowSeconds + 300, undefined],
  ['iat', nowSeconds + 300, undefined],
  ['sub', 7, undefined],
  ['jti', 7, undefined],
];

for (const [claim, value, code] of inherited) {
  test(`A-026: ${claim} comes from the token even where something polluted Object.prototype`, () => {
    const all = Object.entries({ iss: issuer, aud: audience, exp: nowSeconds + 300 });
    const bare = token(Object.fromEntries(all.filter(([name]) => name !== claim)));
    // oxlint-disable-next-line no-extend-native -- the pollution is what is tested
    Object.defineProperty(Object.prototype, claim, { value, configurable: true });
    try {
      if (code === undefined) assert.equal(verify(bare).claims.iss, issuer);
      else refuses(() => verify(bare), code, claim);
    } finally {
      Reflect.deleteProperty(Object.prototype, claim);
    }
  });
}
