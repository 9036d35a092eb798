import type * as Native from '@node-rs/jsonwebtoken';
import type { Contender } from '../contender.ts';
import { audience, issuer } from '../corpus.ts';
import { versionOf } from '../version.ts';

/** Native code: not there on every platform. */
const native = await import('@node-rs/jsonwebtoken').then(
  (found): typeof Native => found,
  (): undefined => undefined,
);

export const nodeRs: Contender = async (algorithm, { secret, privateKey, publicKey }) => {
  if (native === undefined || algorithm === 'ML-DSA-44') return [];
  const { signSync, verifySync } = native;
  const isSecret = algorithm === 'HS256';
  const name = algorithm === 'Ed25519' ? 'EdDSA' : algorithm;
  // An ambient const enum; its values are their names.
  const alg = name as Native.Algorithm;
  const signing = isSecret ? secret : privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const verifying = isSecret ? secret : publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const options = {
    algorithms: [alg],
    iss: [issuer],
    aud: [audience],
    requiredSpecClaims: ['exp', 'iss', 'aud'],
    validateExp: true,
    leeway: 2,
  };
  return [
    {
      name: '@node-rs/jsonwebtoken',
      version: versionOf('@node-rs/jsonwebtoken'),
      sign: (claims) => signSync(claims, signing, { algorithm: alg }),
      verify: (token) => verifySync(token, verifying, options),
    },
  ];
};
