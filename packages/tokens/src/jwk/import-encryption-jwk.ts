import type { EncryptionAlgorithmName, KeyManagement } from '../jwe/algorithm.ts';
import { agreementCurves, isCurveName } from '../jwe/curves.ts';
import { keyManagements } from '../jwe/key-management.ts';
import { TokenError } from '../token-error.ts';
import { type EncryptionKey, makeEncryptionKey } from './encryption-key.ts';
import {
  checkShape,
  invalidJwk,
  isPrivateJwk,
  type JwkMembers,
  type JwkShape,
  readKeyId,
  readKeyObject,
  readOperations,
} from './read-jwk.ts';

/** Operations of a key for signatures; one key does not do both (RFC 7517 §4.3). */
const signatureOperations: readonly unknown[] = ['sign', 'verify'];

/**
 * The key of a JWK that is wanted for encryption.
 *
 * @throws TokenError `key_invalid`, `key_type_mismatch`
 */
export function readEncryptionJwk(members: JwkMembers, algorithm: EncryptionAlgorithmName): EncryptionKey {
  const row = keyManagements[algorithm];
  const stated = members.get('alg');
  if (stated !== undefined && stated !== algorithm && stated !== row.alg) {
    throw new TokenError('key_type_mismatch', { message: 'the alg of the JWK is not the wanted algorithm' });
  }
  const shape = shapeOf(row, members.get('crv'));
  checkShape(members, shape);
  checkUse(members, row, kindOf(members, shape));
  return makeEncryptionKey({
    algorithm,
    keyId: readKeyId(members),
    keyObject: readKeyObject(members, shape),
  });
}

function shapeOf({ family }: KeyManagement, crv: unknown): JwkShape {
  if (family === 'secret') return { kty: 'oct' };
  if (family === 'rsa') return { kty: 'RSA' };
  if (!isCurveName(crv)) throw new TokenError('key_type_mismatch');
  const { kty, coordinateBytes } = agreementCurves[crv];
  return { kty, crv, memberBytes: { x: coordinateBytes, y: coordinateBytes, d: coordinateBytes } };
}

function kindOf(members: JwkMembers, shape: JwkShape): 'secret' | 'private' | 'public' {
  if (shape.kty === 'oct') return 'secret';
  return isPrivateJwk(members, shape) ? 'private' : 'public';
}

/** @see RFC 7517 §4.2 and §4.3 */
function checkUse(members: JwkMembers, row: KeyManagement, kind: 'secret' | 'private' | 'public'): void {
  const use = members.get('use');
  if (use !== undefined && use !== 'enc') throw invalidJwk('the JWK is not meant for encryption (use)');
  const operations = readOperations(members);
  if (operations === undefined) return;
  const isMeant = row.operations[kind].every((group) => group.some((name) => operations.includes(name)));
  if (!isMeant || signatureOperations.some((name) => operations.includes(name)))
    throw invalidJwk('the JWK is not meant for this way to encrypt (key_ops)');
}
