import type { KeyObject } from 'node:crypto';
import { type Jwk, keyMembers, type PrivateJwk } from './jwk.ts';
import { type EncryptionKey, encryptionMaterialOf, isEncryptionKey } from './encryption-key.ts';
import { type Key, materialOf } from './key.ts';

/**
 * The public JWK of a public or private key, with `alg`, `use` (`sig` or `enc`) and, where known, `kid`.
 *
 * Members come from an allow-list, so nothing private can slip through.
 *
 * @throws TypeError for a secret, which has no public form
 * @see RFC 7517 §4 and §9.2
 */
export function exportJwk(key: Key | EncryptionKey): Jwk {
  const { publicObject } = isEncryptionKey(key) ? encryptionMaterialOf(key) : materialOf(key);
  if (key.kind === 'secret') throw new TypeError('a secret has no public form; see exportPrivateJwk');
  return { ...pickMembers(publicObject, 'public'), ...labels(key) };
}

/**
 * The JWK of a private key or secret with everything in it. Whoever reads the result can sign, or decrypt.
 *
 * @throws TypeError for a public key
 */
export function exportPrivateJwk(key: Key | EncryptionKey): PrivateJwk {
  if (!isEncryptionKey(key)) materialOf(key);
  if (key.kind === 'public') throw new TypeError('a public key has no private form');
  return {
    ...pickMembers(key.keyObject, 'public'),
    ...pickMembers(key.keyObject, 'private'),
    ...labels(key),
  };
}

function labels(key: Key | EncryptionKey): { alg: string; use: string; kid?: string } {
  const { algorithm: alg, keyId } = key;
  const use = isEncryptionKey(key) ? 'enc' : 'sig';
  return keyId === undefined ? { alg, use } : { alg, use, kid: keyId };
}

function pickMembers(
  keyObject: KeyObject,
  half: 'public' | 'private',
): { kty: string; [member: string]: string } {
  const exported = new Map<string, unknown>(Object.entries(keyObject.export({ format: 'jwk' })));
  const kty = exported.get('kty');
  if (typeof kty !== 'string') throw new TypeError('the key has no JWK form');
  const picked: { kty: string; [member: string]: string } = { kty };
  for (const name of keyMembers[kty]?.[half] ?? []) {
    const value = exported.get(name);
    if (typeof value === 'string') picked[name] = value;
  }
  return picked;
}
