import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createJwtVerifier,
  createKeySet,
  exportJwk,
  exportPrivateJwk,
  generateKey,
  importJwk,
  signJwt,
  thumbprint,
  toPublicKey,
} from '../src/index.ts';
import { algorithmNames, algorithms, isAlgorithmName } from '../src/algorithms.ts';

const now = (): number => 1_800_000_000_000;

for (const algorithm of algorithmNames) {
  test(`${algorithm}: what it signs, it verifies, before and after a trip through JWK`, () => {
    const key = generateKey(algorithm);
    const again = importJwk(exportPrivateJwk(key));
    const verifying = algorithms[algorithm].isSymmetric ? again : importJwk(exportJwk(key));
    const verify = createJwtVerifier({
      keys: createKeySet([verifying]),
      issuer: 'https://issuer.example',
      audience: 'api',
      algorithms: [algorithm],
      type: 'at+jwt',
      now,
    });
    for (const signing of [key, again]) {
      const token = signJwt(
        { iss: 'https://issuer.example', aud: 'api', sub: 'user-1' },
        { key: signing, type: 'at+jwt', expiresInSeconds: 300, now },
      );
      const { header, claims } = verify(token);
      assert.deepEqual(header, { alg: algorithm, typ: 'at+jwt', kid: key.keyId });
      assert.equal(claims.exp, 1_800_000_300);
      assert.equal(claims.sub, 'user-1');
    }
    if (verifying.kind === 'public') {
      assert.equal(key.keyId, thumbprint(verifying));
      assert.equal(toPublicKey(key).keyId, key.keyId);
    }
  });
}

test('A-013: a name of an algorithm is a name of the table, and nothing that merely looks like one', () => {
  for (const name of algorithmNames) assert.ok(isAlgorithmName(name));
  for (const other of [
    'none',
    '',
    'hs256',
    'HS256 ',
    'toString',
    '__proto__',
    'constructor',
    undefined,
    null,
    7,
    ['HS256'],
  ])
    assert.equal(isAlgorithmName(other), false);
});
