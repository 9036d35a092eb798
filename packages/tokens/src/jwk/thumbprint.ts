import { hash } from 'node:crypto';
import { exportJwk } from './export.ts';
import type { Jwk } from './jwk.ts';
import { keyMembers } from './jwk.ts';
import { isKey, type Key } from './key.ts';
import { type EncryptionKey, isEncryptionKey } from './encryption-key.ts';

/**
 * SHA-256 thumbprint of a public key (of the public half of a private one), base64url, 43 characters.
 *
 * Does NOT check that the members of a JWK form a valid key.
 *
 * @throws TypeError for a secret: its hash would help whoever guesses it (RFC 7638 §7)
 * @see RFC 7638 §3, RFC 9964 §6
 */
export function thumbprint(keyOrJwk: Key | EncryptionKey | Jwk): string {
  const jwk: object = isKey(keyOrJwk) || isEncryptionKey(keyOrJwk) ? exportJwk(keyOrJwk) : keyOrJwk;
  const members = new Map<string, unknown>(Object.entries(jwk));
  const kty = members.get('kty');
  const row = typeof kty === 'string' && kty !== 'oct' ? keyMembers[kty] : undefined;
  if (row === undefined) throw new TypeError('a thumbprint is taken of an RSA, EC, OKP or AKP key');
  const required = row.public.map((name): [string, string] => {
    const value = members.get(name);
    if (typeof value !== 'string') throw new TypeError(`the JWK has no ${name}`);
    return [name, value];
  });
  return hash('sha256', JSON.stringify(Object.fromEntries(required)), 'base64url');
}
