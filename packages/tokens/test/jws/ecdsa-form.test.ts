import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { derFromRs, rsFromDer } from '../../src/jws/ecdsa-form.ts';

/** As large as can be, so that every scalar of that length is below it. */
const orderOf = (bytes: number): Buffer => Buffer.alloc(bytes, 0xff);

/** DER by the book (X.690 §8.1.3 and §8.3), one part after the other. */
function derByTheBook(...scalars: readonly Buffer[]): Buffer {
  const integers = scalars.map((scalar) => {
    const digits = BigInt(`0x${scalar.toString('hex')}`).toString(16);
    const even = digits.length % 2 === 0 ? digits : `0${digits}`;
    const signed = Number.parseInt(even.slice(0, 2), 16) >= 0x80 ? `00${even}` : even;
    return withLength(0x02, Buffer.from(signed, 'hex'));
  });
  return withLength(0x30, Buffer.concat(integers));
}

function withLength(tag: number, body: Buffer): Buffer {
  const length = body.length < 0x80 ? [body.length] : [0x81, body.length];
  return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

/** A scalar of `bytes` with as many significant ones as wanted, the first of them given. */
function scalar(bytes: number, significant: number, first: number): Buffer {
  const out = Buffer.alloc(bytes);
  out.fill(0x5a, bytes - significant);
  out[bytes - significant] = first;
  return out;
}

const firstBytes = [0x01, 0x7f, 0x80, 0xfe];

for (const bytes of [32, 48, 66]) {
  test(`${bytes} bytes: scalars of every length and first byte are written as X.690 has it`, () => {
    for (let rLength = 1; rLength <= bytes; rLength++) {
      for (const [rFirst, sFirst] of firstBytes.flatMap((one) => firstBytes.map((other) => [one, other]))) {
        const r = scalar(bytes, rLength, rFirst ?? 1);
        for (const sLength of [1, bytes - 4, bytes - 1, bytes]) {
          const s = scalar(bytes, sLength, sFirst ?? 1);
          const der = derFromRs(Buffer.concat([r, s]), orderOf(bytes));
          assert.ok(der !== undefined);
          assert.deepEqual(der, derByTheBook(r, s));
          assert.deepEqual(rsFromDer(der, bytes), Buffer.concat([r, s]));
        }
      }
    }
  });
}

test('bodies of 127 and of 128 bytes have the shortest length that says them', () => {
  const bodies = new Set<number>();
  for (let length = 50; length <= 66; length++) {
    const [r, s] = [scalar(66, length, 1), scalar(66, 62, 1)];
    const der = derFromRs(Buffer.concat([r, s]), orderOf(66));
    assert.deepEqual(der, derByTheBook(r, s));
    bodies.add((der?.length ?? 0) - (der?.[1] === 0x81 ? 3 : 2));
  }
  assert.ok(bodies.has(127) && bodies.has(128));
});

test('A-047: a scalar of zero, of the order or above it has no DER, and neither has another length', () => {
  const order = Buffer.from([0x7f, 0x00, 0x05]);
  const [zero, one, below, above, farAbove, farBelow] = [0, 1, 0x7f0004, 0x7f0006, 0x80_0000, 0x7e_ffff].map(
    (value) => {
      const bytes = Buffer.alloc(3);
      bytes.writeUIntBE(value, 0, 3);
      return bytes;
    },
  );
  assert.ok(zero !== undefined && one !== undefined && below !== undefined && above !== undefined);
  assert.ok(farAbove !== undefined && farBelow !== undefined);
  const has = (r: Buffer, s: Buffer): boolean => derFromRs(Buffer.concat([r, s]), order) !== undefined;
  for (const good of [one, below, farBelow]) assert.ok(has(good, one) && has(one, good));
  for (const bad of [zero, order, above, farAbove]) assert.ok(!has(bad, one) && !has(one, bad));
  for (const length of [0, 3, 5, 7, 12]) assert.equal(derFromRs(Buffer.alloc(length, 1), order), undefined);
});

test('any two scalars come back out of their DER', () => {
  const part = fc
    .uint8Array({ minLength: 66, maxLength: 66 })
    .filter((bytes) => bytes.some((byte) => byte > 0));
  fc.assert(
    fc.property(part, part, (r, s) => {
      const signature = Buffer.concat([r, s]);
      const der = derFromRs(signature, orderOf(66));
      if (der === undefined) return;
      assert.deepEqual(rsFromDer(der, 66), signature);
    }),
    { numRuns: 300 },
  );
});
