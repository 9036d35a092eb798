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
