import type { KeyObject } from 'node:crypto';

const algorithmsByKeyType: ReadonlyMap<string, readonly string[]> = new Map([
  ['ec', ['ES256', 'ES384', 'ES512']],
  ['rsa', ['RS256', 'PS256', 'RS384', 'PS384', 'RS512', 'PS512']],
  ['rsa-pss', ['PS256', 'PS384', 'PS512']],
]);

const curveByAlgorithm: ReadonlyMap<string, string> = new Map([
  ['ES256', 'prime256v1'],
  ['ES384', 'secp384r1'],
  ['ES512', 'secp521r1'],
]);

/**
 * Check that an asymmetric key is one for this algorithm: its type, its curve, the parameters of an RSA-PSS key.
 *
 * Does NOT look at secrets, nor at the length of a modulus.
 *
 * @throws Error with the message of the original
 */
export function checkKeyType(algorithm: string, key: KeyObject): void {
  const keyType = key.asymmetricKeyType;
  if (algorithm === '' || keyType === undefined) return;
  const allowed = algorithmsByKeyType.get(keyType);
  if (allowed === undefined) throw new Error(`Unknown key type "${keyType}".`);
  if (!allowed.includes(algorithm)) {
    throw new Error(`"alg" parameter for "${keyType}" key type must be one of: ${allowed.join(', ')}.`);
  }
  if (keyType === 'ec') {
    const curve = curveByAlgorithm.get(algorithm);
    if (key.asymmetricKeyDetails?.namedCurve !== curve) {
      throw new Error(`"alg" parameter "${algorithm}" requires curve "${curve}".`);
    }
  }
  if (keyType === 'rsa-pss') checkPssParameters(algorithm, key);
}

/** A key may itself say which hash and how much salt it is for (RFC 4055 §3.1). */
function checkPssParameters(algorithm: string, key: KeyObject): void {
  const digestBits = Number(algorithm.slice(2));
  const { hashAlgorithm, mgf1HashAlgorithm, saltLength } = key.asymmetricKeyDetails ?? {};
  if (hashAlgorithm !== `sha${digestBits}` || mgf1HashAlgorithm !== hashAlgorithm) {
    throw new Error(
      `Invalid key for this operation, its RSA-PSS parameters do not meet the requirements of "alg" ${algorithm}.`,
    );
  }
  if (saltLength !== undefined && saltLength > digestBits / 8) {
    throw new Error(
      `Invalid key for this operation, its RSA-PSS parameter saltLength does not meet the requirements of "alg" ${algorithm}.`,
    );
  }
}
