import { generateKeyPairSync, sign, verify } from 'node:crypto';
import type { Algorithm, AlgorithmName } from './algorithm.ts';
import { derFromRs, rsFromDer } from './ecdsa-form.ts';

export interface EcCurve {
  /** As JWK spells it. */
  readonly crv: string;
  /** As OpenSSL spells it. */
  readonly namedCurve: string;
  readonly orderHex: string;
}

/**
 * ECDSA with the curve bound to the algorithm (RFC 7518 §3.4, RFC 8812 §3.2).
 *
 * Signatures travel as `r || s`. OpenSSL speaks DER, and asking Node to
 * convert takes it off its fast path, so the conversion is done here.
 */
export function ecdsaAlgorithm(name: AlgorithmName, hash: string, curve: EcCurve): Algorithm {
  const order = Buffer.from(curve.orderHex, 'hex');
  return {
    name,
    isSymmetric: false,
    jwk: {
      kty: 'EC',
      crv: curve.crv,
      memberBytes: { x: order.length, y: order.length, d: order.length },
    },
    keyType: 'ec',
    namedCurve: curve.namedCurve,
    generate: () => generateKeyPairSync('ec', { namedCurve: curve.namedCurve }).privateKey,
    signer: (key) => (input) => rsFromDer(sign(hash, Buffer.from(input, 'latin1'), key), order.length),
    verifier: (key) => (input, signature) => {
      const der = derFromRs(signature, order);
      return der !== undefined && verify(hash, Buffer.from(input, 'latin1'), key, der);
    },
  };
}
