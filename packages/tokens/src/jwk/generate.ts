import { generateKeyPairSync, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { algorithms, isAlgorithmName } from '../algorithms.ts';
import type { EncryptionAlgorithmName, KeyManagement } from '../jwe/algorithm.ts';
import { type CurveName, generateOn, agreementCurves, isCurveName } from '../jwe/curves.ts';
import { isEncryptionAlgorithmName, keyManagements } from '../jwe/key-management.ts';
import type { AlgorithmName } from '../jws/algorithm.ts';
import { checkKnownOptions } from '../known-options.ts';
import { type EncryptionKey, makeEncryptionKey } from './encryption-key.ts';
import { type Key, makeKey } from './key.ts';
import { thumbprint } from './thumbprint.ts';

export interface GenerateKeyOptions {
  /** Default: the RFC 7638 thumbprint; for a secret, 16 random bytes in base64url. */
  readonly keyId?: string;
}

export interface GenerateEncryptionKeyOptions extends GenerateKeyOptions {
  /** For ECDH-ES alone, default `P-256`. */
  readonly curve?: CurveName;
}

const optionNames: ReadonlySet<string> = new Set(['keyId']);
const encryptionOptionNames: ReadonlySet<string> = new Set(['keyId', 'curve']);

/**
 * Make a private key (RSA with 2048 bits) or a secret: as long as the digest for HMAC, as long
 * as the algorithm takes for encryption. A secret for `dir` is made by the name of its content encryption.
 *
 * RSA takes tens to hundreds of milliseconds and blocks the thread.
 *
 * @throws TypeError for an unknown algorithm, curve or option
 */
export function generateKey(algorithm: AlgorithmName, options?: GenerateKeyOptions): Key;
export function generateKey(
  algorithm: EncryptionAlgorithmName,
  options?: GenerateEncryptionKeyOptions,
): EncryptionKey;
export function generateKey(
  algorithm: AlgorithmName | EncryptionAlgorithmName,
  options: GenerateEncryptionKeyOptions = {},
): Key | EncryptionKey {
  if (isEncryptionAlgorithmName(algorithm)) return generateEncryptionKey(algorithm, options);
  if (!isAlgorithmName(algorithm)) throw new TypeError('generateKey: unknown algorithm');
  checkKnownOptions(options, optionNames, 'generateKey');
  const keyObject = algorithms[algorithm].generate();
  if (options.keyId !== undefined) return makeKey({ algorithm, keyId: options.keyId, keyObject });
  const unnamed = makeKey({ algorithm, keyId: undefined, keyObject });
  return makeKey({ algorithm, keyId: nameFor(unnamed), keyObject });
}

function generateEncryptionKey(
  algorithm: EncryptionAlgorithmName,
  options: GenerateEncryptionKeyOptions,
): EncryptionKey {
  checkKnownOptions(options, encryptionOptionNames, 'generateKey');
  const keyObject = generateFor(keyManagements[algorithm], options.curve);
  if (options.keyId !== undefined) return makeEncryptionKey({ algorithm, keyId: options.keyId, keyObject });
  const unnamed = makeEncryptionKey({ algorithm, keyId: undefined, keyObject });
  return makeEncryptionKey({ algorithm, keyId: nameFor(unnamed), keyObject });
}

function generateFor({ family, secretBytes = 0 }: KeyManagement, curve: CurveName | undefined): KeyObject {
  if (curve !== undefined && (family !== 'agreement' || !isCurveName(curve)))
    throw new TypeError('generateKey: curve is one of P-256, P-384, P-521 and X25519, for ECDH-ES alone');
  if (family === 'secret') return createSecretKey(randomBytes(secretBytes));
  if (family === 'rsa') return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  return generateOn(agreementCurves[curve ?? 'P-256']).privateKey;
}

function nameFor(unnamed: Key | EncryptionKey): string {
  return unnamed.kind === 'secret' ? randomBytes(16).toString('base64url') : thumbprint(unnamed);
}
