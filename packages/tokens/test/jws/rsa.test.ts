import assert from 'node:assert/strict';
import { constants, sign, verify } from 'node:crypto';
import { test } from 'node:test';
import { verifyJws } from '../../src/index.ts';
import { materialOf } from '../../src/jwk/key.ts';
import { keyOf, refuses, segment } from '../forge.ts';

const padding = constants.RSA_PKCS1_PSS_PADDING;

for (const [algorithm, hash, digestBytes] of [
  ['PS256', 'sha256', 32],
  ['PS384', 'sha384', 48],
  ['PS512', 'sha512', 64],
] as const) {
  const key = keyOf(algorithm);
  const input = `${segment({ alg: algorithm })}.${segment('text')}`;
  const options = { keys: key, algorithms: [algorithm] };

  test(`A-049: ${algorithm} takes a salt exactly as long as the digest`, () => {
    for (const saltLength of [0, digestBytes - 1, digestBytes, digestBytes + 1, 100]) {
      const signature = sign(hash, Buffer.from(input), { key: key.keyObject, padding, saltLength });
      const act = (): unknown => verifyJws(`${input}.${signature.toString('base64url')}`, options);
      if (saltLength === digestBytes) assert.ok(act());
      else refuses(act, 'signature_invalid');
    }
  });

  test(`${algorithm} signs with a salt as long as the digest`, () => {
    const signature = materialOf(key).sign?.(input) ?? assert.fail();
    const checked = (saltLength: number): boolean =>
      verify(hash, Buffer.from(input), { key: key.keyObject, padding, saltLength }, signature);
    assert.deepEqual([digestBytes - 1, digestBytes, digestBytes + 1].map(checked), [false, true, false]);
  });
}
