import assert from 'node:assert/strict';
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import {
  createKeySet,
  type DecryptJweOptions,
  decodeUnverified,
  decryptJwe,
  type EncryptionKey,
  encryptJwe,
  generateKey,
  importSecret,
  type TokenErrorCode,
  toPublicKey,
} from '../../src/index.ts';
import type { ContentEncryptionName } from '../../src/jwe/algorithm.ts';
import { algOf, encryptionKey, encryptionsFor, iterations } from '../encrypted.ts';
import { keyOf, refuses, segment } from '../forge.ts';

interface Parts {
  readonly header: Record<string, unknown>;
  readonly segments: readonly [string, string, string, string, string];
}

function makeToken(key: EncryptionKey, more: object = {}): string {
  const [encryption = 'A128GCM'] = encryptionsFor(key);
  return encryptJwe('the plaintext', { key, encryption, ...more });
}

const optionsFor = (key: EncryptionKey): DecryptJweOptions => ({
  keys: key,
  algorithms: [algOf(key)],
  encryptions: encryptionsFor(key),
});

const decrypt = (token: string, key: EncryptionKey): unknown => decryptJwe(token, optionsFor(key));

function takeApart(token: string): Parts {
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = token.split('.');
  return {
    header: JSON.parse(Buffer.from(first, 'base64url').toString()),
    segments: [first, second, third, fourth, fifth],
  };
}

/** The token with some of its five segments replaced. */
const withSegments = (token: string, changes: { readonly [index: number]: string }): string =>
  takeApart(token)
    .segments.map((old, index) => changes[index] ?? old)
    .join('.');

/** The token under another header; its tag fits the old one. */
const withHeader = (token: string, more: object): string =>
  withSegments(token, { 0: segment({ ...takeApart(token).header, ...more }) });

const flip = (text: string): string => {
  const bytes = Buffer.from(text, 'base64url');
  bytes[0] = (bytes[0] ?? 0) ^ 1;
  return bytes.toString('base64url');
};
const cut = (text: string, bytes: number): string =>
  Buffer.from(text, 'base64url').subarray(0, bytes).toString('base64url');

const agreeing = encryptionKey('ECDH-ES P-256');
const onX25519 = encryptionKey('ECDH-ES X25519');
const good = makeToken(agreeing);
const direct = encryptionKey('A256GCM');
const wrapping = encryptionKey('A128KW');
const gcmWrapping = encryptionKey('A256GCMKW');
const rsa = encryptionKey('RSA-OAEP');
const password = encryptionKey('PBES2-HS256+A128KW');
const slow = makeToken(password, { iterations });
const [head, , iv, ciphertext, tag] = takeApart(good).segments;
const zeroPoint = { kty: 'OKP', crv: 'X25519', x: Buffer.alloc(32).toString('base64url') };
const { epk: goodEpk } = takeApart(good).header;
const epkOf = (key: EncryptionKey): unknown => takeApart(makeToken(key)).header.epk;
const epkWith = (more: object): object => ({ epk: Object.assign({}, goodEpk, more) });

const refused: readonly (readonly [string, string, EncryptionKey, TokenErrorCode])[] = [
  ['A-018: four segments', `${head}..${iv}.${ciphertext}`, agreeing, 'malformed'],
  ['A-018: six segments', `${good}.AAAA`, agreeing, 'malformed'],
  ['A-018: no header', `....`, agreeing, 'malformed'],
  ['A-018: the empty text', '', agreeing, 'malformed'],
  ['A-035: a signed token', 'eyJhbGciOiJub25lIn0.e30.', agreeing, 'malformed'],
  ['A-019: a quarter of a million dots', '.'.repeat(262_144), agreeing, 'malformed'],
  ['A-020: one character over the limit', 'A'.repeat(262_145), agreeing, 'too_large'],
  ['A-020: a hundred megabytes', 'A'.repeat(100_000_000), agreeing, 'too_large'],
  ['A-021: padding', `${good}=`, agreeing, 'malformed'],
  ['A-021: white space', ` ${good}`, agreeing, 'malformed'],
  ['A-021: a line break', `${good}\n`, agreeing, 'malformed'],
  [
    'A-022: a header in UTF-16',
    withSegments(good, { 0: segment(Buffer.from('{}', 'utf16le')) }),
    agreeing,
    'malformed',
  ],
  [
    'A-023: alg twice',
    withSegments(good, { 0: segment('{"alg":"dir","alg":"ECDH-ES","enc":"A128GCM"}') }),
    agreeing,
    'malformed',
  ],
  ['A-024: a header that is a list', withSegments(good, { 0: segment('[]') }), agreeing, 'malformed'],
  ['A-013: alg is a list', withHeader(good, { alg: ['ECDH-ES'] }), agreeing, 'malformed'],
  ['A-013: enc is a number', withHeader(good, { enc: 1 }), agreeing, 'malformed'],
  ['A-013: enc is missing', withHeader(good, { enc: undefined }), agreeing, 'malformed'],
  ['A-026: an inherited alg', withHeader(good, { alg: 'constructor' }), agreeing, 'algorithm_not_allowed'],
  ['A-026: an inherited enc', withHeader(good, { enc: 'toString' }), agreeing, 'algorithm_not_allowed'],
  ['A-001: alg none', withHeader(good, { alg: 'none' }), agreeing, 'algorithm_not_allowed'],
  ['A-041: RSA1_5', withHeader(makeToken(rsa), { alg: 'RSA1_5' }), rsa, 'algorithm_not_allowed'],
  ['another OAEP hash', withHeader(makeToken(rsa), { alg: 'RSA-OAEP-256' }), rsa, 'algorithm_not_allowed'],
  [
    'the name of an enc as alg',
    withHeader(makeToken(direct), { alg: 'A256GCM' }),
    direct,
    'algorithm_not_allowed',
  ],
  [
    'another enc for dir',
    withHeader(makeToken(direct), { enc: 'A128CBC-HS256' }),
    direct,
    'algorithm_not_allowed',
  ],
  [
    'A-028: an unknown extension',
    withHeader(good, { crit: ['bork'], bork: 1 }),
    agreeing,
    'critical_unsupported',
  ],
  ['A-029: crit is empty', withHeader(good, { crit: [] }), agreeing, 'malformed'],
  ['A-029: crit lists a registered name', withHeader(good, { crit: ['enc'] }), agreeing, 'malformed'],
  ['A-030: b64 false', withHeader(good, { b64: false }), agreeing, 'critical_unsupported'],
  ['A-038: zip DEF', withHeader(good, { zip: 'DEF' }), agreeing, 'critical_unsupported'],
  ['A-039: zip GZ', withHeader(good, { zip: 'GZ' }), agreeing, 'critical_unsupported'],
  ['A-039: zip null', withHeader(good, { zip: null }), agreeing, 'critical_unsupported'],
  ['A-078: an unknown kid', withHeader(good, { kid: 'other' }), agreeing, 'key_unknown'],
  ['A-078: kid is an object', withHeader(good, { kid: {} }), agreeing, 'malformed'],
  ['A-044: dir with an encrypted key', withSegments(makeToken(direct), { 1: 'AAAA' }), direct, 'malformed'],
  ['A-044: ECDH-ES with an encrypted key', withSegments(good, { 1: 'AAAA' }), agreeing, 'malformed'],
  ...[wrapping, gcmWrapping, rsa, encryptionKey('ECDH-ES+A128KW P-256')].map(
    (key): [string, string, EncryptionKey, TokenErrorCode] => [
      `A-044: ${key.algorithm} without an encrypted key`,
      withSegments(makeToken(key), { 1: '' }),
      key,
      'malformed',
    ],
  ),
  ['A-044: PBES2 without an encrypted key', withSegments(slow, { 1: '' }), password, 'malformed'],
  ['A-040: no epk', withHeader(good, { epk: undefined }), agreeing, 'malformed'],
  ['A-040: epk is text', withHeader(good, { epk: 'AAAA' }), agreeing, 'malformed'],
  [
    'A-040: a point off the curve',
    withHeader(good, epkWith({ y: flip(String(Reflect.get(Object(goodEpk), 'y'))) })),
    agreeing,
    'decryption_failed',
  ],
  [
    'A-040: the point zero',
    withHeader(good, epkWith({ x: 'A'.repeat(43), y: 'A'.repeat(43) })),
    agreeing,
    'decryption_failed',
  ],
  [
    'A-040: a point of another curve',
    withHeader(good, { epk: epkOf(encryptionKey('ECDH-ES P-384')) }),
    agreeing,
    'decryption_failed',
  ],
  [
    'A-040: another curve by name',
    withHeader(good, epkWith({ crv: 'P-384' })),
    agreeing,
    'decryption_failed',
  ],
  ['A-040: a private epk', withHeader(good, epkWith({ d: 'A'.repeat(43) })), agreeing, 'decryption_failed'],
  [
    'A-040: an epk with a leading zero',
    withHeader(good, epkWith({ x: `AA${String(Reflect.get(Object(goodEpk), 'x'))}` })),
    agreeing,
    'decryption_failed',
  ],
  ['A-040: an epk without y', withHeader(good, epkWith({ y: undefined })), agreeing, 'decryption_failed'],
  [
    'A-040: the X25519 point zero',
    withHeader(makeToken(onX25519), { epk: zeroPoint }),
    onX25519,
    'decryption_failed',
  ],
  [
    'A-040: an X25519 point of order 8',
    withHeader(makeToken(onX25519), {
      epk: {
        ...zeroPoint,
        x: Buffer.from('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', 'hex').toString(
          'base64url',
        ),
      },
    }),
    onX25519,
    'decryption_failed',
  ],
  ['apu is a number', withHeader(good, { apu: 1 }), agreeing, 'malformed'],
  ['A-021: apu with padding', withHeader(good, { apu: 'QQ==' }), agreeing, 'malformed'],
  ['apu that was not agreed on', withHeader(good, { apu: 'QQ' }), agreeing, 'decryption_failed'],
  ['A-036: two billion iterations', withHeader(slow, { p2c: 2 ** 31 }), password, 'malformed'],
  ['A-036: one iteration over the limit', withHeader(slow, { p2c: 1_200_001 }), password, 'malformed'],
  ['A-037: one iteration', withHeader(slow, { p2c: 1 }), password, 'malformed'],
  ['A-037: a count that is text', withHeader(slow, { p2c: '1000' }), password, 'malformed'],
  ['A-037: a count that is no integer', withHeader(slow, { p2c: 1000.5 }), password, 'malformed'],
  ['A-037: no count', withHeader(slow, { p2c: undefined }), password, 'malformed'],
  ['A-037: a salt of 7 bytes', withHeader(slow, { p2s: 'AAAAAAAAAA' }), password, 'malformed'],
  ['A-037: no salt', withHeader(slow, { p2s: undefined }), password, 'malformed'],
  ['no IV for the key', withHeader(makeToken(gcmWrapping), { iv: undefined }), gcmWrapping, 'malformed'],
  ['no tag for the key', withHeader(makeToken(gcmWrapping), { tag: undefined }), gcmWrapping, 'malformed'],
  [
    'A-043: a short IV for the key',
    withHeader(makeToken(gcmWrapping), { iv: 'AAAAAAAA' }),
    gcmWrapping,
    'decryption_failed',
  ],
  [
    'A-043: a short tag for the key',
    withHeader(makeToken(gcmWrapping), { tag: 'AAAAAAAA' }),
    gcmWrapping,
    'decryption_failed',
  ],
];

for (const [name, token, key, code] of refused) {
  test(`${name} is refused: ${code}`, () => refuses(() => decrypt(token, key), code));
}

test('the tokens that the rows change decrypt unchanged', () => {
  assert.ok(decrypt(good, agreeing));
  assert.ok(decrypt(slow, password));
  assert.ok(decrypt(withSegments(good, {}), agreeing));
});

/** Every change to IV, ciphertext or tag gives the one refusal. */
function refuseChanges(encryption: ContentEncryptionName): void {
  const key = encryptionKey(encryption);
  const token = makeToken(key);
  const { segments } = takeApart(token);
  const [, , ivOf, content, tagOf] = segments;
  const lengthOf = (text: string): number => Buffer.from(text, 'base64url').length;
  const longer = (text: string): string =>
    segment(Buffer.concat([Buffer.from(text, 'base64url'), Buffer.alloc(1)]));
  const tags = [0, 4, 8, 12, 15, lengthOf(tagOf) - 1].map((bytes) => cut(tagOf, bytes));
  const ivs = [0, 8, 11, lengthOf(ivOf) - 1].map((bytes) => cut(ivOf, bytes));
  const changes = [
    ...[...tags, longer(tagOf), flip(tagOf)].map((text) => ({ 4: text })),
    ...[...ivs, longer(ivOf), flip(ivOf)].map((text) => ({ 2: text })),
    ...['', cut(content, 8), longer(content), flip(content)].map((text) => ({ 3: text })),
  ];
  for (const change of changes) refuses(() => decrypt(withSegments(token, change), key), 'decryption_failed');
}

for (const encryption of ['A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512'] as const)
  test(`A-042: ${encryption} takes the full MAC, and tells no fault from another`, () =>
    refuseChanges(encryption));

for (const encryption of ['A128GCM', 'A192GCM', 'A256GCM'] as const)
  test(`A-043: ${encryption} takes the full tag and IV, and tells no fault from another`, () =>
    refuseChanges(encryption));

for (const name of ['A128KW', 'A256GCMKW', 'RSA-OAEP', 'RSA-OAEP-512', 'ECDH-ES+A256KW X25519']) {
  test(`A-041, A-045: ${name} says the same of every wrong encrypted key`, () => {
    const key = encryptionKey(name);
    const token = encryptJwe('x', { key, encryption: 'A128GCM' });
    const other = encryptJwe('x', { key, encryption: 'A256CBC-HS512' });
    const sent = takeApart(token).segments[1];
    const wrong = [
      flip(sent),
      cut(sent, 8),
      cut(sent, 15),
      'AAAA',
      segment(Buffer.alloc(4096)),
      takeApart(other).segments[1],
    ];
    for (const text of wrong)
      refuses(() => decrypt(withSegments(token, { 1: text }), key), 'decryption_failed');
    // The key that comes out of the other token's header and key is good, and too long.
    const mixed = withSegments(other, { 0: segment({ ...takeApart(other).header, enc: 'A128GCM' }) });
    refuses(() => decrypt(mixed, key), 'decryption_failed');
  });
}

test('A-046: the JSON serialization is not accepted, however many recipients it has', () => {
  const recipients = Array.from({ length: 1000 }, () => ({ encrypted_key: 'AAAA' }));
  const json = JSON.stringify({ protected: head, recipients, iv, ciphertext, tag });
  refuses(() => decrypt(json, agreeing), 'malformed');
  refuses(() => decrypt(JSON.stringify({ protected: head, iv, ciphertext, tag }), agreeing), 'malformed');
});

test('A-035: what is encrypted is not decoded as a signed token', () => {
  refuses(() => decodeUnverified(good), 'malformed');
});

test('another key of the same kind decrypts nothing', () => {
  for (const key of [
    generateKey('ECDH-ES', { keyId: agreeing.keyId ?? '' }),
    encryptionKey('ECDH-ES P-384'),
  ]) {
    const token = withHeader(good, { kid: undefined });
    refuses(() => decrypt(token, key), 'decryption_failed');
  }
});

test('a required type or content type is missed', () => {
  refuses(() => decryptJwe(good, { ...optionsFor(agreeing), type: 'example' }), 'type_mismatch');
  refuses(() => decryptJwe(good, { ...optionsFor(agreeing), contentType: 'JWT' }), 'type_mismatch');
  const typed = makeToken(agreeing, { type: 'other', contentType: 'text/plain' });
  refuses(() => decryptJwe(typed, { ...optionsFor(agreeing), type: 'example' }), 'type_mismatch');
  refuses(() => decryptJwe(typed, { ...optionsFor(agreeing), contentType: 'JWT' }), 'type_mismatch');
});

/** Untyped, as a caller in JavaScript would. */
const call = (more: object): unknown =>
  Reflect.apply(decryptJwe, undefined, [good, { ...optionsFor(agreeing), ...more }]);

const mistakes: readonly (readonly [string, object])[] = [
  ['A-009: no algorithms', { algorithms: undefined }],
  ['A-009: an empty list of algorithms', { algorithms: [] }],
  ['A-009: RSA1_5', { algorithms: ['RSA1_5', 'ECDH-ES'] }],
  ['A-009: the name of an enc among the algorithms', { algorithms: ['A256GCM', 'ECDH-ES'] }],
  ['A-009: the algorithm of a signature', { algorithms: ['ES256', 'ECDH-ES'] }],
  [
    'A-009: the name of an enc beside dir',
    { keys: direct, algorithms: ['dir', 'A256GCM'], encryptions: ['A256GCM'] },
  ],
  ['A-009: no encryptions', { encryptions: undefined }],
  ['A-009: an empty list of encryptions', { encryptions: [] }],
  ['A-009: an unknown encryption', { encryptions: ['A128CBC'] }],
  ['A-010: secrets beside key pairs', { algorithms: ['ECDH-ES', 'dir'] }],
  ['A-010: a password beside key pairs', { algorithms: ['ECDH-ES', 'PBES2-HS256+A128KW'] }],
  ['the algorithm of the key left out', { algorithms: ['RSA-OAEP'] }],
  ['the encryption of the secret left out', { keys: direct, algorithms: ['dir'], encryptions: ['A128GCM'] }],
  ['a public key', { keys: toPublicKey(agreeing) }],
  ['A-099: a key for signatures', { keys: keyOf('ES256') }],
  ['A-002: a list of keys', { keys: [agreeing] }],
  ['A-005: something that looks like a key', { keys: { ...agreeing } }],
  ['A-057: an infinite limit', { maxTokenBytes: Number.POSITIVE_INFINITY }],
  ['a misspelt option', { maxBytes: 1 }],
  ['a type with a space', { type: 'a b' }],
  ['an empty content type', { contentType: '' }],
];

for (const [name, more] of mistakes) {
  test(`${name} is a TypeError before anything is read`, () => assert.throws(() => call(more), TypeError));
}

test('A-002: nothing in place of a key is refused', () => {
  for (const keys of [undefined, null, '']) refuses(() => call({ keys }), 'key_required');
});

test('a set that answers with a key for signatures, of another algorithm or without a private half decrypts nothing', () => {
  const answering = (key: unknown): object => ({ keys: { version: 1, find: () => key } });
  refuses(() => call(answering(keyOf('ES256'))), 'key_invalid');
  refuses(() => call(answering(encryptionKey('ECDH-ES+A128KW P-256'))), 'key_type_mismatch');
  assert.throws(() => call(answering(toPublicKey(agreeing))), TypeError);
  refuses(() => call({ keys: createKeySet([keyOf('ES256')]) }), 'key_unknown');
});

test('A-080, A-099: a set holds keys of one kind', () => {
  const build = (keys: readonly unknown[]): unknown => Reflect.apply(createKeySet, undefined, [keys]);
  refuses(() => build([agreeing, keyOf('ES256')]), 'key_set_invalid');
  refuses(() => build([keyOf('ES256'), agreeing]), 'key_set_invalid');
  refuses(() => build([agreeing, direct]), 'key_set_invalid');
  refuses(() => build([agreeing, agreeing]), 'key_set_invalid');
});

for (const token of [undefined, null, 7, {}, Buffer.from('a.b.c.d.e')]) {
  test(`refused: ${JSON.stringify(token) ?? 'undefined'} in place of a token`, () => {
    refuses(() => Reflect.apply(decryptJwe, undefined, [token, optionsFor(agreeing)]), 'malformed');
  });
}

test('A-042: wrong padding under a good tag is refused like a wrong tag', () => {
  const secret = randomBytes(32);
  const key = importSecret(secret, { algorithm: 'A128CBC-HS256' });
  const header = segment({ alg: 'dir', enc: 'A128CBC-HS256' });
  const iv = randomBytes(16);
  for (const last of [0x00, 0x11, 0xff, 0x01]) {
    const cipher = createCipheriv('aes-128-cbc', secret.subarray(16), iv).setAutoPadding(false);
    const ciphertext = Buffer.concat([cipher.update(Buffer.alloc(16, last)), cipher.final()]);
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(header.length * 8));
    const parts = [Buffer.from(header), iv, ciphertext, length];
    const tag = createHmac('sha256', secret.subarray(0, 16)).update(Buffer.concat(parts)).digest();
    const token = [header, '', segment(iv), segment(ciphertext), segment(tag.subarray(0, 16))].join('.');
    const decrypt = (): unknown => decryptJwe(token, optionsFor(key));
    if (last === 0x01) assert.ok(decrypt());
    else refuses(decrypt, 'decryption_failed');
  }
});
