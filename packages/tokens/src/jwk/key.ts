import { createPublicKey, type KeyObject } from 'node:crypto';
import { inspect } from 'node:util';
import { algorithms } from '../algorithms.ts';
import { decodeBase64url } from '../base64url.ts';
import type { Algorithm, AlgorithmName, CompactForm, Sign, Verify } from '../jws/algorithm.ts';
import { compactForm } from '../jws/compact-form.ts';
import { TokenError } from '../token-error.ts';
import { checkEd25519Point } from './ed25519-point.ts';
import { checkRsaKey } from './rsa-strength.ts';
import { checkSecretStrength } from './secret-strength.ts';

export type KeyKind = 'secret' | 'private' | 'public';

/**
 * A key bound to exactly one algorithm (RFC 8725bis §3.1).
 *
 * Only the functions of this package make one; an object that merely looks
 * like a Key is refused everywhere. Printing or serializing it shows no material.
 */
export interface Key {
  readonly kind: KeyKind;
  readonly algorithm: AlgorithmName;
  readonly keyId: string | undefined;
  readonly keyObject: KeyObject;
}

/** What is prepared once for each key. */
export interface Material {
  readonly sign: Sign | undefined;
  readonly verify: Verify;
  /** The same two for text; throws TokenError `malformed` for a signature that is no base64url. */
  readonly compact: CompactForm;
  readonly publicObject: KeyObject;
  /** Encoded header and dot by `typ`, for signing. */
  readonly headerByType: Map<string | undefined, string>;
}

export interface KeyParts {
  readonly algorithm: AlgorithmName;
  readonly keyId: string | undefined;
  readonly keyObject: KeyObject;
}

const maxKeyIdLength = 256;
const materials = new WeakMap<object, Material>();

/**
 * Bind a KeyObject to its algorithm and prepare signing and verifying.
 *
 * @throws TokenError `key_type_mismatch`, `key_invalid`
 */
export function makeKey(parts: KeyParts): Key {
  const { algorithm, keyId, keyObject } = parts;
  const row = algorithms[algorithm];
  checkType(parts);
  if (keyId !== undefined && !isKeyId(keyId)) {
    throw new TokenError('key_invalid', { message: 'a key id is a string of 1 to 256 characters' });
  }
  const publicObject = keyObject.type === 'private' ? createPublicKey(keyObject) : keyObject;
  checkStrength(row, publicObject);
  const key: Key = showNothing({ kind: keyObject.type, algorithm, keyId, keyObject });
  const sign = keyObject.type === 'public' ? undefined : row.signer(keyObject);
  const verify = row.verifier(publicObject);
  materials.set(key, {
    sign,
    verify,
    compact: row.compact?.(keyObject) ?? compactForm(sign, verify),
    publicObject,
    headerByType: new Map(),
  });
  return key;
}

/** Freeze a key; what prints or serializes it sees kind, algorithm and key id at most. */
export function showNothing<K extends Omit<Key, 'algorithm'> & { readonly algorithm: string }>(key: K): K {
  const { kind, algorithm, keyId } = key;
  return Object.freeze(
    Object.defineProperties(key, {
      toJSON: { value: () => ({ kind, algorithm, keyId }) },
      [inspect.custom]: { value: () => `Key { ${kind}, ${algorithm} }` },
    }),
  );
}

export function isKey(value: unknown): value is Key {
  return typeof value === 'object' && value !== null && materials.has(value);
}

/** @throws TokenError `key_required` for nothing, `key_invalid` for anything that is not a Key of this package */
export function materialOf(key: unknown): Material {
  if (key === undefined || key === null) throw new TokenError('key_required');
  const material = typeof key === 'object' ? materials.get(key) : undefined;
  if (material === undefined) {
    throw new TokenError('key_invalid', {
      message: 'not a key for signatures made by importJwk, importPem, importSecret or generateKey',
    });
  }
  return material;
}

export function isKeyId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= maxKeyIdLength;
}

function checkType({ algorithm, keyObject }: KeyParts): void {
  const row = algorithms[algorithm];
  const keyType = keyObject.type === 'secret' ? 'secret' : keyObject.asymmetricKeyType;
  const namedCurve = keyObject.asymmetricKeyDetails?.namedCurve;
  if (keyType !== row.keyType || namedCurve !== row.namedCurve) throw new TokenError('key_type_mismatch');
}

function checkStrength(row: Algorithm, publicObject: KeyObject): void {
  if (row.minSecretBytes !== undefined) checkSecretStrength(publicObject.export(), row.minSecretBytes);
  if (row.keyType === 'rsa') checkRsaKey(publicObject);
  if (row.keyType === 'ed25519') {
    checkEd25519Point(decodeBase64url(publicObject.export({ format: 'jwk' }).x ?? ''));
  }
}
