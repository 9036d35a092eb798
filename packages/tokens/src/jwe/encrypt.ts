import { encodeBase64url } from '../base64url.ts';
import { type EncryptionKey, encryptionMaterialOf } from '../jwk/encryption-key.ts';
import { checkMediaType } from '../jws/media-type.ts';
import { checkKnownOptions } from '../known-options.ts';
import type { ContentEncryption, ContentEncryptionName, KeyManagement } from './algorithm.ts';
import { contentEncryptions, isContentEncryptionName } from './content-encryption.ts';
import { defaultIterations, isIterationCount, maxIterations, minIterations } from './pbes2.ts';

export interface EncryptJweOptions {
  /** The receiver's public key, or a shared secret. Of a private key the public half is used. */
  readonly key: EncryptionKey;
  /** Written as `enc`; with a secret for `dir` it must be the one the secret is bound to. */
  readonly encryption: ContentEncryptionName;
  /** Written as `typ`. */
  readonly type?: string;
  /** Written as `cty`. */
  readonly contentType?: string;
  /** Written as `apu` and mixed into the derived key; ECDH-ES only. */
  readonly partyUInfo?: Uint8Array;
  /** Written as `apv` and mixed into the derived key; ECDH-ES only. */
  readonly partyVInfo?: Uint8Array;
  /** Of PBKDF2, 1000 to 1 200 000, default 600 000; PBES2 only. */
  readonly iterations?: number;
}

const optionNames: ReadonlySet<string> = new Set([
  'key',
  'encryption',
  'type',
  'contentType',
  'partyUInfo',
  'partyVInfo',
  'iterations',
]);

/**
 * Encrypt bytes, or the UTF-8 form of a text, as a compact JWE.
 *
 * The header shows `alg`, `enc`, `typ`, `cty` and `kid` to everyone, and the length of the
 * token shows the length of the plaintext. Whoever has the public key can encrypt: with one,
 * the token does NOT say who made it; sign first (`encryptJwt`). One secret is good for 2³² tokens.
 *
 * @throws TypeError for unusable options; TokenError `key_required`, `key_invalid`
 * @see RFC 7516 §5.1
 */
export function encryptJwe(plaintext: Uint8Array | string, options: EncryptJweOptions): string {
  checkKnownOptions(options, optionNames, 'encryptJwe');
  if (typeof plaintext !== 'string' && !(plaintext instanceof Uint8Array)) {
    throw new TypeError('encryptJwe: the plaintext must be a string or a Uint8Array');
  }
  const { row, wrap } = encryptionMaterialOf(options.key);
  const encryption = readEncryption(options.encryption, row);
  checkOptions(options, row);
  const { contentKey, encryptedKey, members } = wrap({
    encryption,
    partyUInfo: options.partyUInfo,
    partyVInfo: options.partyVInfo,
    iterations: options.iterations ?? defaultIterations,
  });
  const { type: typ, contentType: cty } = options;
  const header = { alg: row.alg, enc: encryption.name, typ, cty, kid: options.key.keyId, ...members };
  const headerSegment = encodeBase64url(JSON.stringify(header));
  const content = typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext;
  const { iv, ciphertext, tag } = encryption.seal(contentKey, content, headerSegment);
  return [headerSegment, ...[encryptedKey, iv, ciphertext, tag].map(encodeBase64url)].join('.');
}

function readEncryption(name: unknown, row: KeyManagement): ContentEncryption {
  if (!isContentEncryptionName(name)) throw new TypeError('encryptJwe: unknown encryption');
  if (row.alg === 'dir' && row.name !== name) {
    throw new TypeError(`encryptJwe: the secret is bound to ${row.name}`);
  }
  return contentEncryptions[name];
}

function checkOptions(options: EncryptJweOptions, row: KeyManagement): void {
  const { type, contentType, partyUInfo, partyVInfo, iterations } = options;
  if (type !== undefined) checkMediaType(type, 'encryptJwe');
  if (contentType !== undefined) checkMediaType(contentType, 'encryptJwe: contentType');
  for (const info of [partyUInfo, partyVInfo]) {
    if (info !== undefined && (row.family !== 'agreement' || !(info instanceof Uint8Array)))
      throw new TypeError('encryptJwe: partyUInfo and partyVInfo are bytes, for ECDH-ES alone');
  }
  if (iterations !== undefined && (row.isPassword !== true || !isIterationCount(iterations))) {
    throw new TypeError(
      `encryptJwe: iterations is an integer from ${minIterations} to ${maxIterations}, for PBES2 alone`,
    );
  }
}
