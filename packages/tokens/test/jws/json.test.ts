import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createKeySet,
  signGeneralJws,
  signJwsJson,
  signJwt,
  toPublicKey,
  type TokenErrorCode,
  verifyJwsJson,
  type VerifyJwsJsonOptions,
} from '../../src/index.ts';
import { materialOf } from '../../src/jwk/key.ts';
import type { AlgorithmName } from '../../src/jws/algorithm.ts';
import { keyOf, refuses, segment, verifierFor } from '../forge.ts';

const es = keyOf('ES256');
const ed = keyOf('Ed25519');
const stranger = keyOf('ES384');
const keys = createKeySet([toPublicKey(es), toPublicKey(ed)]);
const options: VerifyJwsJsonOptions = { keys, algorithms: ['ES256', 'Ed25519'], signatures: 'all' };

interface Parts {
  readonly protected?: unknown;
  readonly header?: unknown;
  readonly signature?: unknown;
}

/** One signature under any protected header, over the usual payload. */
function signature(head: object | string, by: AlgorithmName = 'ES256', more: Parts = {}): Parts {
  const protectedHeader = segment(head);
  const sign = materialOf(keyOf(by)).sign;
  assert.ok(sign !== undefined);
  const value = sign(`${protectedHeader}.${segment('text')}`).toString('base64url');
  return { protected: protectedHeader, signature: value, ...more };
}

const good = signature({ alg: 'ES256', kid: es.keyId });
const flattened = (parts: Parts): string => JSON.stringify({ payload: segment('text'), ...parts });
const general = (...signatures: unknown[]): string =>
  JSON.stringify({ payload: segment('text'), signatures });
const second = signature({ alg: 'Ed25519', kid: ed.keyId }, 'Ed25519');
const foreign = signature({ alg: 'ES384', kid: stranger.keyId }, 'ES384');
const broken = { ...second, signature: good.signature };

test('the JWS that the rows below spoil is good, flattened and general', () => {
  for (const text of [flattened(good), general(good), general(good, second)]) {
    const { payload } = verifyJwsJson(text, options);
    assert.equal(Buffer.from(payload).toString(), 'text');
  }
});

const b64False = { alg: 'ES256', kid: es.keyId, b64: false, crit: ['b64'] };
const rows: readonly (readonly [string, unknown, TokenErrorCode])[] = [
  [
    'A-014: alg only in the unprotected header',
    flattened({ ...signature({}), header: { alg: 'ES256' } }),
    'malformed',
  ],
  ['A-014: alg in both headers', flattened({ ...good, header: { alg: 'ES256' } }), 'malformed'],
  [
    'A-014: no protected header',
    flattened({ header: { alg: 'ES256' }, signature: good.signature }),
    'malformed',
  ],
  ['A-014: an empty protected header', flattened({ ...good, protected: '' }), 'malformed'],
  ['A-014: a protected header of its own without alg', flattened(signature({ kid: es.keyId })), 'malformed'],
  ['A-014: typ in the unprotected header', flattened({ ...good, header: { typ: 'JWT' } }), 'malformed'],
  ['A-016: no signatures', general(), 'malformed'],
  ['A-016: signatures is no list', general().replace('[]', '{}'), 'malformed'],
  ['A-016: a signature without its value', general({ protected: good.protected }), 'malformed'],
  ['A-016: an empty signature', flattened({ ...good, signature: '' }), 'malformed'],
  ['A-016: a signature that is null', general(null), 'malformed'],
  ['A-016: one without a signature among good ones', general(good, {}), 'malformed'],
  [
    'A-017: flattened and general at once',
    JSON.stringify({ ...JSON.parse(flattened(good)), signatures: [good] }),
    'malformed',
  ],
  ...['protected', 'header', 'signature'].map((name): [string, string, TokenErrorCode] => [
    `A-017: ${name} beside a list of signatures`,
    JSON.stringify({ payload: segment('text'), signatures: [good], [name]: name === 'header' ? {} : 'AAAA' }),
    'malformed',
  ]),
  ...[7, null, [], {}].flatMap((value): [string, string, TokenErrorCode][] => [
    [
      `the protected header is ${JSON.stringify(value)}`,
      flattened({ ...good, protected: value }),
      'malformed',
    ],
    [`the signature is ${JSON.stringify(value)}`, flattened({ ...good, signature: value }), 'malformed'],
    [`the payload is ${JSON.stringify(value)}`, JSON.stringify({ ...good, payload: value }), 'malformed'],
  ]),
  ...[7, null, [], 'x'].map((value): [string, string, TokenErrorCode] => [
    `the unprotected header is ${JSON.stringify(value)}`,
    flattened({ ...good, header: value }),
    'malformed',
  ]),
  ['A-017: a compact token', signJwt({}, { key: es, type: 'JWT', expiresInSeconds: 1 }), 'malformed'],
  [
    'A-020: longer than the limit',
    JSON.stringify({ ...JSON.parse(flattened(good)), more: 'x'.repeat(20_000) }),
    'too_large',
  ],
  [
    'A-021: padding in the signature',
    flattened({ ...good, signature: `${String(good.signature)}=` }),
    'malformed',
  ],
  ['A-021: padding in the payload', JSON.stringify({ ...good, payload: `${segment('text')}=` }), 'malformed'],
  [
    'A-021: white space in the header',
    flattened({ ...good, protected: `${String(good.protected)}\n` }),
    'malformed',
  ],
  ['A-023: a member twice', flattened(good).replace('{', '{"payload":"AAAA",'), 'malformed'],
  ['A-023: alg twice in the header', flattened(signature('{"alg":"ES256","alg":"ES256"}')), 'malformed'],
  ['A-023: a name in both headers', flattened({ ...good, header: { kid: es.keyId } }), 'malformed'],
  ['A-024: not an object', JSON.stringify([good]), 'malformed'],
  ['A-024: not JSON', '{', 'malformed'],
  ['A-024: the unprotected header is a list', flattened({ ...good, header: ['x'] }), 'malformed'],
  ['A-024: the payload is a number', JSON.stringify({ ...good, payload: 1 }), 'malformed'],
  [
    'A-028: an unknown extension',
    flattened(signature({ alg: 'ES256', crit: ['bork'], bork: 1 })),
    'critical_unsupported',
  ],
  [
    'A-028: an unknown extension beside a good signature',
    general(good, signature({ alg: 'ES256', crit: ['bork'], bork: 1 })),
    'critical_unsupported',
  ],
  [
    'A-029: crit in the unprotected header',
    flattened({ ...good, header: { crit: ['bork'], bork: 1 } }),
    'malformed',
  ],
  ['A-030: b64 in the unprotected header', flattened({ ...good, header: { b64: false } }), 'malformed'],
  ['A-030: b64 false unasked for', flattened(signature(b64False)), 'critical_unsupported'],
  ['A-030: b64 mixed across signatures', general(good, signature(b64False)), 'critical_unsupported'],
  ['A-046: seventeen signatures', general(...Array.from({ length: 17 }, () => good)), 'malformed'],
  ['A-001: alg none', flattened({ ...good, protected: segment({ alg: 'none' }) }), 'algorithm_not_allowed'],
  ['an algorithm that is not allowed', flattened(foreign), 'algorithm_not_allowed'],
  ['a key that is not in the set', flattened(signature({ alg: 'ES256', kid: 'other' })), 'key_unknown'],
  [
    'a kid that is too long',
    flattened({ ...signature({ alg: 'ES256' }), header: { kid: 'k'.repeat(257) } }),
    'malformed',
  ],
  ['a signature of another key', flattened(broken), 'signature_invalid'],
  ['another payload', JSON.stringify({ ...good, payload: segment('other') }), 'signature_invalid'],
  ['no payload at all', JSON.stringify(good), 'malformed'],
  ['an object in place of its text', JSON.parse(flattened(good)), 'malformed'],
  ['nothing', undefined, 'malformed'],
];

test('A-020: the limit counts bytes, and what is exactly as long passes', () => {
  const text = JSON.stringify({ ...JSON.parse(flattened(good)), more: '🦊' });
  const bytes = Buffer.byteLength(text);
  assert.ok(bytes > text.length);
  assert.ok(verifyJwsJson(text, { ...options, maxTokenBytes: bytes }));
  for (const maxTokenBytes of [bytes - 1, text.length, text.length - 1])
    refuses(() => verifyJwsJson(text, { ...options, maxTokenBytes }), 'too_large');
  const plain = flattened(good);
  assert.ok(verifyJwsJson(plain, { ...options, maxTokenBytes: plain.length }));
});

test('A-046: sixteen signatures are read', () => {
  const text = general(...Array.from({ length: 16 }, () => good));
  assert.equal(verifyJwsJson(text, options).signatures.length, 16);
});

for (const [name, text, code] of rows) {
  test(`refused: ${name}`, () => {
    refuses(() => Reflect.apply(verifyJwsJson, undefined, [text, options]), code);
    if (code === 'malformed' || code === 'critical_unsupported') {
      const any = { ...options, signatures: 'any' };
      refuses(() => Reflect.apply(verifyJwsJson, undefined, [text, any]), code);
    }
  });
}

test('A-046: sixteen signatures are as many as there may be', () => {
  const text = general(...Array.from({ length: 16 }, () => good));
  assert.equal(verifyJwsJson(text, options).signatures.length, 16);
});

test('all: every signature must hold; any: one is enough, and only those that hold are handed out', () => {
  const any: VerifyJwsJsonOptions = { ...options, signatures: 'any' };
  const mixed: readonly (readonly [string, TokenErrorCode])[] = [
    [general(good, broken), 'signature_invalid'],
    [general(foreign, good), 'algorithm_not_allowed'],
    [general(signature({ alg: 'ES256', kid: 'other' }), good), 'key_unknown'],
  ];
  for (const [text, code] of mixed) {
    refuses(() => verifyJwsJson(text, options), code);
    const { signatures } = verifyJwsJson(text, any);
    assert.deepEqual(
      signatures.map(({ key }) => key.keyId),
      [es.keyId],
    );
  }
  const both = verifyJwsJson(general(second, good), any).signatures;
  assert.deepEqual(
    both.map(({ header }) => header.alg),
    ['Ed25519', 'ES256'],
  );
  refuses(() => verifyJwsJson(general(broken, foreign), any), 'signature_invalid');
});

test('kid may stand in the unprotected header: it only chooses among the given keys', () => {
  const parts = signature({ alg: 'ES256' });
  assert.ok(verifyJwsJson(flattened({ ...parts, header: { kid: es.keyId } }), options));
  refuses(() => verifyJwsJson(flattened({ ...parts, header: { kid: ed.keyId } }), options), 'key_unknown');
  assert.ok(verifyJwsJson(flattened({ ...parts, header: { jku: 'https://evil.example' } }), options));
});

test('a required typ must stand in the protected header of every signature that counts', () => {
  const typed = signature({ alg: 'ES256', typ: 'secevent+jwt' });
  const wanted: VerifyJwsJsonOptions = { ...options, type: 'secevent+jwt' };
  assert.ok(verifyJwsJson(general(typed), wanted));
  refuses(() => verifyJwsJson(general(typed, good), wanted), 'type_mismatch');
  assert.equal(verifyJwsJson(general(typed, good), { ...wanted, signatures: 'any' }).signatures.length, 1);
});

for (const payload of ['$.02 – Žofie 🦊', '', new Uint8Array([0, 255, 46])]) {
  for (const b64 of [true, false]) {
    for (const detached of [true, false]) {
      const isText = typeof payload === 'string';
      test(`${isText ? `“${payload}”` : 'bytes'}, b64 ${b64}, detached ${detached}: what is signed, verifies`, () => {
        const sign = (): readonly object[] => [
          signJwsJson(payload, { key: es, b64, detached }),
          signGeneralJws(payload, { signers: [{ key: es, type: 'example' }, { key: ed }], b64, detached }),
        ];
        if (!isText && !b64 && !detached) return assert.throws(sign, TypeError);
        const more = { b64, ...(detached ? { payload } : {}) };
        for (const jws of sign()) {
          const verified = verifyJwsJson(JSON.stringify(jws), { ...options, ...more });
          assert.deepEqual(Buffer.from(verified.payload), Buffer.from(payload));
          const other = { ...options, ...more, b64: !b64 };
          const code = b64 ? 'malformed' : 'critical_unsupported';
          refuses(() => verifyJwsJson(JSON.stringify(jws), other), code);
        }
      });
    }
  }
}

test('a detached payload is bounded, must be the signed one and must not travel as well', () => {
  const text = JSON.stringify(signJwsJson('text', { key: es, detached: true }));
  refuses(() => verifyJwsJson(text, options), 'malformed');
  refuses(() => verifyJwsJson(text, { ...options, payload: 'other' }), 'signature_invalid');
  refuses(() => verifyJwsJson(flattened(good), { ...options, payload: 'text' }), 'malformed');
  refuses(() => verifyJwsJson(text, { ...options, payload: 'text', maxPayloadBytes: 3 }), 'too_large');
  assert.ok(verifyJwsJson(text, { ...options, payload: 'text', maxPayloadBytes: 4 }));
});

test('A-030: an unencoded payload is never a JWT', () => {
  for (const type of ['JWT', 'at+jwt', 'application/jwt']) {
    assert.throws(() => signJwsJson('{}', { key: es, type, b64: false }), TypeError);
  }
  const head = segment({ ...b64False, typ: 'at+jwt' });
  const sign = materialOf(es).sign;
  assert.ok(sign !== undefined);
  const token = `${head}.e30.${sign(`${head}.{}`).toString('base64url')}`;
  refuses(() => verifierFor(es)(token), 'critical_unsupported');
});

test('mistakes in the options are TypeErrors', () => {
  const wrong: readonly object[] = [
    { ...options, signatures: undefined },
    { ...options, signatures: 'some' },
    { ...options, b64: 'false' },
    { ...options, algorithms: [] },
    { ...options, algorithms: ['ES256', 'HS256'] },
    { ...options, maxTokenBytes: 0 },
    { ...options, payload: 'x', maxPayloadBytes: Number.POSITIVE_INFINITY },
    { ...options, payload: 1 },
    { ...options, detached: true },
  ];
  for (const options of wrong) {
    assert.throws(() => Reflect.apply(verifyJwsJson, undefined, [flattened(good), options]), TypeError);
  }
  const signers = Array.from({ length: 17 }, () => ({ key: es }));
  for (const options of [
    { signers: [] },
    { signers },
    {},
    { signers: [{ key: es, kid: 'x' }] },
    { key: es },
  ]) {
    assert.throws(() => Reflect.apply(signGeneralJws, undefined, ['text', options]), TypeError);
  }
  for (const options of [{ key: toPublicKey(es) }, { key: es, b64: 0 }, { key: es, detached: 'no' }]) {
    assert.throws(() => Reflect.apply(signJwsJson, undefined, ['text', options]), TypeError);
  }
  assert.throws(() => Reflect.apply(signJwsJson, undefined, [{}, { key: es }]), TypeError);
});
