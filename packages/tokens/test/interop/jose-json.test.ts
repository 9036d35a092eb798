import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as jose from 'jose';
import {
  createKeySet,
  exportJwk,
  exportPrivateJwk,
  signDetachedJws,
  signGeneralJws,
  signJwsJson,
  toPublicKey,
  verifyDetachedJws,
  verifyJwsJson,
  type VerifyJwsJsonOptions,
} from '../../src/index.ts';
import { algorithmNames, algorithms as rows } from '../../src/algorithms.ts';
import { keyOf } from '../forge.ts';

const es = keyOf('ES256');
const ed = keyOf('Ed25519');
const payload = new TextEncoder().encode('text – 🦊');
const keys = createKeySet([toPublicKey(es), toPublicKey(ed)]);
const options: VerifyJwsJsonOptions = { keys, algorithms: ['ES256', 'Ed25519'], signatures: 'all' };
const josePrivate = async (key: typeof es): Promise<jose.CryptoKey | Uint8Array> =>
  jose.importJWK({ ...exportPrivateJwk(key) }, key.algorithm);
const josePublic = async (key: typeof es): Promise<jose.CryptoKey | Uint8Array> =>
  jose.importJWK({ ...exportJwk(key) }, key.algorithm);

test('flattened: what one signs, the other verifies', async () => {
  const ours = signJwsJson(payload, { key: es });
  const theirs = await jose.flattenedVerify({ ...ours, payload: ours.payload ?? '' }, await josePublic(es));
  assert.deepEqual(theirs.payload, payload);
  const signed = await new jose.FlattenedSign(payload)
    .setProtectedHeader({ alg: 'ES256' })
    .setUnprotectedHeader({ kid: `key-ES256` })
    .sign(await josePrivate(es));
  assert.deepEqual(verifyJwsJson(JSON.stringify(signed), options).payload, payload);
});

test('general: what one signs, the other verifies', async () => {
  const { payload: shown = '', signatures } = signGeneralJws(payload, {
    signers: [{ key: es }, { key: ed }],
  });
  const jws = { payload: shown, signatures: signatures.map((one) => ({ ...one })) };
  for (const key of [es, ed]) assert.ok(await jose.generalVerify(jws, await josePublic(key)));
  const signed = await new jose.GeneralSign(payload)
    .addSignature(await josePrivate(es))
    .setProtectedHeader({ alg: 'ES256', kid: 'key-ES256' })
    .addSignature(await josePrivate(ed))
    .setProtectedHeader({ alg: 'Ed25519' })
    .sign();
  assert.equal(verifyJwsJson(JSON.stringify(signed), options).signatures.length, 2);
});

test('unencoded and detached: what one signs, the other verifies', async () => {
  const ours = signJwsJson(payload, { key: es, b64: false, detached: true });
  assert.ok(await jose.flattenedVerify({ ...ours, payload }, await josePublic(es)));
  const header = { alg: 'ES256', b64: false, crit: ['b64'] };
  const { payload: _, ...signed } = await new jose.FlattenedSign(payload)
    .setProtectedHeader(header)
    .sign(await josePrivate(es));
  assert.ok(verifyJwsJson(JSON.stringify(signed), { ...options, b64: false, payload }));
  const token = `${signed.protected}..${signed.signature}`;
  const single = { keys: toPublicKey(es), algorithms: ['ES256'], b64: false } as const;
  assert.ok(verifyDetachedJws(token, payload, single));
  const [protectedHeader = '', , signature = ''] = signDetachedJws(payload, { key: es, b64: false }).split(
    '.',
  );
  assert.ok(
    await jose.flattenedVerify({ protected: protectedHeader, payload, signature }, await josePublic(es)),
  );
});

/** WebCrypto, and jose on it, has no secp256k1. */
for (const algorithm of algorithmNames.filter((name) => name !== 'ES256K')) {
  test(`${algorithm}: flattened, encoded or not, what one signs the other verifies`, async () => {
    const key = keyOf(algorithm);
    const secret = await josePrivate(key);
    const published = rows[algorithm].isSymmetric ? secret : await josePublic(key);
    for (const b64 of [true, false]) {
      const ours = signJwsJson(payload, { key, b64, detached: true });
      const shown = b64 ? Buffer.from(payload).toString('base64url') : payload;
      assert.deepEqual((await jose.flattenedVerify({ ...ours, payload: shown }, published)).payload, payload);
      const header = { alg: algorithm, ...(b64 ? {} : { b64, crit: ['b64'] }) };
      const { payload: _, ...theirs } = await new jose.FlattenedSign(payload)
        .setProtectedHeader(header)
        .sign(secret);
      const single = { keys: key, algorithms: [algorithm], signatures: 'all', b64, payload } as const;
      assert.deepEqual(verifyJwsJson(JSON.stringify(theirs), single).payload, payload);
    }
  });
}
