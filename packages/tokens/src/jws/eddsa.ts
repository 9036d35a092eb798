import { generateKeyPairSync, sign, verify } from 'node:crypto';
import type { Algorithm, AlgorithmName } from './algorithm.ts';

const signatureBytes = 64;

/** Ed25519 under its exact name (RFC 9864 §2) or as `EdDSA` (RFC 8037 §3.1). */
export function ed25519Algorithm(name: AlgorithmName): Algorithm {
  return {
    name,
    isSymmetric: false,
    jwk: { kty: 'OKP', crv: 'Ed25519' },
    keyType: 'ed25519',
    generate: () => generateKeyPairSync('ed25519').privateKey,
    signer: (key) => (input) => sign(undefined, Buffer.from(input, 'latin1'), key),
    verifier: (key) => (input, signature) =>
      signature.length === signatureBytes && verify(undefined, Buffer.from(input, 'latin1'), key, signature),
  };
}
