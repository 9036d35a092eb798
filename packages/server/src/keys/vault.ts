import { createHmac, hkdfSync } from 'node:crypto';
import type { Vault } from '../base/house.ts';
import type { Seal } from '../base/seal.ts';
import type { Secret } from '../base/secret.ts';

/** The key of the codes is no other key of this house: RFC 5869 §3.2, `info`. */
const codeKeyInfo = 'countersign one-time codes';
const codeKeyBytes = 32;

/** @param masterKey 32 bytes, the same that `seal` closes under */
export function createVault(seal: Seal, masterKey: Secret<Uint8Array>): Vault {
  const key = Buffer.from(hkdfSync('sha256', masterKey.reveal(), '', codeKeyInfo, codeKeyBytes));
  return {
    close: seal.close,
    open: seal.open,
    macOf: (parts) => createHmac('sha256', key).update(JSON.stringify(parts)).digest(),
  };
}
