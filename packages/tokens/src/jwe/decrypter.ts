import { randomBytes } from 'node:crypto';
import { type EncryptionKey, encryptionMaterialOf, isEncryptionKey } from '../jwk/encryption-key.ts';
import { type EncryptionKeySet, toEncryptionKeySet } from '../jwks/local.ts';
import { checkMediaType, normalizeMediaType } from '../jws/media-type.ts';
import { TokenError } from '../token-error.ts';
import type { ContentEncryption, ContentEncryptionName, KeyManagementName } from './algorithm.ts';
import { type CompactJwe, defaultMaxEncryptedBytes, readCompactJwe } from './compact.ts';
import { contentEncryptions, isContentEncryptionName } from './content-encryption.ts';
import { type JweHeader, readJweHeader } from './header.ts';
import { isEncryptionAlgorithmName, isKeyManagementName, keyManagements } from './key-management.ts';

export interface DecrypterOptions {
  readonly keys: EncryptionKey | EncryptionKeySet;
  readonly algorithms: readonly KeyManagementName[];
  readonly encryptions: readonly ContentEncryptionName[];
  readonly type?: string | undefined;
  readonly contentType?: string | undefined;
  readonly maxTokenBytes?: number | undefined;
}

export interface Decrypted {
  readonly header: JweHeader;
  readonly plaintext: Buffer;
}

interface Rules {
  readonly keySet: EncryptionKeySet;
  readonly algorithms: ReadonlySet<string>;
  readonly encryptions: ReadonlySet<string>;
  readonly type: string | undefined;
  readonly contentType: string | undefined;
  readonly maxBytes: number;
}

/**
 * Check options once, then decrypt tokens: size, form, header, algorithms, types, key, content key, tag, in this order.
 *
 * Nothing after the look-up of the key tells its faults apart: where no content key comes
 * out, a random one takes its place and fails at the tag (RFC 7516 §11.5).
 *
 * @throws TypeError for options that would switch a check off; TokenError `key_required`
 */
export function createDecrypter(options: DecrypterOptions, where: string): (token: unknown) => Decrypted {
  const rules = readRules(options, where);
  return (token) => {
    const parts = readCompactJwe(token, rules.maxBytes);
    const header = readJweHeader(parts.headerSegment);
    const { alg, enc } = header;
    if (!rules.algorithms.has(alg) || !rules.encryptions.has(enc) || !isContentEncryptionName(enc))
      throw new TokenError('algorithm_not_allowed');
    checkTypes(header, rules);
    const encryption = contentEncryptions[enc];
    const contentKey = readContentKey(parts, { header, encryption, keySet: rules.keySet });
    const plaintext = encryption.open(contentKey, parts, parts.headerSegment);
    if (plaintext === undefined) throw new TokenError('decryption_failed');
    return { header, plaintext };
  };
}

interface Context {
  readonly header: JweHeader;
  readonly encryption: ContentEncryption;
  readonly keySet: EncryptionKeySet;
}

function readContentKey({ encryptedKey }: CompactJwe, { header, encryption, keySet }: Context): Buffer {
  const algorithm = header.alg === 'dir' ? encryption.name : header.alg;
  if (!isEncryptionAlgorithmName(algorithm)) throw new TokenError('algorithm_not_allowed');
  // RFC 7516 §5.2: a key that both sides know or derive is not sent, any other one is.
  if (keyManagements[algorithm].sendsKey !== encryptedKey.length > 0) {
    throw new TokenError('malformed', { message: 'the encrypted key does not belong to the algorithm' });
  }
  const key = keySet.find({ algorithm, keyId: header.kid });
  if (key === undefined) throw new TokenError('key_unknown');
  const { unwrap } = encryptionMaterialOf(key);
  if (key.algorithm !== algorithm) throw new TokenError('key_type_mismatch');
  if (unwrap === undefined) throw new TypeError('a public key cannot decrypt');
  const contentKey = unwrap({ header, encryption, encryptedKey });
  return contentKey?.length === encryption.keyBytes ? contentKey : randomBytes(encryption.keyBytes);
}

function checkTypes(header: JweHeader, { type, contentType }: Rules): void {
  if (type !== undefined && (header.typ === undefined || normalizeMediaType(header.typ) !== type)) {
    throw new TokenError('type_mismatch');
  }
  if (
    contentType !== undefined &&
    (header.cty === undefined || normalizeMediaType(header.cty) !== contentType)
  ) {
    throw new TokenError('type_mismatch', {
      message: 'the cty header is missing or names another kind of content',
    });
  }
}

function readRules(options: DecrypterOptions, where: string): Rules {
  const { type, contentType } = options;
  if (type !== undefined) checkMediaType(type, where);
  if (contentType !== undefined) checkMediaType(contentType, `${where}: contentType`);
  const maxBytes = options.maxTokenBytes ?? defaultMaxEncryptedBytes;
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) {
    throw new TypeError(`${where}: maxTokenBytes must be a positive integer`);
  }
  return {
    keySet: toEncryptionKeySet(options.keys),
    algorithms: readAlgorithms(options, where),
    encryptions: readEncryptions(options, where),
    type: type === undefined ? undefined : normalizeMediaType(type),
    contentType: contentType === undefined ? undefined : normalizeMediaType(contentType),
    maxBytes,
  };
}

function readAlgorithms({ algorithms, keys }: DecrypterOptions, where: string): ReadonlySet<string> {
  const names: unknown = algorithms;
  if (!Array.isArray(names) || names.length === 0 || !names.every(isKeyManagementName)) {
    throw new TypeError(`${where}: algorithms must be a non-empty list of supported names`);
  }
  // Who may know a secret has made the token; with a public key anybody may have.
  const symmetric = names.filter((name) => name === 'dir' || keyManagements[name].family === 'secret').length;
  if (symmetric !== 0 && symmetric !== names.length) {
    throw new TypeError(`${where}: algorithms mixes secrets with key pairs`);
  }
  if (isEncryptionKey(keys)) {
    if (!names.includes(keyManagements[keys.algorithm].alg))
      throw new TypeError(`${where}: algorithms does not contain the algorithm of the key`);
    if (keys.kind === 'public') throw new TypeError(`${where}: a public key cannot decrypt`);
  }
  return new Set(names);
}

function readEncryptions({ encryptions, keys }: DecrypterOptions, where: string): ReadonlySet<string> {
  const names: unknown = encryptions;
  if (!Array.isArray(names) || names.length === 0 || !names.every(isContentEncryptionName)) {
    throw new TypeError(`${where}: encryptions must be a non-empty list of supported names`);
  }
  if (isEncryptionKey(keys) && isContentEncryptionName(keys.algorithm) && !names.includes(keys.algorithm)) {
    throw new TypeError(`${where}: encryptions does not contain the encryption of the key`);
  }
  return new Set(names);
}
