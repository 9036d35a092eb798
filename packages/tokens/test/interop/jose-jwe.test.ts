import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as jose from 'jose';
import { decryptJwe, encryptJwe, exportJwk, exportPrivateJwk, importJwk } from '../../src/index.ts';
import { algOf, encryptionKeyOf, encryptionsFor, iterations, type Way, ways } from '../encrypted.ts';

const text = 'Žofie 🦊 and a text longer than one block';

/** A password is no JWK there. */
const isPassword = ({ algorithm }: Way): boolean => algorithm.startsWith('PBES2');

for (const way of ways) {
  const key = encryptionKeyOf(way);
  const alg = algOf(key);
  const more = isPassword(way) ? { iterations } : {};
  const secretBytes = (): Uint8Array => new Uint8Array(key.keyObject.export());
  const ours = async (): Promise<jose.CryptoKey | Uint8Array> =>
    key.kind === 'secret' ? secretBytes() : jose.importJWK({ ...exportPrivateJwk(key) }, alg);
  const theirs = async (): Promise<jose.CryptoKey | Uint8Array> =>
    key.kind === 'secret' ? secretBytes() : jose.importJWK({ ...exportJwk(key) }, alg);

  for (const encryption of encryptionsFor(key)) {
    test(`${way.name} with ${encryption}: jose decrypts what is encrypted here, and the other way round`, async () => {
      const token = encryptJwe(text, { key, encryption, ...more });
      const { plaintext } = await jose.compactDecrypt(token, await ours(), {
        keyManagementAlgorithms: [alg],
        contentEncryptionAlgorithms: [encryption],
      });
      assert.equal(Buffer.from(plaintext).toString(), text);

      const made = await new jose.CompactEncrypt(Buffer.from(text))
        .setProtectedHeader({ alg, enc: encryption })
        .encrypt(await theirs());
      const back = decryptJwe(made, { keys: key, algorithms: [alg], encryptions: [encryption] });
      assert.equal(Buffer.from(back.plaintext).toString(), text);
    });
  }
}

test('apu and apv mean the same to jose', async () => {
  const key = encryptionKeyOf(
    ways.find(({ name }) => name === 'ECDH-ES+A128KW X25519') ?? ways[0] ?? assert.fail(),
  );
  const token = encryptJwe(text, {
    key,
    encryption: 'A128GCM',
    partyUInfo: Buffer.from('Alice'),
    partyVInfo: Buffer.from('Bob'),
  });
  const privateKey = await jose.importJWK({ ...exportPrivateJwk(key) }, key.algorithm);
  assert.equal(Buffer.from((await jose.compactDecrypt(token, privateKey)).plaintext).toString(), text);
  const made = await new jose.CompactEncrypt(Buffer.from(text))
    .setProtectedHeader({ alg: key.algorithm, enc: 'A128GCM' })
    .setKeyManagementParameters({ apu: Buffer.from('A'), apv: Buffer.from('B') })
    .encrypt(await jose.importJWK({ ...exportJwk(key) }, key.algorithm));
  const options = { keys: key, algorithms: ['ECDH-ES+A128KW'], encryptions: ['A128GCM'] } as const;
  assert.equal(Buffer.from(decryptJwe(made, options).plaintext).toString(), text);
});

for (const [alg, crv] of [
  ['RSA-OAEP-256', undefined],
  ['ECDH-ES', 'P-521'],
  ['ECDH-ES', 'X25519'],
] as const) {
  test(`${alg} ${crv ?? ''}: keys that jose makes are imported`, async () => {
    const pair = await jose.generateKeyPair(alg, {
      extractable: true,
      ...(crv === undefined ? {} : { crv }),
    });
    const key = importJwk(await jose.exportJWK(pair.privateKey), { algorithm: alg });
    const published = importJwk(await jose.exportJWK(pair.publicKey), { algorithm: alg });
    const token = encryptJwe(text, { key: published, encryption: 'A256CBC-HS512' });
    assert.equal(Buffer.from((await jose.compactDecrypt(token, pair.privateKey)).plaintext).toString(), text);
    assert.ok(decryptJwe(token, { keys: key, algorithms: [alg], encryptions: ['A256CBC-HS512'] }));
  });
}
