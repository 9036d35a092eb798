import type { createPrivateKey, createPublicKey, KeyObject } from 'node:crypto';

/** What `jsonwebtoken` 9 can sign and verify with. */
export type Algorithm =
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'none';

export type PublicKey = Parameters<typeof createPublicKey>[0];
export type PrivateKey = Parameters<typeof createPrivateKey>[0];
export type Secret = string | Buffer | KeyObject | { key: string | Buffer; passphrase: string };

/** Members of RFC 7515 §4.1. */
export interface JwtHeader {
  alg: string | Algorithm;
  typ?: string | undefined;
  cty?: string | undefined;
  crit?: string[] | undefined;
  kid?: string | undefined;
  jku?: string | undefined;
  x5u?: string | string[] | undefined;
  'x5t#S256'?: string | undefined;
  x5t?: string | undefined;
  x5c?: string | string[] | undefined;
}

/** Claims of RFC 7519 §4.1, and any other. */
export interface JwtPayload {
  // oxlint-disable-next-line typescript/no-explicit-any -- callers of jsonwebtoken read claims without narrowing
  [claim: string]: any;
  iss?: string | undefined;
  sub?: string | undefined;
  aud?: string | string[] | undefined;
  exp?: number | undefined;
  nbf?: number | undefined;
  iat?: number | undefined;
  jti?: string | undefined;
}

export interface Jwt {
  header: JwtHeader;
  payload: JwtPayload | string;
  /** Base64url. */
  signature: string;
}

export interface SignOptions {
  /** `HS256` unless said otherwise. */
  algorithm?: Algorithm | undefined;
  /** Written as `kid`. */
  keyid?: string | undefined;
  /** Seconds, or a text with its unit: `"15m"`, `"2 days"`. There is no default: without it a token is good for ever. */
  expiresIn?: string | number;
  /** As `expiresIn`. */
  notBefore?: string | number | undefined;
  audience?: string | string[] | undefined;
  subject?: string | undefined;
  issuer?: string | undefined;
  jwtid?: string | undefined;
  /** Write the claims into the given payload, not into a copy. */
  mutatePayload?: boolean | undefined;
  /** Leave `iat` out. */
  noTimestamp?: boolean | undefined;
  /** Further members of the header; they replace `alg`, `typ` and `kid`. */
  header?: JwtHeader | undefined;
  /** How a text payload becomes bytes; `utf8`. */
  encoding?: string | undefined;
  /** Allow RSA keys of fewer than 2048 bits. */
  allowInsecureKeySizes?: boolean | undefined;
  /** Allow a key of another type or curve than the algorithm's. */
  allowInvalidAsymmetricKeyTypes?: boolean | undefined;
}

export interface VerifyOptions {
  /** Without it: whatever fits the type of the key. */
  algorithms?: Algorithm[] | undefined;
  audience?: string | RegExp | [string | RegExp, ...(string | RegExp)[]] | undefined;
  /** Seconds since 1970 to take for now. */
  clockTimestamp?: number | undefined;
  /** Seconds granted to `exp`, `nbf` and `maxAge`. */
  clockTolerance?: number | undefined;
  /** Return header, payload and signature. */
  complete?: boolean | undefined;
  issuer?: string | [string, ...string[]] | undefined;
  ignoreExpiration?: boolean | undefined;
  ignoreNotBefore?: boolean | undefined;
  jwtid?: string | undefined;
  nonce?: string | undefined;
  subject?: string | undefined;
  /** As `expiresIn`, counted from `iat`. */
  maxAge?: string | number | undefined;
  allowInvalidAsymmetricKeyTypes?: boolean | undefined;
}

export interface DecodeOptions {
  /** Return header, payload and signature. */
  complete?: boolean | undefined;
  /** Parse the payload even where the header has no `typ: JWT`. */
  json?: boolean | undefined;
}
