import { createSecretKey } from 'node:crypto';
import { importJWK, jwtVerify, SignJWT } from 'jose';
import type { Ability, Contender } from '../contender.ts';
import { audience, issuer } from '../corpus.ts';
import { versionOf } from '../version.ts';

export const jose: Contender = async (algorithm, { secret, privateKey, publicKey }) => {
  const isSecret = algorithm === 'HS256';
  const secretKey = createSecretKey(secret);
  const forms = [
    {
      form: 'CryptoKey',
      signing: await importJWK((isSecret ? secretKey : privateKey).export({ format: 'jwk' }), algorithm),
      verifying: await importJWK((isSecret ? secretKey : publicKey).export({ format: 'jwk' }), algorithm),
    },
    {
      form: 'KeyObject',
      signing: isSecret ? secretKey : privateKey,
      verifying: isSecret ? secretKey : publicKey,
    },
  ];
  return forms.map(
    ({ form, signing, verifying }): Ability => ({
      name: `jose, ${form}`,
      version: versionOf('jose'),
      sign: (claims) =>
        new SignJWT(claims).setProtectedHeader({ alg: algorithm, typ: 'at+jwt' }).sign(signing),
      verify: async (token) => {
        const options = { algorithms: [algorithm], issuer, audience, requiredClaims: ['exp'] };
        return (await jwtVerify(token, verifying, options)).payload;
      },
    }),
  );
};
