import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { algorithms, isAlgorithmName } from '../algorithms.ts';
import { decodeBase64url } from '../base64url.ts';
import type { Algorithm, AlgorithmName } from '../jws/algorithm.ts';
import { checkKnownOptions } from '../known-options.ts';
import { TokenError } from '../token-error.ts';
import { keyMembers } from './jwk.ts';
import { isKeyId, type Key, makeKey } from './key.ts';
import { checkPair } from './pair.ts';
import { checkNotPublicMaterial } from './public-material.ts';

export interface ImportJwkOptions {
  /** Needed when the JWK has no `alg`; must agree with it when it has one. */
  readonly algorithm?: AlgorithmName;
}

const optionNames: ReadonlySet<string> = new Set(['algorithm']);
/** Members that are names, not bytes. */
const plainMembers: ReadonlySet<string> = new Set(['kty', 'crv', 'alg']);

/**
 * Import a JWK given as an object: a public key, a private key or an `oct` secret.
 *
 * `alg`, `use` and `key_ops` are enforced, members must be canonical base64url
 * of the exact length, the point must lie on its curve and a private key must
 * belong to its public half. `x5c`, `x5u` and unknown members are ignored.
 *
 * @throws TokenError `key_invalid`, `key_type_mismatch`
 * @see RFC 7517 §4, RFC 7518 §6, RFC 8037 §2, RFC 9964 §3 and §4
 */
export function importJwk(jwk: unknown, options: ImportJwkOptions = {}): Key {
  checkKnownOptions(options, optionNames, 'importJwk');
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) throw invalid('a JWK is an object');
  const members = new Map<string, unknown>(Object.entries(jwk));
  const algorithm = readAlgorithm(members, options.algorithm);
  const row = algorithms[algorithm];
  const kty = members.get('kty');
  if (kty !== row.jwk.kty || (row.jwk.crv !== undefined && members.get('crv') !== row.jwk.crv)) {
    throw new TokenError('key_type_mismatch');
  }
  const isPrivate = row.isSymmetric || members.has(firstPrivateMember(row));
  checkUse(members, isPrivate);
  const keyId = members.get('kid');
  if (keyId !== undefined && !isKeyId(keyId)) throw invalid('kid must be a string of 1 to 256 characters');
  return makeKey({ algorithm, keyId, keyObject: readKeyObject(members, row, isPrivate) });
}

function readAlgorithm(members: Map<string, unknown>, wanted: AlgorithmName | undefined): AlgorithmName {
  if (wanted !== undefined && !isAlgorithmName(wanted)) throw new TypeError('importJwk: unknown algorithm');
  const stated = members.get('alg');
  if (stated === undefined && wanted === undefined)
    throw invalid('the JWK has no alg: say options.algorithm');
  if (stated !== undefined && !isAlgorithmName(stated)) throw invalid('the alg of the JWK is not supported');
  if (stated !== undefined && wanted !== undefined && stated !== wanted) {
    throw new TokenError('key_type_mismatch', { message: 'the alg of the JWK is not the wanted algorithm' });
  }
  const algorithm = stated ?? wanted;
  if (algorithm === undefined) throw invalid('the JWK has no alg');
  return algorithm;
}

function firstPrivateMember(row: Algorithm): string {
  return keyMembers[row.jwk.kty]?.private[0] ?? 'd';
}

/** @see RFC 7517 §4.2 and §4.3 */
function checkUse(members: Map<string, unknown>, isPrivate: boolean): void {
  const use = members.get('use');
  if (use !== undefined && use !== 'sig') throw invalid('the JWK is not meant for signatures (use)');
  const operations = members.get('key_ops');
  if (operations === undefined) return;
  if (!Array.isArray(operations) || new Set(operations).size !== operations.length)
    throw invalid('key_ops is malformed');
  const wanted = isPrivate ? 'sign' : 'verify';
  if (!operations.includes(wanted)) throw invalid(`the JWK is not meant to ${wanted} (key_ops)`);
}

function readKeyObject(members: Map<string, unknown>, row: Algorithm, isPrivate: boolean): KeyObject {
  const known = keyMembers[row.jwk.kty];
  if (known === undefined) throw new TokenError('key_type_mismatch');
  if (members.has('oth')) throw invalid('RSA keys with more than two primes are not supported');
  if (!isPrivate && known.private.some((name) => members.has(name)))
    throw invalid('the private key is incomplete');
  const names = isPrivate ? [...known.public, ...known.private] : known.public;
  const jwk: JsonWebKey = {};
  for (const name of names) jwk[name] = readMember(members, name, row);
  if (row.isSymmetric) {
    const secret = decodeBase64url(jwk.k ?? '');
    checkNotPublicMaterial(secret);
    return createSecretKey(secret);
  }
  return importAsymmetric(jwk, isPrivate);
}

function importAsymmetric(jwk: JsonWebKey, isPrivate: boolean): KeyObject {
  const names = keyMembers[jwk.kty ?? '']?.public ?? [];
  const publicJwk: JsonWebKey = Object.fromEntries(names.map((name) => [name, jwk[name]]));
  try {
    const publicObject = createPublicKey({ key: publicJwk, format: 'jwk' });
    if (!isPrivate) return publicObject;
    const privateObject = createPrivateKey({ key: jwk, format: 'jwk' });
    checkPair(privateObject, publicObject);
    return privateObject;
  } catch (error) {
    if (error instanceof TokenError) throw error;
    throw invalid('the JWK is not a valid key');
  }
}

function readMember(members: Map<string, unknown>, name: string, row: Algorithm): string {
  const value = members.get(name);
  if (typeof value !== 'string' || value === '')
    throw invalid(`${name} of the JWK is missing or not a string`);
  if (plainMembers.has(name)) return value;
  const bytes = decodeMember(value, name);
  const wantedBytes = row.jwk.memberBytes?.[name];
  if (wantedBytes !== undefined && bytes.length !== wantedBytes)
    throw invalid(`${name} of the JWK has the wrong length`);
  // RFC 7518 §2: a Base64urlUInt has no leading zero octets.
  if (row.jwk.kty === 'RSA' && bytes[0] === 0) throw invalid(`${name} of the JWK has a leading zero`);
  return value;
}

function decodeMember(value: string, name: string): Buffer {
  try {
    return decodeBase64url(value);
  } catch {
    throw invalid(`${name} of the JWK is not canonical base64url`);
  }
}

function invalid(message: string): TokenError {
  return new TokenError('key_invalid', { message });
}
