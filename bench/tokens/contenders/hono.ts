import { sign, verify } from 'hono/jwt';
import type { Contender } from '../contender.ts';
import { audience, issuer } from '../corpus.ts';
import { versionOf } from '../version.ts';

export const hono: Contender = async (algorithm, { secret, privateKey, publicKey }) => {
  if (algorithm === 'ML-DSA-44') return [];
  const alg = algorithm === 'Ed25519' ? 'EdDSA' : algorithm;
  const isSecret = algorithm === 'HS256';
  const text = secret.toString('base64url');
  const signing = isSecret ? text : privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const verifying = isSecret ? text : publicKey.export({ format: 'pem', type: 'spki' }).toString();
  return [
    {
      name: 'hono/jwt',
      version: versionOf('hono'),
      sign: (claims) => sign({ ...claims }, signing, alg),
      verify: (token) => verify(token, verifying, { alg, iss: issuer, aud: audience }),
    },
  ];
};
