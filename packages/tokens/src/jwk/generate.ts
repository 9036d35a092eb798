import { randomBytes } from 'node:crypto';
import { algorithms, isAlgorithmName } from '../algorithms.ts';
import type { AlgorithmName } from '../jws/algorithm.ts';
import { checkKnownOptions } from '../known-options.ts';
import { type Key, makeKey } from './key.ts';
import { thumbprint } from './thumbprint.ts';

export interface GenerateKeyOptions {
  /** Default: the RFC 7638 thumbprint; for a secret, 16 random bytes in base64url. */
  readonly keyId?: string;
}

const optionNames: ReadonlySet<string> = new Set(['keyId']);

/**
 * Make a private key (RSA with 2048 bits) or a secret as long as the digest.
 *
 * RSA takes tens to hundreds of milliseconds and blocks the thread.
 *
 * @throws TypeError for an unknown algorithm or option
 */
export function generateKey(algorithm: AlgorithmName, options: GenerateKeyOptions = {}): Key {
  if (!isAlgorithmName(algorithm)) throw new TypeError('generateKey: unknown algorithm');
  checkKnownOptions(options, optionNames, 'generateKey');
  const row = algorithms[algorithm];
  const keyObject = row.generate();
  if (options.keyId !== undefined) return makeKey({ algorithm, keyId: options.keyId, keyObject });
  const unnamed = makeKey({ algorithm, keyId: undefined, keyObject });
  const keyId = row.isSymmetric ? randomBytes(16).toString('base64url') : thumbprint(unnamed);
  return makeKey({ algorithm, keyId, keyObject });
}
