import { createSecretKey } from 'node:crypto';
import jwt from 'jsonwebtoken';
import type { Ability, Contender } from '../contender.ts';
import { audience, issuer } from '../corpus.ts';
import { versionOf } from '../version.ts';

export const jsonwebtoken: Contender = async (algorithm, { secret, privateKey, publicKey }) => {
  if (algorithm === 'Ed25519' || algorithm === 'ML-DSA-44') return [];
  const ability = (form: string, signing: jwt.Secret, verifying: jwt.Secret): Ability => ({
    name: `jsonwebtoken, ${form}`,
    version: versionOf('jsonwebtoken'),
    sign: (claims) => jwt.sign(claims, signing, { algorithm, header: { alg: algorithm, typ: 'at+jwt' } }),
    verify: (token) => jwt.verify(token, verifying, { algorithms: [algorithm], issuer, audience }),
  });
  if (algorithm !== 'HS256') return [ability('KeyObject', privateKey, publicKey)];
  const key = createSecretKey(secret);
  // As tutorials write it: the secret is text.
  const text = secret.toString('base64url');
  return [ability('KeyObject', key, key), ability('text', text, text)];
};
