import {
  type AlgorithmName,
  exportJwk,
  exportPrivateJwk,
  generateKey,
  importJwk,
  type Jwk,
  type Key,
  thumbprint,
  toPublicKey,
} from '@countersign/tokens';
import type { SigningKeyRow, SigningKeyTimes } from '../base/key-rows.ts';
import type { Seal } from '../base/seal.ts';
import { StartRefusal } from '../base/start-refusal.ts';

export interface KeyMaterial {
  readonly privateKey: Key;
  readonly publicKey: Key;
  readonly publicJwk: Jwk;
}

/** A new key as a row, its private half sealed for this row alone. */
export function makeKeyRow(
  algorithm: AlgorithmName,
  seal: Seal,
  times: SigningKeyTimes & { readonly createdAtMs: number },
): SigningKeyRow {
  const key = generateKey(algorithm);
  const keyId = thumbprint(key);
  const plain = Buffer.from(JSON.stringify(exportPrivateJwk(key)));
  const sealedPrivateJwk = seal.close(plain, placeOf(keyId));
  return { keyId, algorithm, publicJwk: JSON.stringify(exportJwk(key)), sealedPrivateJwk, ...times };
}

/**
 * Opens a row. What is published comes out of the sealed value too: a public
 * key that somebody wrote into the table is never believed.
 *
 * @throws StartRefusal when the master key is another one, or the row was changed
 */
export function openKeyRow(row: SigningKeyRow, seal: Seal): KeyMaterial {
  let plain: Uint8Array;
  try {
    plain = seal.open(row.sealedPrivateJwk, placeOf(row.keyId));
  } catch (error) {
    throw new StartRefusal(
      `COUNTERSIGN_MASTER_KEY does not open the signing keys of this database (key ${row.keyId}). Start with the master key that the database was made with.`,
      { cause: error },
    );
  }
  const privateKey = importJwk(JSON.parse(Buffer.from(plain).toString()));
  if (privateKey.algorithm !== row.algorithm || thumbprint(privateKey) !== row.keyId) {
    throw new StartRefusal(`The row of the signing key ${row.keyId} does not belong to its sealed key.`);
  }
  return { privateKey, publicKey: toPublicKey(privateKey), publicJwk: exportJwk(privateKey) };
}

function placeOf(keyId: string): string {
  return `signing_keys/${keyId}`;
}
