import { isAlgorithmName } from '../algorithms.ts';
import { importJwk } from '../jwk/import-jwk.ts';
import { keyMembers } from '../jwk/jwk.ts';
import type { Key } from '../jwk/key.ts';
import { thumbprint } from '../jwk/thumbprint.ts';
import { type JwsHeader, readHeader } from '../jws/header.ts';
import { checkAllowed, type VerifierPolicy } from '../jws/verifier-policy.ts';
import { isJsonObject } from '../strict-json.ts';
import { TokenError } from '../token-error.ts';

/** Every member that only a private key or a secret has, whatever its `kty` says. */
const privateMembers: readonly string[] = [
  ...Object.values(keyMembers).flatMap((members) => members.private),
  'k',
  'oth',
];

export interface ProofKey {
  readonly key: Key;
  /** Its RFC 7638 thumbprint. */
  readonly jkt: string;
  readonly header: Pick<JwsHeader, 'alg' | 'typ'>;
}

/** A client sends the same header with every proof, and importing a key takes longer than verifying with it. */
const knownKeys = new Map<string, ProofKey>();
const maxKnownKeys = 256;

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
export function readProofKey(segment: string, policy: Pick<VerifierPolicy, 'allowed' | 'type'>): ProofKey {
  const known = knownKeys.get(segment);
  if (known !== undefined) {
    checkAllowed(policy, known.header);
    return known;
  }
  const header = readHeader(segment);
  checkAllowed(policy, header);
  const key = importProofKey(header);
  const { alg, typ = '' } = header;
  return { key, jkt: thumbprint(key), header: { alg, typ } };
}

/** For keys whose signature was good: a forger fills nothing. */
export function rememberProofKey(segment: string, proofKey: ProofKey): void {
  if (knownKeys.has(segment)) return;
  if (knownKeys.size >= maxKnownKeys) knownKeys.clear();
  knownKeys.set(segment, proofKey);
}

function importProofKey(header: JwsHeader): Key {
  if (!isAlgorithmName(header.alg)) throw new TokenError('algorithm_not_allowed');
  const jwk = Object.hasOwn(header, 'jwk') ? header.jwk : undefined;
  if (!isJsonObject(jwk)) throw new TokenError('malformed', { message: 'the header has no jwk' });
  if (privateMembers.some((name) => Object.hasOwn(jwk, name))) {
    throw new TokenError('key_invalid', { message: 'the jwk of a proof is a public key' });
  }
  const { kid: _, ...unnamed } = jwk;
  return importJwk(unnamed, { algorithm: header.alg });
}
