import { createHmac, createSecretKey, type KeyObject, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Algorithm, AlgorithmName } from './algorithm.ts';

/** HMAC with SHA-2: the key is at least as long as the digest (RFC 7518 §3.2). */
export function hmacAlgorithm(name: AlgorithmName, hash: string, digestBytes: number): Algorithm {
  const mac = (key: KeyObject, input: string): Buffer =>
    createHmac(hash, key).update(input, 'latin1').digest();
  return {
    name,
    isSymmetric: true,
    jwk: { kty: 'oct' },
    keyType: 'secret',
    minSecretBytes: digestBytes,
    generate: () => createSecretKey(randomBytes(digestBytes)),
    signer: (key) => (input) => mac(key, input),
    verifier: (key) => (input, signature) =>
      signature.length === digestBytes && timingSafeEqual(mac(key, input), signature),
  };
}
