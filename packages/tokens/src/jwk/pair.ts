import { type KeyObject, sign, verify } from 'node:crypto';
import { TokenError } from '../token-error.ts';

/** The other key types hash on their own. */
const hashedTypes: ReadonlySet<string> = new Set(['rsa', 'ec']);
const probe = Buffer.from('countersign pair check');

/**
 * A private key must belong to the public half it claims: sign with one, verify with the other.
 *
 * @throws TokenError `key_invalid`
 */
export function checkPair(privateObject: KeyObject, publicObject: KeyObject): void {
  const digest = hashedTypes.has(privateObject.asymmetricKeyType ?? '') ? 'sha256' : undefined;
  const isPair = verify(digest, probe, publicObject, sign(digest, probe, privateObject));
  if (!isPair)
    throw new TokenError('key_invalid', { message: 'the private key does not belong to the public key' });
}
