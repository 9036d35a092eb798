import type { EncryptionKey } from '../jwk/encryption-key.ts';
import type { EncryptionKeySet } from '../jwks/local.ts';
import { checkKnownOptions } from '../known-options.ts';
import type { ContentEncryptionName, KeyManagementName } from './algorithm.ts';
import { createDecrypter } from './decrypter.ts';
import type { JweHeader } from './header.ts';

export interface DecryptJweOptions {
  /** A private key or secret, or a set of them. */
  readonly keys: EncryptionKey | EncryptionKeySet;
  /** Allowed `alg` values; secrets and key pairs do not mix. PBES2 spends what the token asks for, up to 1 200 000 rounds. */
  readonly algorithms: readonly KeyManagementName[];
  /** Allowed `enc` values. */
  readonly encryptions: readonly ContentEncryptionName[];
  /** Required `typ`; without it any type passes. */
  readonly type?: string;
  /** Required `cty`; without it any content type passes. */
  readonly contentType?: string;
  /** Default 262 144. */
  readonly maxTokenBytes?: number;
}

export interface DecryptedJwe {
  readonly header: JweHeader;
  readonly plaintext: Uint8Array;
}

const optionNames: ReadonlySet<string> = new Set([
  'keys',
  'algorithms',
  'encryptions',
  'type',
  'contentType',
  'maxTokenBytes',
]);

/**
 * Decrypt a compact JWE.
 *
 * With a secret the plaintext comes from somebody who has it. With a key pair it may come from
 * anybody: the public key suffices to encrypt. Does NOT look into the plaintext.
 * Compressed tokens (`zip`) and every `crit` are refused.
 *
 * @throws TokenError `too_large`, `malformed`, `critical_unsupported`, `algorithm_not_allowed`, `type_mismatch`,
 *   `key_unknown`, and `decryption_failed` for every fault that depends on the key; TypeError for unusable options
 * @see RFC 7516 §5.2
 */
export function decryptJwe(token: string, options: DecryptJweOptions): DecryptedJwe {
  checkKnownOptions(options, optionNames, 'decryptJwe');
  const { header, plaintext } = createDecrypter(options, 'decryptJwe')(token);
  return { header, plaintext: new Uint8Array(plaintext) };
}
