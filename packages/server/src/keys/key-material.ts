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

/** Where keys lie, and how long their names are. */
export interface KeyForm {
  /** A key is sealed for this table and its row. */
  readonly table: 'signing_keys' | 'feed_keys';
  /** Of the 43 characters of the RFC 7638 thumbprint. */
  readonly idCharacters: number;
}

export const signingKeyForm: KeyForm = { table: 'signing_keys', idCharacters: 43 };

/** A head is sent every second, with the name in it. */
export const feedKeyForm: KeyForm = { table: 'feed_keys', idCharacters: 11 };

interface Sealing {
  readonly seal: Seal;
  readonly form: KeyForm;
}

/** A new key as a row, its private half sealed for this row alone. */
export function makeKeyRow(
  algorithm: AlgorithmName,
  { seal, form }: Sealing,
  times: SigningKeyTimes & { readonly createdAtMs: number },
): SigningKeyRow {
  const key = generateKey(algorithm);
  const keyId = nameOf(key, form);
  const plain = Buffer.from(JSON.stringify({ ...exportPrivateJwk(key), kid: keyId }));
  const sealedPrivateJwk = seal.close(plain, placeOf(keyId, form));
  const publicJwk = JSON.stringify({ ...exportJwk(key), kid: keyId });
  return { keyId, algorithm, publicJwk, sealedPrivateJwk, ...times };
}

/**
 * Opens a row. What is published comes out of the sealed value too: a public
 * key that somebody wrote into the table is never believed.
 *
 * @throws StartRefusal when the master key is another one, or the row was changed
 */
export function openKeyRow(row: SigningKeyRow, { seal, form }: Sealing): KeyMaterial {
  let plain: Uint8Array;
  try {
    plain = seal.open(row.sealedPrivateJwk, placeOf(row.keyId, form));
  } catch (error) {
    throw new StartRefusal(
      `COUNTERSIGN_MASTER_KEY does not open the signing keys of this database (key ${row.keyId}). Start with the master key that the database was made with.`,
      { cause: error },
    );
  }
  const privateKey = importJwk(JSON.parse(Buffer.from(plain).toString()));
  if (privateKey.algorithm !== row.algorithm || nameOf(privateKey, form) !== row.keyId) {
    throw new StartRefusal(`The row of the signing key ${row.keyId} does not belong to its sealed key.`);
  }
  return { privateKey, publicKey: toPublicKey(privateKey), publicJwk: exportJwk(privateKey) };
}

function nameOf(key: Key, { idCharacters }: KeyForm): string {
  return thumbprint(key).slice(0, idCharacters);
}

function placeOf(keyId: string, { table }: KeyForm): string {
  return `${table}/${keyId}`;
}
