import { algorithms, isAlgorithmName } from '../algorithms.ts';
import type { EncryptionAlgorithmName } from '../jwe/algorithm.ts';
import { isEncryptionAlgorithmName } from '../jwe/key-management.ts';
import type { AlgorithmName } from '../jws/algorithm.ts';
import { checkKnownOptions } from '../known-options.ts';
import { TokenError } from '../token-error.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { readEncryptionJwk } from './import-encryption-jwk.ts';
import { type Key, makeKey } from './key.ts';
import {
  checkShape,
  invalidJwk,
  isPrivateJwk,
  type JwkMembers,
  readKeyId,
  readKeyObject,
  readOperations,
} from './read-jwk.ts';

export interface ImportJwkOptions {
  /** Needed when the JWK has no `alg`; must agree with it when it has one. */
  readonly algorithm?: AlgorithmName;
}

export interface ImportEncryptionJwkOptions {
  /** Always needed; must agree with the `alg` of the JWK when it has one. For `dir` the name of the content encryption. */
  readonly algorithm: EncryptionAlgorithmName;
}

const optionNames: ReadonlySet<string> = new Set(['algorithm']);

/**
 * Import a JWK given as an object: a public key, a private key or an `oct` secret.
 *
 * Makes a key for signatures unless `algorithm` names a way to encrypt: no JWK
 * decides by itself that it encrypts. `alg`, `use` and `key_ops` are enforced, members
 * must be canonical base64url of the exact length, the point must lie on its curve and a private
 * key must belong to its public half. `x5c`, `x5u` and unknown members are ignored.
 *
 * @throws TokenError `key_invalid`, `key_type_mismatch`
 * @see RFC 7517 §4, RFC 7518 §6, RFC 8037 §2, RFC 9964 §3 and §4
 */
export function importJwk(jwk: unknown, options: ImportEncryptionJwkOptions): EncryptionKey;
export function importJwk(jwk: unknown, options?: ImportJwkOptions): Key;
export function importJwk(
  jwk: unknown,
  options: ImportJwkOptions | ImportEncryptionJwkOptions = {},
): Key | EncryptionKey {
  checkKnownOptions(options, optionNames, 'importJwk');
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) throw invalidJwk('a JWK is an object');
  const members = new Map<string, unknown>(Object.entries(jwk));
  const wanted = options.algorithm;
  if (isEncryptionAlgorithmName(wanted)) return readEncryptionJwk(members, wanted);
  const algorithm = readAlgorithm(members, wanted);
  const shape = algorithms[algorithm].jwk;
  checkShape(members, shape);
  checkUse(members, isPrivateJwk(members, shape));
  return makeKey({ algorithm, keyId: readKeyId(members), keyObject: readKeyObject(members, shape) });
}

function readAlgorithm(members: JwkMembers, wanted: AlgorithmName | undefined): AlgorithmName {
  if (wanted !== undefined && !isAlgorithmName(wanted)) throw new TypeError('importJwk: unknown algorithm');
  const stated = members.get('alg');
  if (stated === undefined && wanted === undefined)
    throw invalidJwk('the JWK has no alg: say options.algorithm');
  if (stated !== undefined && !isAlgorithmName(stated))
    throw invalidJwk('the alg of the JWK is not one for signatures that is supported');
  if (stated !== undefined && wanted !== undefined && stated !== wanted) {
    throw new TokenError('key_type_mismatch', { message: 'the alg of the JWK is not the wanted algorithm' });
  }
  const algorithm = stated ?? wanted;
  if (algorithm === undefined) throw invalidJwk('the JWK has no alg');
  return algorithm;
}

/** @see RFC 7517 §4.2 and §4.3 */
function checkUse(members: JwkMembers, isPrivate: boolean): void {
  const use = members.get('use');
  if (use !== undefined && use !== 'sig') throw invalidJwk('the JWK is not meant for signatures (use)');
  const operations = readOperations(members);
  const wanted = isPrivate ? 'sign' : 'verify';
  if (operations !== undefined && !operations.includes(wanted))
    throw invalidJwk(`the JWK is not meant to ${wanted} (key_ops)`);
}
