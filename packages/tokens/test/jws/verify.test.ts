import assert from 'node:assert/strict';
import { test } from 'node:test';
import { algorithmNames, algorithms } from '../../src/algorithms.ts';
import { createKeySet, signJws, toPublicKey, type TokenErrorCode, verifyJws } from '../../src/index.ts';
import type { AlgorithmName } from '../../src/jws/algorithm.ts';
import { forge, goodClaims, goodHeader, keyOf, refuses, segment, verifierFor } from '../forge.ts';

const key = keyOf('ES256');
const verify = verifierFor(key);
const good = forge(goodHeader(key), goodClaims, key);
const [header = '', payload = '', signature = ''] = good.split('.');
const headerWith = (more: object): object => ({ ...goodHeader(key), ...more });
const signed = (head: string | Uint8Array | object): string => forge(head, goodClaims, key);
const unsigned = (alg: unknown): string => `${segment({ alg, typ: 'at+jwt' })}.${payload}.`;

test('the token that the rows below spoil is good', () => {
  assert.equal(verify(good).claims.sub, 'user-1');
});

const rows: readonly (readonly [string, unknown, TokenErrorCode])[] = [
  ['A-001: alg none without signature', unsigned('none'), 'algorithm_not_allowed'],
  ['A-001: alg None', unsigned('None'), 'algorithm_not_allowed'],
  ['A-001: alg nOnE', unsigned('nOnE'), 'algorithm_not_allowed'],
  ['A-001: alg NONE with a signature', `${unsigned('NONE')}${signature}`, 'algorithm_not_allowed'],
  ['A-001: alg with white space', signed(headerWith({ alg: 'ES256 ' })), 'algorithm_not_allowed'],
  ['A-001: a good header without signature', `${header}.${payload}.`, 'malformed'],
  ['A-012: another hash', signed(headerWith({ alg: 'ES384' })), 'algorithm_not_allowed'],
  ['A-013: alg is a list', signed(headerWith({ alg: ['ES256'] })), 'malformed'],
  ['A-013: alg is an object', signed(headerWith({ alg: { name: 'ES256' } })), 'malformed'],
  ['A-013: alg is a number', signed(headerWith({ alg: 256 })), 'malformed'],
  ['A-013: alg is null', signed(headerWith({ alg: null })), 'malformed'],
  ['A-013: alg is missing', signed({ typ: 'at+jwt' }), 'malformed'],
  ['A-013: alg is empty', signed(headerWith({ alg: '' })), 'algorithm_not_allowed'],
  ['A-013: alg is very long', signed(headerWith({ alg: 'ES256'.repeat(1000) })), 'algorithm_not_allowed'],
  ['A-013: alg with NUL', signed(headerWith({ alg: 'ES256\0' })), 'algorithm_not_allowed'],
  [
    'A-013: alg names something inherited',
    signed(headerWith({ alg: 'constructor' })),
    'algorithm_not_allowed',
  ],
  ['A-013: alg is __proto__', signed(headerWith({ alg: '__proto__' })), 'algorithm_not_allowed'],
  ['A-015: JSON serialization', JSON.stringify({ protected: header, payload, signature }), 'malformed'],
  [
    'A-014: alg outside the signed header',
    JSON.stringify({ header: { alg: 'ES256' }, payload, signature }),
    'malformed',
  ],
  ['A-016: JSON serialization without signatures', JSON.stringify({ payload, signatures: [] }), 'malformed'],
  ['A-017: a compact token that is also JSON', `{"protected":"${good}"}`, 'malformed'],
  ['A-017: JSON with the dots of a compact token', `{"a":".${payload}.${signature}"}`, 'malformed'],
  ['A-018: empty', '', 'malformed'],
  ['A-018: one dot', '.', 'malformed'],
  ['A-018: two dots', '..', 'malformed'],
  ['A-018: one segment', header, 'malformed'],
  ['A-018: two segments', `${header}.${payload}`, 'malformed'],
  ['A-018: four segments', `${good}.AAAA`, 'malformed'],
  ['A-018, A-035: five segments, as an encrypted token has', `${good}.AAAA.AAAA`, 'malformed'],
  ['A-018: six segments', `${good}.A.A.A`, 'malformed'],
  ['A-018: leading dot', `.${good}`, 'malformed'],
  ['A-018: trailing dot', `${good}.`, 'malformed'],
  ['A-018: no header', `.${payload}.${signature}`, 'malformed'],
  ['A-019: dots up to the limit', '.'.repeat(16_384), 'malformed'],
  ['A-019: a million dots', '.'.repeat(1_000_000), 'too_large'],
  ['A-020: one character over the limit', 'A'.repeat(16_385), 'too_large'],
  ['A-020: a hundred megabytes', 'A'.repeat(100_000_000), 'too_large'],
  ['A-021: padding in the signature', `${good}=`, 'malformed'],
  ['A-021: a line break behind the token', `${good}\n`, 'malformed'],
  ['A-021: a space before the token', ` ${good}`, 'malformed'],
  ['A-021: a space in the payload', good.replace('.', '. '), 'malformed'],
  ['A-021: the other alphabet', good.replace(/[_-]|.$/, '+'), 'malformed'],
  ['A-022: a header in UTF-16', signed(Buffer.from(JSON.stringify(goodHeader(key)), 'utf16le')), 'malformed'],
  ['A-022: a header with a byte order mark', signed(`\ufeff${JSON.stringify(goodHeader(key))}`), 'malformed'],
  ['A-023: alg twice', signed('{"alg":"none","alg":"ES256","typ":"at+jwt"}'), 'malformed'],
  ['A-024: the header is a list', signed('["ES256"]'), 'malformed'],
  [
    'A-025: a deep header',
    signed(`{"alg":"ES256","typ":"at+jwt","x":${'['.repeat(5000)}${']'.repeat(5000)}}`),
    'malformed',
  ],
  ['A-028: an unknown extension', signed(headerWith({ crit: ['bork'], bork: true })), 'critical_unsupported'],
  ['A-028: exp as an extension', signed(headerWith({ crit: ['exp'], exp: 1 })), 'critical_unsupported'],
  ['A-029: crit is empty', signed(headerWith({ crit: [] })), 'malformed'],
  ['A-029: crit is a string', signed(headerWith({ crit: 'bork', bork: 1 })), 'malformed'],
  ['A-029: crit is null', signed(headerWith({ crit: null })), 'malformed'],
  ['A-029: crit holds a number', signed(headerWith({ crit: [1], 1: 1 })), 'malformed'],
  [
    'A-029: crit holds a number beside a name',
    signed(headerWith({ crit: ['bork', 1], bork: 1, 1: 1 })),
    'malformed',
  ],
  [
    'A-029: crit lists a registered name beside another',
    signed(headerWith({ crit: ['bork', 'alg'], bork: 1 })),
    'malformed',
  ],
  [
    'A-029: crit lists an absent name beside another',
    signed(headerWith({ crit: ['bork', 'gone'], bork: 1 })),
    'malformed',
  ],
  ['A-029: crit repeats a name', signed(headerWith({ crit: ['bork', 'bork'], bork: 1 })), 'malformed'],
  ['A-029: crit lists a registered name', signed(headerWith({ crit: ['alg'] })), 'malformed'],
  ['A-029: crit lists an absent name', signed(headerWith({ crit: ['bork'] })), 'malformed'],
  ['A-029: crit lists an inherited name', signed(headerWith({ crit: ['toString'] })), 'malformed'],
  [
    'A-030: b64 false and critical',
    signed(headerWith({ crit: ['b64'], b64: false })),
    'critical_unsupported',
  ],
  ['A-030: b64 false without crit', signed(headerWith({ b64: false })), 'critical_unsupported'],
  ['A-030: b64 true but critical', signed(headerWith({ crit: ['b64'], b64: true })), 'critical_unsupported'],
  ['A-031: an ID token in place of an access token', signed(headerWith({ typ: 'JWT' })), 'type_mismatch'],
  ['A-032: typ is missing', signed({ alg: 'ES256', kid: key.keyId }), 'type_mismatch'],
  ['A-032: typ is a number', signed(headerWith({ typ: 1 })), 'malformed'],
  ['A-032: typ is a list', signed(headerWith({ typ: ['at+jwt'] })), 'malformed'],
  ['A-032: typ is empty', signed(headerWith({ typ: '' })), 'type_mismatch'],
  ['A-032: typ with another prefix', signed(headerWith({ typ: 'text/at+jwt' })), 'type_mismatch'],
  [
    'A-032: typ with the prefix twice',
    signed(headerWith({ typ: 'application/application/at+jwt' })),
    'type_mismatch',
  ],
  ['A-032: typ with a parameter', signed(headerWith({ typ: 'at+jwt;v=1' })), 'type_mismatch'],
  ['A-033: a token of another purpose', signed(headerWith({ typ: 'logout+jwt' })), 'type_mismatch'],
  ['A-078: kid is a path', signed(headerWith({ kid: '../../dev/null' })), 'key_unknown'],
  ['A-078: kid is SQL', signed(headerWith({ kid: "' OR 1=1 --" })), 'key_unknown'],
  ['A-078: kid with NUL', signed(headerWith({ kid: `${key.keyId}\0` })), 'key_unknown'],
  ['A-078: kid names something inherited', signed(headerWith({ kid: '__proto__' })), 'key_unknown'],
  ['A-078: kid is too long', signed(headerWith({ kid: 'k'.repeat(257) })), 'malformed'],
  ['A-078: kid is empty', signed(headerWith({ kid: '' })), 'malformed'],
  ['A-078: kid is a list', signed(headerWith({ kid: [key.keyId] })), 'malformed'],
  ['A-078: kid is an object', signed(headerWith({ kid: {} })), 'malformed'],
  ['cty is a number', signed(headerWith({ cty: 1 })), 'malformed'],
  ['cty is null', signed(headerWith({ cty: null })), 'malformed'],
  ['typ is null', signed(headerWith({ typ: null })), 'malformed'],
  ['kid is null', signed(headerWith({ kid: null })), 'malformed'],
  ['not a string: undefined', undefined, 'malformed'],
  ['not a string: a buffer', Buffer.from(good), 'malformed'],
  ['not a string: an object with toString', { toString: () => good }, 'malformed'],
];

for (const [name, token, code] of rows) {
  test(`refused: ${name}`, () => refuses(() => Reflect.apply(verify, undefined, [token]), code));
}

for (const typ of ['at+jwt', 'AT+JWT', 'application/at+jwt', 'Application/At+Jwt']) {
  test(`A-032: typ ${typ} is the same type`, () => {
    assert.equal(verify(signed(headerWith({ typ }))).header.typ, typ);
  });
}

const stranger = toPublicKey(keyOf('ES384'));
for (const [name, more] of [
  ['A-074: x5c', { x5c: ['MIIB'] }],
  ['A-074: x5t', { x5t: 'AAAA', 'x5t#S256': 'AAAA' }],
  ['A-076: jku', { jku: 'https://evil.example/jwks.json' }],
  ['A-076: x5u', { x5u: 'https://evil.example/cert.pem' }],
  ['A-077: jwk', { jwk: stranger.keyObject.export({ format: 'jwk' }) }],
] as const) {
  test(`${name} in the header chooses nothing`, () => {
    assert.equal(verify(signed(headerWith(more))).claims.sub, 'user-1');
    const forged = forge({ alg: 'ES256', typ: 'at+jwt', ...more }, goodClaims, keyOf('ES384'));
    refuses(() => verify(forged), 'signature_invalid');
  });
}

test('A-003, A-012: no algorithm of the table passes for another', () => {
  for (const pinned of algorithmNames) {
    for (const claimed of algorithmNames) {
      if (pinned === claimed) continue;
      const token = forge({ alg: claimed, typ: 'at+jwt' }, goodClaims, keyOf(claimed));
      refuses(() => verifierFor(keyOf(pinned))(token), 'algorithm_not_allowed');
    }
  }
});

test('A-012: a signature by another algorithm under the pinned name is refused', () => {
  const families: readonly (readonly AlgorithmName[])[] = [
    ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
    ['HS256', 'HS384', 'HS512'],
  ];
  for (const family of families) {
    for (const name of family) {
      const pinned = keyOf(name);
      for (const other of family.filter((candidate) => candidate !== name)) {
        const input = `${segment({ alg: name, typ: 'at+jwt' })}.${segment(goodClaims)}`;
        const material = algorithms[name].isSymmetric ? keyOf(other).keyObject : pinned.keyObject;
        const forged = `${input}.${algorithms[other].signer(material)(input).toString('base64url')}`;
        refuses(() => verifierFor(pinned)(forged), 'signature_invalid');
      }
    }
  }
});

test('A-008, A-075: a key answers to its one exact algorithm name', () => {
  const ed = keyOf('Ed25519');
  const set = createKeySet([toPublicKey(ed)]);
  const token = forge({ alg: 'EdDSA', typ: 'at+jwt', kid: ed.keyId }, goodClaims, ed);
  refuses(() => verifierFor(ed, { keys: set, algorithms: ['Ed25519', 'EdDSA'] })(token), 'key_unknown');
});

test('the signature is checked before the payload is read', () => {
  const forged = `${header}.${segment('not json')}.${signature}`;
  refuses(() => verify(forged), 'signature_invalid');
});

test('bytes go through signJws and verifyJws unchanged, even none at all', () => {
  for (const bytes of [new Uint8Array([0, 255, 128]), new Uint8Array()]) {
    const token = signJws(bytes, { key, type: 'secevent+jwt' });
    const verified = verifyJws(token, {
      keys: toPublicKey(key),
      algorithms: ['ES256'],
      type: 'secevent+jwt',
    });
    assert.deepEqual(verified.payload, bytes);
    assert.deepEqual(verified.header, { alg: 'ES256', typ: 'secevent+jwt', kid: key.keyId });
  }
});

test('a public key signs nothing', () => {
  assert.throws(() => signJws('x', { key: toPublicKey(key) }), TypeError);
});

test('a header read once stays as it was: it is frozen', () => {
  const { header: first } = verify(good);
  assert.throws(() => Object.assign(first, { alg: 'none' }), TypeError);
  assert.equal(verify(good).header.alg, 'ES256');
});

test('A-012: a set that once answers with a key of another algorithm changes nothing for the next token', () => {
  const other = keyOf('Ed25519');
  let answer = key;
  const keySet = { version: 1, find: () => answer };
  const verifyFromSet = verifierFor(key, { keys: keySet });
  assert.ok(verifyFromSet(good));
  answer = other;
  refuses(() => verifyFromSet(good), 'key_type_mismatch');
  answer = key;
  assert.ok(verifyFromSet(good));
  refuses(() => verifyFromSet(forge(goodHeader(key), goodClaims, other)), 'signature_invalid');
});

for (const name of [
  'jku',
  'jwk',
  'kid',
  'x5u',
  'x5c',
  'x5t',
  'x5t#S256',
  'typ',
  'cty',
  'crit',
  'alg',
  'enc',
  'zip',
  'epk',
]) {
  test(`A-029: crit lists ${name}, which is registered`, () => {
    const value = { ...Object(goodHeader(key)) }[name] ?? 'text';
    refuses(
      () => verify(signed(headerWith({ [name]: value, crit: name === 'crit' ? ['crit'] : [name] }))),
      'malformed',
    );
  });
}

for (const name of ['apu', 'apv', 'iv', 'tag', 'p2s', 'p2c']) {
  test(`A-029: crit lists ${name}, which RFC 7518 registers`, () => {
    refuses(() => verify(signed(headerWith({ [name]: 'text', crit: [name] }))), 'malformed');
  });
}

test('more headers than are remembered are all verified, the first one again', () => {
  const tokens = Array.from({ length: 200 }, (_, n) => signed(headerWith({ n })));
  for (const token of [...tokens, ...tokens.slice(0, 3)]) assert.ok(verify(token));
  const [one = '', other = ''] = tokens;
  const spliced = [one.split('.')[0], ...other.split('.').slice(1)].join('.');
  refuses(() => verify(spliced), 'signature_invalid');
});

test('more types than are remembered are all signed', () => {
  for (let n = 0; n < 40; n++) {
    const { header } = verifyJws(signJws('x', { key, type: `type-${n}` }), {
      keys: key,
      algorithms: ['ES256'],
    });
    assert.equal(header.typ, `type-${n}`);
  }
});

test('a payload that is neither text nor bytes is not signed', () => {
  for (const wrong of [undefined, null, 7, {}, [1]])
    assert.throws(() => Reflect.apply(signJws, undefined, [wrong, { key }]), TypeError);
});
