import type * as Tokens from '../../../packages/tokens/src/index.ts';
import type { Contender } from '../contender.ts';
import { audience, issuer, lifetimeSeconds } from '../corpus.ts';

/** The built package where `run.ts` put it. */
const tokens: typeof Tokens = await import(process.env['BENCH_TOKENS'] ?? '@countersign/tokens');

export const name = 'Countersign';

export const countersign: Contender = async (algorithm, { secret, privateKey }) => {
  const isSecret = algorithm === 'HS256';
  const signing = isSecret
    ? tokens.importSecret(secret, { algorithm })
    : tokens.importPem(privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), { algorithm });
  const verifying = isSecret ? signing : tokens.toPublicKey(signing);
  const verify = tokens.createJwtVerifier({
    keys: verifying,
    issuer,
    audience,
    algorithms: [algorithm],
    type: 'at+jwt',
  });
  return [
    {
      name,
      version: process.env['BENCH_VERSION'] ?? 'sources',
      sign: ({ exp: _exp, ...claims }) =>
        tokens.signJwt(claims, { key: signing, type: 'at+jwt', expiresInSeconds: lifetimeSeconds }),
      verify: (token) => verify(token).claims,
    },
  ];
};
