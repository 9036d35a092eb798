import { generateKeyPairSync, sign, verify } from 'node:crypto';
import type { Algorithm, AlgorithmName } from './algorithm.ts';

/** A parameter set of FIPS 204, with the sizes of its Table 2 in bytes. */
export interface MlDsaSet {
  readonly keyType: 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87';
  readonly publicBytes: number;
  readonly signatureBytes: number;
}

/** FIPS 204 §3.6.1: every private key grows out of a seed this long. */
const seedBytes = 32;

/**
 * ML-DSA with an empty context, never HashML-DSA (RFC 9964 §5 and §7.2).
 *
 * As a JWK, the private key is its seed and nothing else (RFC 9964 §4).
 */
export function mlDsaAlgorithm(name: AlgorithmName, set: MlDsaSet): Algorithm {
  return {
    name,
    isSymmetric: false,
    jwk: { kty: 'AKP', memberBytes: { pub: set.publicBytes, priv: seedBytes } },
    keyType: set.keyType,
    generate: () => generateKeyPairSync(set.keyType).privateKey,
    signer: (key) => (input) => sign(undefined, Buffer.from(input, 'latin1'), key),
    verifier: (key) => (input, signature) =>
      signature.length === set.signatureBytes &&
      verify(undefined, Buffer.from(input, 'latin1'), key, signature),
  };
}
