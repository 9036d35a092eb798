import { constants, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import type { Algorithm, AlgorithmName } from './algorithm.ts';

const generateRsa = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

/** RSASSA-PKCS1-v1_5 (RFC 7518 §3.3). */
export function rsaPkcs1Algorithm(name: AlgorithmName, hash: string): Algorithm {
  return {
    name,
    isSymmetric: false,
    jwk: { kty: 'RSA' },
    keyType: 'rsa',
    generate: generateRsa,
    signer: (key) => (input) => sign(hash, Buffer.from(input, 'latin1'), key),
    verifier: (key) => {
      const signatureBytes = modulusBytes(key);
      return (input, signature) =>
        signature.length === signatureBytes && verify(hash, Buffer.from(input, 'latin1'), key, signature);
    },
  };
}

/** RSASSA-PSS, salt as long as the digest, MGF1 with the same hash (RFC 7518 §3.5). */
export function rsaPssAlgorithm(name: AlgorithmName, hash: string, digestBytes: number): Algorithm {
  const pss = (key: KeyObject): { key: KeyObject; padding: number; saltLength: number } => ({
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: digestBytes,
  });
  return {
    name,
    isSymmetric: false,
    jwk: { kty: 'RSA' },
    keyType: 'rsa',
    generate: generateRsa,
    signer: (key) => {
      const keyWithPadding = pss(key);
      return (input) => sign(hash, Buffer.from(input, 'latin1'), keyWithPadding);
    },
    verifier: (key) => {
      const keyWithPadding = pss(key);
      const signatureBytes = modulusBytes(key);
      return (input, signature) =>
        signature.length === signatureBytes &&
        verify(hash, Buffer.from(input, 'latin1'), keyWithPadding, signature);
    },
  };
}

function modulusBytes(key: KeyObject): number {
  return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);
}
