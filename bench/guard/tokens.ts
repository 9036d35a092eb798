import { randomBytes, randomUUID } from 'node:crypto';
import { exportJwk, generateKey, signJwt } from '@countersign/tokens';
import { createPublicKey } from 'node:crypto';

export const issuer = 'https://auth.example.com';
export const audience = 'https://api.example.com';
export const key = generateKey('ES256');
export const pem: string = createPublicKey({ key: { ...exportJwk(key) }, format: 'jwk' })
  .export({ format: 'pem', type: 'spki' })
  .toString();

/** `Authorization` fields with different access tokens of about 550 bytes, as they lie in a parser's memory. */
export function makeTokens(count: number): readonly Buffer[] {
  return Array.from({ length: count }, () => {
    const claims = {
      iss: issuer,
      aud: audience,
      sub: randomUUID(),
      sid: randomBytes(16).toString('base64url'),
      jti: randomBytes(16).toString('base64url'),
      client_id: 'first-party',
      scope: 'openid profile orders:read',
      roles: ['user'],
      rvs: 48_213,
    };
    return Buffer.from(`Bearer ${signJwt(claims, { key, type: 'at+jwt', expiresInSeconds: 3600 })}`);
  });
}
