import { createSigner, createVerifier } from 'fast-jwt';
import type { Contender } from '../contender.ts';
import { audience, issuer } from '../corpus.ts';
import { versionOf } from '../version.ts';

export const fastJwt: Contender = async (algorithm, { secret, privateKey, publicKey }) => {
  if (algorithm === 'ML-DSA-44') return [];
  const alg = algorithm === 'Ed25519' ? 'EdDSA' : algorithm;
  const isSecret = algorithm === 'HS256';
  const pem = (key: typeof publicKey, type: 'spki' | 'pkcs8'): string =>
    key.export({ format: 'pem', type }).toString();
  const sign = createSigner({
    algorithm: alg,
    key: isSecret ? secret : pem(privateKey, 'pkcs8'),
    header: { alg, typ: 'at+jwt' },
  });
  const verify = createVerifier({
    algorithms: [alg],
    key: isSecret ? secret : pem(publicKey, 'spki'),
    allowedIss: issuer,
    allowedAud: audience,
    requiredClaims: ['exp'],
    cache: false,
  });
  return [{ name: 'fast-jwt', version: versionOf('fast-jwt'), sign, verify }];
};
