import { isAlgorithmName } from '../algorithms.ts';
import { importJwk } from '../jwk/import-jwk.ts';
import { keyMembers } from '../jwk/jwk.ts';
import type { Key } from '../jwk/key.ts';
import { readHeader } from '../jws/header.ts';
import { checkAllowed, type VerifierPolicy } from '../jws/verifier-policy.ts';
import { isJsonObject } from '../strict-json.ts';
import { TokenError } from '../token-error.ts';

/** Every member that only a private key or a secret has, whatever its `kty` says. */
const privateMembers: readonly string[] = [
  ...Object.values(keyMembers).flatMap((members) => members.private),
  'k',
  'oth',
];

/**
 * Read the header of a proof and import the public key that stands in it.
 *
 * Nobody vouches for that key: it counts only beside a thumbprint from an access
 * token, or for binding a new one.
 *
 * @throws TokenError `malformed`, `critical_unsupported`, `algorithm_not_allowed`, `type_mismatch`,
 *   `key_invalid`, `key_type_mismatch`
 * @see RFC 9449 §4.2 and §4.3 points 4 to 7
 */
export function readProofKey(segment: string, policy: Pick<VerifierPolicy, 'allowed' | 'type'>): Key {
  const header = readHeader(segment);
  checkAllowed(policy, header);
  if (!isAlgorithmName(header.alg)) throw new TokenError('algorithm_not_allowed');
  const jwk = Object.hasOwn(header, 'jwk') ? header.jwk : undefined;
  if (!isJsonObject(jwk)) throw new TokenError('malformed', { message: 'the header has no jwk' });
  if (privateMembers.some((name) => Object.hasOwn(jwk, name))) {
    throw new TokenError('key_invalid', { message: 'the jwk of a proof is a public key' });
  }
  const { kid: _, ...unnamed } = jwk;
  return importJwk(unnamed, { algorithm: header.alg });
}
