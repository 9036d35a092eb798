import { generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { agree } from '../jwe/curves.ts';
import { TokenError } from '../token-error.ts';

/** The other key types hash on their own. */
const hashedTypes: ReadonlySet<string> = new Set(['rsa', 'ec']);
const probe = Buffer.from('countersign pair check');

/**
 * A private key must belong to the public half it claims: sign with one, verify with the other;
 * X25519 cannot sign, so both halves agree with a third key instead.
 *
 * @throws TokenError `key_invalid`
 */
export function checkPair(privateObject: KeyObject, publicObject: KeyObject): void {
  const isPair =
    privateObject.asymmetricKeyType === 'x25519'
      ? isAgreementPair(privateObject, publicObject)
      : isSignaturePair(privateObject, publicObject);
  if (!isPair)
    throw new TokenError('key_invalid', { message: 'the private key does not belong to the public key' });
}

function isSignaturePair(privateObject: KeyObject, publicObject: KeyObject): boolean {
  const digest = hashedTypes.has(privateObject.asymmetricKeyType ?? '') ? 'sha256' : undefined;
  return verify(digest, probe, publicObject, sign(digest, probe, privateObject));
}

function isAgreementPair(privateObject: KeyObject, publicObject: KeyObject): boolean {
  const third = generateKeyPairSync('x25519');
  const ours = agree(privateObject, third.publicKey);
  const theirs = agree(third.privateKey, publicObject);
  return ours !== undefined && theirs !== undefined && ours.equals(theirs);
}
