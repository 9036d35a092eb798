import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import * as jose from 'jose';
import { createDpopProof, createReplaySet, thumbprint, verifyDpopProof } from '../../src/index.ts';
import { keyOf, now, nowSeconds } from '../forge.ts';

const method = 'GET';
const url = 'https://api.example/orders';
const accessToken = 'an.access.token';

for (const algorithm of ['ES256', 'Ed25519', 'RS256', 'PS256', 'ML-DSA-44'] as const) {
  test(`${algorithm}: jose verifies a proof made here by the key in its header`, async () => {
    const proof = createDpopProof({ key: keyOf(algorithm), method, url: `${url}?page=2`, accessToken, now });
    const { payload, protectedHeader } = await jose.jwtVerify(proof, jose.EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: [algorithm],
      currentDate: new Date(now()),
    });
    assert.equal(payload.htu, url);
    assert.equal(payload.htm, method);
    assert.equal(payload.ath, hash('sha256', accessToken, 'base64url'));
    assert.ok(protectedHeader.jwk);
    assert.equal(await jose.calculateJwkThumbprint(protectedHeader.jwk), thumbprint(keyOf(algorithm)));
  });

  test(`${algorithm}: a proof that jose signs verifies here`, async () => {
    const pair = await jose.generateKeyPair(algorithm, { extractable: true });
    const jwk = await jose.exportJWK(pair.publicKey);
    const proof = await new jose.SignJWT({ htm: method, htu: `${url}?page=2`, jti: 'one' })
      .setProtectedHeader({ alg: algorithm, typ: 'dpop+jwt', jwk })
      .setIssuedAt(nowSeconds)
      .sign(pair.privateKey);
    const { jkt } = verifyDpopProof(proof, {
      method,
      url,
      algorithms: [algorithm],
      replays: createReplaySet(),
      now,
    });
    assert.equal(jkt, await jose.calculateJwkThumbprint(jwk));
  });
}
