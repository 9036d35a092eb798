import type { KeyObject } from 'node:crypto';

/** Algorithms of signatures; those of encryption are `EncryptionAlgorithmName`, and no name is in both. */
export type AlgorithmName =
  | 'HS256'
  | 'HS384'
  | 'HS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'ES256K'
  | 'Ed25519'
  | 'EdDSA'
  | 'ML-DSA-44'
  | 'ML-DSA-65'
  | 'ML-DSA-87';

export type Sign = (signingInput: string) => Buffer;
export type Verify = (signingInput: string, signature: Buffer) => boolean;

/** Signatures as they stand in a compact token, in base64url. */
export interface CompactForm {
  readonly sign: (signingInput: string) => string;
  /**
   * Whether `signature` is one over the first `inputLength` characters of the token.
   * False, or TokenError `malformed`, for every spelling but the canonical one.
   */
  readonly verify: (token: string, inputLength: number, signature: string) => boolean;
}

/** One row of the table: everything the other rooms need to know about an algorithm. */
export interface Algorithm {
  readonly name: AlgorithmName;
  readonly isSymmetric: boolean;
  /** What its JWK looks like; `memberBytes` for the members whose length is fixed. */
  readonly jwk: {
    readonly kty: string;
    readonly crv?: string;
    readonly memberBytes?: { readonly [member: string]: number };
  };
  /** `asymmetricKeyType` of its KeyObject, or `secret`. */
  readonly keyType: 'secret' | 'rsa' | 'ec' | 'ed25519' | 'ml-dsa-44' | 'ml-dsa-65' | 'ml-dsa-87';
  /** OpenSSL's name of the curve, only for EC. */
  readonly namedCurve?: string;
  /** Only for HMAC. */
  readonly minSecretBytes?: number;
  /** A new secret or private key. */
  readonly generate: () => KeyObject;
  /** Built once a key; the input is ASCII. */
  readonly signer: (key: KeyObject) => Sign;
  readonly verifier: (key: KeyObject) => Verify;
  /** Only where text is faster than bytes; elsewhere it is made of the two above. */
  readonly compact?: (key: KeyObject) => CompactForm;
}
