import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exportJwk, exportPrivateJwk } from '../../src/index.ts';
import { agreementCurves, readPoint } from '../../src/jwe/curves.ts';
import { curveNames, encryptionKey } from '../encrypted.ts';

for (const crv of curveNames) {
  const key = encryptionKey(`ECDH-ES ${crv}`);
  const curve = agreementCurves[crv];
  const { kty, x = '', y } = exportJwk(key);
  const point = y === undefined ? { kty, crv, x } : { kty, crv, x, y };

  test(`A-040: a point of ${crv} is read, with members that say nothing about it`, () => {
    assert.equal(readPoint(point, curve)?.export({ format: 'jwk' }).x, x);
    assert.ok(readPoint({ ...point, kid: 'ephemeral', use: 'enc' }, curve));
  });

  const { d = '' } = exportPrivateJwk(key);
  const otherCurves = curveNames.filter((name) => name !== crv);
  const wrong: readonly (readonly [string, Record<string, string>])[] = [
    ['without type', { ...point, kty: '' }],
    ['of another type', { ...point, kty: kty === 'EC' ? 'OKP' : 'EC' }],
    ...otherCurves.map((name): [string, Record<string, string>] => [
      `that says ${name}`,
      { ...point, crv: name },
    ]),
    ['with its private half', { ...point, d }],
    ['with an empty private half', { ...point, d: '' }],
    ['with one byte more', { ...point, x: `AAAA${x}` }],
    ['with a leading zero byte', { ...point, x: `AA${x}`.slice(0, x.length + 1) }],
    ['cut short', { ...point, x: x.slice(4) }],
    ['with padding', { ...point, x: `${x}=` }],
    ['in the other alphabet', { ...point, x: `+/${x.slice(2)}` }],
    ['with white space', { ...point, x: ` ${x.slice(1)}` }],
    ['without x', { kty, crv }],
  ];
  for (const [name, member] of wrong) {
    test(`A-040: a point of ${crv} ${name} is not read`, () => {
      assert.equal(readPoint(member, curve), undefined);
    });
  }

  // Any 32 bytes are a coordinate of X25519.
  if (crv === 'X25519') continue;

  test(`A-040: no key of another curve is read as one of ${crv}`, () => {
    for (const other of otherCurves) {
      const { kty: _, ...foreign } = exportJwk(encryptionKey(`ECDH-ES ${other}`));
      assert.equal(readPoint({ ...foreign, kty, crv }, curve), undefined);
    }
  });
}
