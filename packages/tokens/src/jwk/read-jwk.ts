import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { decodeBase64url } from '../base64url.ts';
import { TokenError } from '../token-error.ts';
import { keyMembers } from './jwk.ts';
import { isKeyId } from './key.ts';
import { checkPair } from './pair.ts';
import { checkNotPublicMaterial } from './public-material.ts';

/** Members of a JWK by name; whatever was given, own members only. */
export type JwkMembers = ReadonlyMap<string, unknown>;

/** What the JWK of an algorithm looks like; `memberBytes` for the members whose length is fixed. */
export interface JwkShape {
  readonly kty: string;
  readonly crv?: string;
  readonly memberBytes?: { readonly [member: string]: number };
}

/** Members that are no base64url. */
const plainMembers: ReadonlySet<string> = new Set(['kty', 'crv', 'alg']);

/** Whether it holds a secret or a private key, whole or in part. */
export function isPrivateJwk(members: JwkMembers, { kty }: JwkShape): boolean {
  return kty === 'oct' || members.has(keyMembers[kty]?.private[0] ?? 'd');
}

/** @throws TokenError `key_type_mismatch` */
export function checkShape(members: JwkMembers, { kty, crv }: JwkShape): void {
  if (members.get('kty') !== kty || (crv !== undefined && members.get('crv') !== crv)) {
    throw new TokenError('key_type_mismatch');
  }
}

/**
 * `key_ops`, or undefined where there is none.
 *
 * @throws TokenError `key_invalid`
 * @see RFC 7517 §4.3
 */
export function readOperations(members: JwkMembers): readonly unknown[] | undefined {
  const operations = members.get('key_ops');
  if (operations === undefined) return undefined;
  if (!Array.isArray(operations) || new Set(operations).size !== operations.length)
    throw invalidJwk('key_ops is malformed');
  return operations;
}

/**
 * `kid`, or undefined where there is none.
 *
 * @throws TokenError `key_invalid`
 */
export function readKeyId(members: JwkMembers): string | undefined {
  const keyId = members.get('kid');
  if (keyId !== undefined && !isKeyId(keyId)) throw invalidJwk('kid must be a string of 1 to 256 characters');
  return keyId;
}

/**
 * The key of a JWK whose shape was checked: exact members, point on its curve, both halves of one pair.
 *
 * @throws TokenError `key_invalid`, `key_type_mismatch`
 */
export function readKeyObject(members: JwkMembers, shape: JwkShape): KeyObject {
  const known = keyMembers[shape.kty];
  if (known === undefined) throw new TokenError('key_type_mismatch');
  const isPrivate = isPrivateJwk(members, shape);
  if (members.has('oth')) throw invalidJwk('RSA keys with more than two primes are not supported');
  if (!isPrivate && known.private.some((name) => members.has(name)))
    throw invalidJwk('the private key is incomplete');
  const names = isPrivate ? [...known.public, ...known.private] : known.public;
  const jwk: JsonWebKey = {};
  for (const name of names) jwk[name] = readMember(members, name, shape);
  if (shape.kty === 'oct') {
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
    throw invalidJwk('the JWK is not a valid key');
  }
}

function readMember(members: JwkMembers, name: string, shape: JwkShape): string {
  const value = members.get(name);
  if (typeof value !== 'string' || value === '')
    throw invalidJwk(`${name} of the JWK is missing or not a string`);
  if (plainMembers.has(name)) return value;
  const bytes = decodeMember(value, name);
  const wantedBytes = shape.memberBytes?.[name];
  if (wantedBytes !== undefined && bytes.length !== wantedBytes)
    throw invalidJwk(`${name} of the JWK has the wrong length`);
  // RFC 7518 §2: a Base64urlUInt has no leading zero octets.
  if (shape.kty === 'RSA' && bytes[0] === 0) throw invalidJwk(`${name} of the JWK has a leading zero`);
  return value;
}

function decodeMember(value: string, name: string): Buffer {
  try {
    return decodeBase64url(value);
  } catch {
    throw invalidJwk(`${name} of the JWK is not canonical base64url`);
  }
}

export function invalidJwk(message: string): TokenError {
  return new TokenError('key_invalid', { message });
}
