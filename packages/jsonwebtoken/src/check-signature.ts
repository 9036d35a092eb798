import type { VerifyOptions } from './api-types.ts';
import { checkKeyType } from './check-key-type.ts';
import { JsonWebTokenError } from './errors.ts';
import { isPublishedKey } from './judge-secret.ts';
import { signatureBytes, verifyMismatched } from './mismatched-key.ts';
import { type PreparedKey, prepareVerifyingKey, verifierOf } from './prepared-key.ts';
import type { ReadToken } from './read-token.ts';
import { isSignatureAlgorithm, unknownAlgorithm } from './signature-algorithm.ts';
import { warnOnce } from './warn-once.ts';

const hmac: readonly unknown[] = ['HS256', 'HS384', 'HS512'];
const rsa: readonly unknown[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const ecdsa: readonly unknown[] = ['ES256', 'ES384', 'ES512'];

interface With {
  readonly key: unknown;
  readonly options: VerifyOptions;
}

/**
 * Check that the header names an allowed algorithm, that the key is one for it, and that the signature holds.
 *
 * @throws JsonWebTokenError; Error for a key of the wrong type, TypeError for an ECDSA signature of the wrong length
 */
export function checkSignature(token: ReadToken, algorithm: unknown, { key: material, options }: With): void {
  const isSigned = token.signature !== '';
  if (!isSigned && material) throw new JsonWebTokenError('jwt signature is required');
  if (isSigned && !material) throw new JsonWebTokenError('secret or public key must be provided');
  if (!isSigned && !options.algorithms) {
    throw new JsonWebTokenError('please specify "none" in "algorithms" to verify unsigned tokens');
  }
  const key = findKey(material);
  if (!isAllowed(algorithm, options, key)) throw new JsonWebTokenError('invalid algorithm');
  if (!isSigned || key === undefined) return checkUnsigned(algorithm);
  checkKind(algorithm, key);
  if (!holds(token, algorithm, { key, options })) throw new JsonWebTokenError('invalid signature');
}

/** @throws JsonWebTokenError for what is no key material */
function findKey(material: unknown): PreparedKey | undefined {
  if (material === null || material === undefined) return undefined;
  const key = prepareVerifyingKey(material);
  if (key === undefined || key.isIdentity) {
    throw new JsonWebTokenError('secretOrPublicKey is not valid key material');
  }
  return key;
}

function isAllowed(
  algorithm: unknown,
  { algorithms }: VerifyOptions,
  key: PreparedKey | undefined,
): algorithm is string {
  if (typeof algorithm !== 'string') return false;
  if (Array.isArray(algorithms)) return algorithms.some((allowed) => allowed === algorithm);
  if (algorithms) return String(algorithms).includes(algorithm);
  warnOnce('COUNTERSIGN_JWT_ALGORITHMS');
  return key !== undefined && algorithmsOf(key).includes(algorithm);
}

function algorithmsOf({ keyObject, type }: PreparedKey): readonly unknown[] {
  if (type === 'secret') return hmac;
  return keyObject.asymmetricKeyType === 'ec' ? ecdsa : rsa;
}

function checkUnsigned(algorithm: string): void {
  // The original falls over here, in the middle of somebody's callback.
  if (algorithm !== 'none') throw new JsonWebTokenError('secret or public key must be provided');
  warnOnce('COUNTERSIGN_JWT_NONE');
}

/** A secret for HMAC, a public key for the others; never one for the other (RFC 8725 §2.1). */
function checkKind(algorithm: string, key: PreparedKey): void {
  if (key.verifiers.has(algorithm)) return;
  if (algorithm.startsWith('HS')) {
    if (key.isEmpty) throw new JsonWebTokenError('secret or public key must be provided');
    if (key.type !== 'secret' || isPublishedKey(key.keyObject)) {
      throw new JsonWebTokenError(`secretOrPublicKey must be a symmetric key when using ${algorithm}`);
    }
  } else if (/^(?:RS|PS|ES)/.test(algorithm) && key.type !== 'public') {
    throw new JsonWebTokenError(`secretOrPublicKey must be an asymmetric key when using ${algorithm}`);
  }
}

function holds(
  { text, inputLength, signature }: ReadToken,
  algorithm: string,
  { key, options }: { readonly key: PreparedKey; readonly options: VerifyOptions },
): boolean {
  const isMismatchAllowed = options.allowInvalidAsymmetricKeyTypes === true;
  if (!isSignatureAlgorithm(algorithm)) {
    if (!isMismatchAllowed) checkKeyType(algorithm, key.keyObject);
    // It was seen above that there is a signature.
    if (algorithm === 'none') return false;
    throw algorithm === ''
      ? new Error('Missing algorithm parameter for jws.verify')
      : unknownAlgorithm(algorithm);
  }
  const verify = verifierOf(key, algorithm);
  if (verify === undefined && !isMismatchAllowed) checkKeyType(algorithm, key.keyObject);
  if (algorithm.startsWith('ES')) checkLength(algorithm, signature);
  if (verify !== undefined) return verify(text, inputLength, signature);
  warnOnce('COUNTERSIGN_JWT_KEY_TYPE');
  return verifyMismatched(algorithm, key.keyObject, { input: text.slice(0, inputLength), signature });
}

function checkLength(algorithm: string, signature: string): void {
  const bytes = Math.floor((signature.length * 3) / 4);
  const expected = signatureBytes(algorithm);
  if (bytes !== expected) {
    throw new TypeError(`"${algorithm}" signatures must be "${expected}" bytes, saw "${bytes}"`);
  }
}
