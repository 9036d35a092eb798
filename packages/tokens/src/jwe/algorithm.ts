import type { KeyObject } from 'node:crypto';
import type { JsonObject, JsonValue } from '../strict-json.ts';

/** Values of `enc` (RFC 7518 §5.1). */
export type ContentEncryptionName =
  | 'A128CBC-HS256'
  | 'A192CBC-HS384'
  | 'A256CBC-HS512'
  | 'A128GCM'
  | 'A192GCM'
  | 'A256GCM';

/** Values of `alg` that say how the content key travels (RFC 7518 §4.1), `dir` apart. */
export type KeyEncryptionName =
  | 'A128KW'
  | 'A192KW'
  | 'A256KW'
  | 'A128GCMKW'
  | 'A192GCMKW'
  | 'A256GCMKW'
  | 'RSA-OAEP'
  | 'RSA-OAEP-256'
  | 'RSA-OAEP-384'
  | 'RSA-OAEP-512'
  | 'ECDH-ES'
  | 'ECDH-ES+A128KW'
  | 'ECDH-ES+A192KW'
  | 'ECDH-ES+A256KW'
  | 'PBES2-HS256+A128KW'
  | 'PBES2-HS384+A192KW'
  | 'PBES2-HS512+A256KW';

/** Values of `alg` in the header of an encrypted token. */
export type KeyManagementName = 'dir' | KeyEncryptionName;

/**
 * What an encryption key is bound to: an `alg`, or, for a secret that encrypts
 * the content itself (`dir`), the one `enc` it does so with.
 */
export type EncryptionAlgorithmName = KeyEncryptionName | ContentEncryptionName;

/** IV, ciphertext and tag of encrypted content. */
export interface Sealed {
  readonly iv: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

export interface ContentEncryption {
  readonly name: ContentEncryptionName;
  readonly keyBytes: number;
  /** Seal under a fresh random IV; `aad` is ASCII. */
  readonly seal: (contentKey: Buffer, plaintext: Uint8Array, aad: string) => Sealed;
  /** The plaintext, or undefined: nothing says why. */
  readonly open: (contentKey: Buffer, sealed: Sealed, aad: string) => Buffer | undefined;
}

export interface WrapRequest {
  readonly encryption: ContentEncryption;
  /** For ECDH-ES only. */
  readonly partyUInfo: Uint8Array | undefined;
  readonly partyVInfo: Uint8Array | undefined;
  /** For PBES2 only. */
  readonly iterations: number;
}

export interface WrappedKey {
  readonly contentKey: Buffer;
  /** Empty where both sides derive or share the content key. */
  readonly encryptedKey: Buffer;
  /** Header members the receiver needs. */
  readonly members: JsonObject;
}

/** A header whose members are looked up by name. */
export interface HeaderMembers {
  readonly [member: string]: JsonValue | undefined;
}

export interface UnwrapRequest {
  readonly encryption: ContentEncryption;
  readonly header: HeaderMembers;
  readonly encryptedKey: Buffer;
}

/** The content key, or undefined where it does not come out; throws TokenError `malformed` for a header that lacks what it needs. */
export type Unwrap = (request: UnwrapRequest) => Buffer | undefined;
export type Wrap = (request: WrapRequest) => WrappedKey;

/** One row of the table: everything the other rooms need to know about a way to send a content key. */
export interface KeyManagement {
  readonly name: EncryptionAlgorithmName;
  /** As the header spells it. */
  readonly alg: KeyManagementName;
  readonly family: KeyFamily;
  /** Length of a secret in bytes; passwords may be longer. */
  readonly secretBytes?: number;
  readonly isPassword?: boolean;
  /** False: an encrypted key in the token is refused; true: a token without one is. */
  readonly sendsKey: boolean;
  /** Acceptable `key_ops` by kind of key: one name of each group must be listed (RFC 7517 §4.3). */
  readonly operations: { readonly [kind in 'secret' | 'public' | 'private']: readonly (readonly string[])[] };
  /** Built once a key. */
  readonly wrapper: (publicObject: KeyObject) => Wrap;
  readonly unwrapper: (keyObject: KeyObject) => Unwrap;
}

/** `secret` is a KeyObject of that type, `rsa` has the `asymmetricKeyType`, `agreement` is one of the curves. */
export type KeyFamily = 'secret' | 'rsa' | 'agreement';
