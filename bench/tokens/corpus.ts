import { generateKeyPairSync, type KeyObject, randomBytes, randomUUID } from 'node:crypto';

/** An access token as an issuer writes it; with HS256 it has about 480 characters. */
export const issuer = 'https://auth.example.com';
export const audience = 'https://api.example.com';
export const lifetimeSeconds = 3600;

/** Distinct tokens that a verification takes in turns: text that was parsed before is parsed faster. */
export const tokenCount = 64;

export type AlgorithmName = 'HS256' | 'RS256' | 'ES256' | 'Ed25519' | 'ML-DSA-44';

export interface Claims {
  readonly [name: string]: unknown;
}

export function makeClaims(more: Claims = {}): Claims {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: issuer,
    aud: audience,
    sub: randomUUID(),
    sid: randomUUID(),
    jti: randomBytes(16).toString('base64url'),
    client_id: 'first-party',
    scope: 'openid profile orders:read',
    roles: ['user'],
    rvs: 48_213,
    iat: now,
    exp: now + lifetimeSeconds,
    ...more,
  };
}

export interface Keys {
  readonly secret: Buffer;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/** The same keys for all contenders; a secret for HS256, a pair for the others. */
export function makeKeys(algorithm: AlgorithmName): Keys {
  const secret = randomBytes(32);
  switch (algorithm) {
    case 'ES256':
      return { secret, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
    case 'Ed25519':
      return { secret, ...generateKeyPairSync('ed25519') };
    case 'ML-DSA-44':
      return { secret, ...generateKeyPairSync('ml-dsa-44') };
    default:
      return { secret, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
  }
}

/** One string in one piece, as a parser of HTTP hands it over: not a tree of the parts it was made of. */
export function flatten(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1');
}
