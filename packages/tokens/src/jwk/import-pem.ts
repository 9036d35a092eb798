import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { algorithms, isAlgorithmName } from '../algorithms.ts';
import type { EncryptionAlgorithmName } from '../jwe/algorithm.ts';
import { isEncryptionAlgorithmName } from '../jwe/key-management.ts';
import type { AlgorithmName } from '../jws/algorithm.ts';
import { checkKnownOptions } from '../known-options.ts';
import { TokenError } from '../token-error.ts';
import { type EncryptionKey, makeEncryptionKey } from './encryption-key.ts';
import { type Key, makeKey } from './key.ts';
import { checkPair } from './pair.ts';

export interface ImportPemOptions {
  readonly algorithm: AlgorithmName;
  readonly keyId?: string;
}

export interface ImportEncryptionPemOptions {
  readonly algorithm: EncryptionAlgorithmName;
  readonly keyId?: string;
}

const optionNames: ReadonlySet<string> = new Set(['algorithm', 'keyId']);
const maxPemLength = 65_536;
const pemForm = /^\s*-----BEGIN ([A-Z0-9 ]{1,40})-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END \1-----\s*$/;

const table: { readonly [label: string]: (der: Buffer) => KeyObject } = {
  'PUBLIC KEY': (der) => readPublic(der, 'spki'),
  'RSA PUBLIC KEY': (der) => readPublic(der, 'pkcs1'),
  'PRIVATE KEY': (der) => createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
  'RSA PRIVATE KEY': (der) => createPrivateKey({ key: der, format: 'der', type: 'pkcs1' }),
  'EC PRIVATE KEY': (der) => createPrivateKey({ key: der, format: 'der', type: 'sec1' }),
  CERTIFICATE: (der) => new X509Certificate(der).publicKey,
};
const readerByLabel: typeof table = Object.assign(Object.create(null), table);

/**
 * Import one PEM block: SPKI, PKCS#8 without a passphrase, PKCS#1, SEC 1, or the public key of an X.509 certificate.
 *
 * Never makes a secret. Text around the block and bytes after the key are refused.
 * Does NOT check a certificate's chain, dates or usage.
 *
 * @throws TokenError `key_required`, `key_invalid`, `key_type_mismatch`
 * @see RFC 7468 §3 and §10 to §13
 */
export function importPem(pem: string, options: ImportPemOptions): Key;
export function importPem(pem: string, options: ImportEncryptionPemOptions): EncryptionKey;
export function importPem(
  pem: string,
  options: ImportPemOptions | ImportEncryptionPemOptions,
): Key | EncryptionKey {
  checkKnownOptions(options, optionNames, 'importPem');
  const { algorithm, keyId } = options;
  if (!isAlgorithmName(algorithm) && !isEncryptionAlgorithmName(algorithm))
    throw new TypeError('importPem: unknown algorithm');
  if (pem === undefined || pem === null || pem === '') throw new TokenError('key_required');
  if (isEncryptionAlgorithmName(algorithm))
    return makeEncryptionKey({ algorithm, keyId, keyObject: readPem(pem) });
  if (algorithms[algorithm].isSymmetric) throw new TokenError('key_type_mismatch');
  return makeKey({ algorithm, keyId, keyObject: readPem(pem) });
}

function readPem(pem: string): KeyObject {
  const block = typeof pem === 'string' && pem.length <= maxPemLength ? pemForm.exec(pem) : null;
  const [, label = '', body = ''] = block ?? [];
  const read = readerByLabel[label];
  if (read === undefined) throw invalid('not one PEM block of a supported kind');
  const base64 = body.replace(/[\r\n]/g, '');
  const der = Buffer.from(base64, 'base64');
  if (der.toString('base64') !== base64) throw invalid('the PEM body is not canonical base64');
  if (!isWholeSequence(der)) throw invalid('the key is cut short or followed by other bytes');
  try {
    const keyObject = read(der);
    if (keyObject.type === 'private') {
      checkSeed(keyObject);
      checkPair(keyObject, createPublicKey(keyObject));
    }
    return keyObject;
  } catch (error) {
    if (error instanceof TokenError) throw error;
    throw invalid('the PEM block does not hold a valid key');
  }
}

/** RFC 9964 §4: a private ML-DSA key is its seed; one that kept only what grew out of it has no JWK and is refused. */
function checkSeed(keyObject: KeyObject): void {
  if (keyObject.asymmetricKeyType?.startsWith('ml-dsa') === true) keyObject.export({ format: 'jwk' });
}

/** A public key has one encoding: whatever does not come back the same holds something else as well. */
function readPublic(der: Buffer, type: 'spki' | 'pkcs1'): KeyObject {
  const keyObject = createPublicKey({ key: der, format: 'der', type });
  const again = type === 'pkcs1' ? exportPkcs1(keyObject) : keyObject.export({ format: 'der', type });
  if (!again.equals(der)) throw invalid('the public key is not in DER');
  return keyObject;
}

/** OpenSSL cannot write PKCS#1 of a key it read from PKCS#1, hence the way through JWK. */
function exportPkcs1(keyObject: KeyObject): Buffer {
  const again = createPublicKey({ key: keyObject.export({ format: 'jwk' }), format: 'jwk' });
  return again.export({ format: 'der', type: 'pkcs1' });
}

/** One SEQUENCE of definite length that ends where the bytes end (X.690 §10.1). */
function isWholeSequence(der: Buffer): boolean {
  const first = der[1] ?? 0;
  if (der[0] !== 0x30 || first === 0x80) return false;
  if (first < 0x80) return der.length === 2 + first;
  const lengthBytes = first - 0x80;
  if (lengthBytes > 3 || der.length < 2 + lengthBytes) return false;
  return der.length === 2 + lengthBytes + der.readUIntBE(2, lengthBytes);
}

function invalid(message: string): TokenError {
  return new TokenError('key_invalid', { message });
}
