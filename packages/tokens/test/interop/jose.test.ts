import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as jose from 'jose';
import { algorithmNames, algorithms } from '../../src/algorithms.ts';
import {
  createJwtVerifier,
  exportJwk,
  exportPrivateJwk,
  importJwk,
  importPem,
  signJwt,
  thumbprint,
  toPublicKey,
} from '../../src/index.ts';
import { audience, issuer, keyOf, now, nowSeconds, verifierFor } from '../forge.ts';

const claims = { iss: issuer, aud: audience, sub: 'Žofie 🦊', roles: ['user', 'admin'] };

/** WebCrypto, and jose on it, has no secp256k1. */
for (const algorithm of algorithmNames.filter((name) => name !== 'ES256K')) {
  const key = keyOf(algorithm);
  const { isSymmetric } = algorithms[algorithm];

  test(`${algorithm}: jose verifies what is signed here`, async () => {
    const token = signJwt(claims, { key, type: 'at+jwt', expiresInSeconds: 300, now });
    const published = isSymmetric ? exportPrivateJwk(key) : exportJwk(key);
    const { payload, protectedHeader } = await jose.jwtVerify(
      token,
      await jose.importJWK({ ...published }, algorithm),
      {
        issuer,
        audience,
        typ: 'at+jwt',
        algorithms: [algorithm],
        currentDate: new Date(now()),
      },
    );
    assert.deepEqual(payload, { ...claims, iat: nowSeconds, exp: nowSeconds + 300 });
    assert.deepEqual(protectedHeader, { alg: algorithm, typ: 'at+jwt', kid: key.keyId });
  });

  test(`${algorithm}: what jose signs is verified here`, async () => {
    const token = await new jose.SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, typ: 'application/at+jwt', kid: `key-${algorithm}` })
      .setIssuedAt(nowSeconds)
      .setExpirationTime(nowSeconds + 300)
      .sign(await jose.importJWK({ ...exportPrivateJwk(key) }, algorithm));
    assert.equal(verifierFor(key)(token).claims.sub, claims.sub);
  });

  if (isSymmetric) continue;

  test(`${algorithm}: keys that jose makes are imported, as JWK and as PEM`, async () => {
    const pair = await jose.generateKeyPair(algorithm, { extractable: true });
    const token = await new jose.SignJWT({ ...claims, exp: nowSeconds + 1 })
      .setProtectedHeader({ alg: algorithm, typ: 'at+jwt' })
      .sign(pair.privateKey);
    const imported = [
      importJwk(await jose.exportJWK(pair.publicKey), { algorithm }),
      importJwk(await jose.exportJWK(pair.privateKey), { algorithm }),
      importPem(await jose.exportSPKI(pair.publicKey), { algorithm }),
      importPem(await jose.exportPKCS8(pair.privateKey), { algorithm }),
    ];
    for (const one of imported) {
      const verify = createJwtVerifier({
        keys: one,
        issuer,
        audience,
        algorithms: [algorithm],
        type: 'at+jwt',
        now,
      });
      assert.equal(verify(token).claims.sub, claims.sub);
    }
    assert.equal(thumbprint(toPublicKey(key)), await jose.calculateJwkThumbprint({ ...exportJwk(key) }));
  });
}
