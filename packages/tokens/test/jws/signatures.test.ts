import assert from 'node:assert/strict';
import { constants, createHmac, generateKeyPairSync, hash as digestOf, sign } from 'node:crypto';
import { test } from 'node:test';
import { algorithms } from '../../src/algorithms.ts';
import { type Key, toPublicKey, verifyJws } from '../../src/index.ts';
import type { AlgorithmName } from '../../src/jws/algorithm.ts';
import { derFromRs, rsFromDer } from '../../src/jws/ecdsa-form.ts';
import { keyOf, refuses, segment } from '../forge.ts';

const inputOf = (algorithm: AlgorithmName): string => `${segment({ alg: algorithm })}.${segment('payload')}`;

function checkSignature(key: Key, signature: Uint8Array): void {
  const token = `${inputOf(key.algorithm)}.${Buffer.from(signature).toString('base64url')}`;
  verifyJws(token, { keys: key.kind === 'private' ? toPublicKey(key) : key, algorithms: [key.algorithm] });
}

const goodSignature = (key: Key): Buffer =>
  algorithms[key.algorithm].signer(key.keyObject)(inputOf(key.algorithm));

const orders = {
  ES256: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
  ES384: 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  ES512:
    '01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409',
  ES256K: 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141',
} as const;

for (const algorithm of ['ES256', 'ES384', 'ES512', 'ES256K'] as const) {
  const key = keyOf(algorithm);
  const order = BigInt(`0x${orders[algorithm]}`);
  const bytes = orders[algorithm].length / 2;
  const scalar = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex');
  const good = goodSignature(key);
  const [r, s] = [good.subarray(0, bytes), good.subarray(bytes)];
  const edges: readonly (readonly [string, Buffer])[] = [
    ['0', scalar(0n)],
    ['1', scalar(1n)],
    ['n − 1', scalar(order - 1n)],
    ['n', scalar(order)],
    ['n + 1', scalar(order + 1n)],
    ['the largest', Buffer.alloc(bytes, 0xff)],
  ];

  test(`A-047: ${algorithm} refuses r and s at the edges of their range`, () => {
    checkSignature(key, good);
    for (const [, left] of edges) {
      for (const [, right] of edges) {
        refuses(() => checkSignature(key, Buffer.concat([left, right])), 'signature_invalid');
      }
      refuses(() => checkSignature(key, Buffer.concat([left, s])), 'signature_invalid');
      refuses(() => checkSignature(key, Buffer.concat([r, left])), 'signature_invalid');
    }
  });

  test(`A-047: ${algorithm} refuses DER, other lengths and swapped halves`, () => {
    const der = derFromRs(good, scalar(order));
    assert.ok(der !== undefined);
    const wrong: Buffer[] = [
      der,
      good.subarray(1),
      good.subarray(0, -1),
      Buffer.concat([good, Buffer.alloc(1)]),
    ];
    wrong.push(Buffer.concat([Buffer.alloc(1), good]), Buffer.concat([s, r]), Buffer.from([0]));
    wrong.push(Buffer.concat([Buffer.alloc(1), r, Buffer.alloc(1), s]));
    for (const signature of wrong) refuses(() => checkSignature(key, signature), 'signature_invalid');
  });

  test(`A-047: ${algorithm} asks OpenSSL nothing about scalars out of range or of another length`, () => {
    const one = scalar(1n);
    for (const wrong of [scalar(0n), scalar(order), scalar(order + 1n), Buffer.alloc(bytes, 0xff)]) {
      assert.equal(derFromRs(Buffer.concat([wrong, one]), scalar(order)), undefined);
      assert.equal(derFromRs(Buffer.concat([one, wrong]), scalar(order)), undefined);
    }
    for (const length of [0, bytes, 2 * bytes - 1, 2 * bytes + 1]) {
      assert.equal(derFromRs(Buffer.alloc(length, 1), scalar(order)), undefined);
    }
    assert.ok(derFromRs(Buffer.concat([scalar(order - 1n), one]), scalar(order)) !== undefined);
  });

  test(`${algorithm}: scalars of every length survive the way to DER and back`, () => {
    for (let length = 1; length <= bytes; length++) {
      for (const first of [0x01, 0x7f, 0x80, 0xff]) {
        const value = BigInt(`0x${Buffer.from([first]).toString('hex')}${'5a'.repeat(length - 1)}`);
        if (value >= order) continue;
        const form = Buffer.concat([scalar(value), scalar(1n)]);
        const der = derFromRs(form, scalar(order));
        assert.ok(der !== undefined);
        assert.deepEqual(rsFromDer(der, bytes), form);
      }
    }
  });
}

const fieldOrder = (1n << 252n) + 27742317777372353535851937790883648493n;

for (const algorithm of ['Ed25519', 'EdDSA'] as const) {
  test(`A-048: ${algorithm} refuses S at or above the group order, and other lengths`, () => {
    const key = keyOf(algorithm);
    const good = goodSignature(key);
    checkSignature(key, good);
    const s = BigInt(`0x${Buffer.from(good.subarray(32)).reverse().toString('hex')}`);
    const more = Buffer.from((s + fieldOrder).toString(16).padStart(64, '0'), 'hex').reverse();
    const zero = Buffer.alloc(32);
    const one = Buffer.from(zero).fill(1, 0, 1);
    const wrong: Buffer[] = [
      Buffer.concat([good.subarray(0, 32), more]),
      Buffer.concat([good.subarray(0, 32), zero]),
    ];
    wrong.push(Buffer.concat([one, zero]), Buffer.concat([zero, good.subarray(32)]), Buffer.alloc(64));
    wrong.push(good.subarray(0, 63), Buffer.concat([good, Buffer.alloc(1)]), good.subarray(0, 32));
    for (const signature of wrong) refuses(() => checkSignature(key, signature), 'signature_invalid');
  });
}

for (const algorithm of ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const) {
  test(`${algorithm} refuses signatures of another length, of another context and with a bit changed`, () => {
    const key = keyOf(algorithm);
    const good = goodSignature(key);
    checkSignature(key, good);
    const other = { key: key.keyObject, context: Buffer.from('other') };
    const wrong: Buffer[] = [good.subarray(1), good.subarray(0, -1), Buffer.alloc(good.length)];
    wrong.push(Buffer.concat([good, Buffer.alloc(1)]));
    wrong.push(sign(undefined, Buffer.from(inputOf(algorithm)), other));
    for (const at of [0, 40, good.length - 1]) {
      const changed = Buffer.from(good);
      changed[at] = (good[at] ?? 0) ^ 1;
      wrong.push(changed);
    }
    for (const signature of wrong) refuses(() => checkSignature(key, signature), 'signature_invalid');
  });
}

test('A-049: PSS with another salt length is refused', () => {
  const key = keyOf('PS256');
  const input = Buffer.from(inputOf('PS256'));
  checkSignature(key, goodSignature(key));
  for (const saltLength of [0, 20, 31, 33, 64, 222]) {
    const padding = constants.RSA_PKCS1_PSS_PADDING;
    const signature = sign('sha256', input, { key: key.keyObject, padding, saltLength });
    refuses(() => checkSignature(key, signature), 'signature_invalid');
  }
});

test('A-049: a signature that is zero-padded, cut or not reduced is refused', () => {
  for (const algorithm of ['PS256', 'RS256'] as const) {
    const key = keyOf(algorithm);
    const good = goodSignature(key);
    const { n } = key.keyObject.export({ format: 'jwk' });
    const modulus = BigInt(`0x${Buffer.from(n ?? '', 'base64url').toString('hex')}`);
    const notReduced = BigInt(`0x${good.toString('hex')}`) + modulus;
    const wrong: Buffer[] = [
      Buffer.concat([Buffer.alloc(1), good]),
      good.subarray(1),
      good.subarray(0, -1),
      Buffer.alloc(256),
    ];
    wrong.push(Buffer.from(notReduced.toString(16).padStart(514, '0'), 'hex'));
    wrong.push(Buffer.from(modulus.toString(16), 'hex'), Buffer.alloc(256, 0xff));
    for (const signature of wrong) refuses(() => checkSignature(key, signature), 'signature_invalid');
  }
});

/** RSA without padding, so that the test decides what the block holds. */
function rawRsa(key: Key, block: Buffer): Buffer {
  const { n, d } = key.keyObject.export({ format: 'jwk' });
  const read = (member: string | undefined): bigint =>
    BigInt(`0x${Buffer.from(member ?? '', 'base64url').toString('hex')}`);
  const modulus = read(n);
  let result = 1n;
  let base = BigInt(`0x${block.toString('hex')}`);
  for (let exponent = read(d); exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return Buffer.from(result.toString(16).padStart(512, '0'), 'hex');
}

const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex');
const digestInfoWithoutNull = Buffer.from('302f300b06096086480165030402010420', 'hex');

test('A-050: PKCS#1 v1.5 padding has one form', () => {
  const key = keyOf('RS256');
  const digest = digestOf('sha256', inputOf('RS256'), 'buffer');
  const pad = (info: Buffer, tail = Buffer.alloc(0)): Buffer => {
    const filler = Buffer.alloc(256 - 3 - info.length - digest.length - tail.length, 0xff);
    return Buffer.concat([Buffer.from([0, 1]), filler, Buffer.from([0]), info, digest, tail]);
  };
  const good = pad(digestInfo);
  checkSignature(key, rawRsa(key, good));
  const changed = (at: number, value: number): Buffer => {
    const block = Buffer.from(good);
    block[at] = value;
    return block;
  };
  const wrong = [
    ['without NULL', pad(digestInfoWithoutNull)],
    ['bytes behind the digest', pad(digestInfo, Buffer.alloc(8))],
    [
      'short filler and garbage',
      Buffer.concat([good.subarray(0, 10), good.subarray(-53), Buffer.alloc(193, 7)]),
    ],
    ['block type 2', changed(1, 2)],
    ['block type 0', changed(1, 0)],
    ['filler not all ones', changed(60, 0xfe)],
    ['an early end of the filler', changed(60, 0)],
    ['an early end and a new start', Buffer.concat([changed(60, 0).subarray(0, 61), good.subarray(61)])],
    ['another digest name', changed(256 - 32 - 5, 2)],
  ] as const;
  for (const [, block] of wrong) refuses(() => checkSignature(key, rawRsa(key, block)), 'signature_invalid');
  for (let at = 203; at < 256; at++) {
    refuses(() => checkSignature(key, rawRsa(key, changed(at, (good[at] ?? 0) ^ 1))), 'signature_invalid');
  }
});

for (const [algorithm, hash] of [
  ['HS256', 'sha256'],
  ['HS384', 'sha384'],
  ['HS512', 'sha512'],
] as const) {
  test(`A-051: ${algorithm} refuses a MAC cut short or made longer`, () => {
    const key = keyOf(algorithm);
    const good = createHmac(hash, key.keyObject).update(inputOf(algorithm)).digest();
    checkSignature(key, good);
    for (let length = 1; length < good.length; length++) {
      refuses(() => checkSignature(key, good.subarray(0, length)), 'signature_invalid');
    }
    refuses(() => checkSignature(key, Buffer.concat([good, Buffer.alloc(1)])), 'signature_invalid');
    refuses(() => checkSignature(key, Buffer.concat([good, good])), 'signature_invalid');
  });
}

test('A-098: ten thousand ES256 signatures share no r', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const signer = algorithms.ES256.signer(privateKey);
  const seen = new Set<string>();
  for (let count = 0; count < 10_000; count++) seen.add(signer('the same input').toString('latin1', 0, 32));
  assert.equal(seen.size, 10_000);
});
