export { algorithmNames } from './algorithms.ts';
export { decodeBase64url, encodeBase64url } from './base64url.ts';
export type {
  ContentEncryptionName,
  EncryptionAlgorithmName,
  KeyEncryptionName,
  KeyManagementName,
} from './jwe/algorithm.ts';
export { encryptionAlgorithmNames } from './jwe/key-management.ts';
export type { CurveName } from './jwe/curves.ts';
export { type DecryptedJwe, type DecryptJweOptions, decryptJwe } from './jwe/decrypt.ts';
export { type EncryptJweOptions, encryptJwe } from './jwe/encrypt.ts';
export type { JweHeader } from './jwe/header.ts';
export type { EncryptionKey } from './jwk/encryption-key.ts';
export { findConfirmedThumbprint } from './dpop/confirmation.ts';
export { createDpopNonces, type DpopNonceOptions, type DpopNonces } from './dpop/nonce.ts';
export { type CreateDpopProofOptions, createDpopProof } from './dpop/proof.ts';
export { createReplaySet, type ReplaySet, type ReplaySetOptions } from './dpop/replay-set.ts';
export { type VerifiedDpopProof, type VerifyDpopProofOptions, verifyDpopProof } from './dpop/verify-proof.ts';
export { exportJwk, exportPrivateJwk } from './jwk/export.ts';
export { type GenerateEncryptionKeyOptions, type GenerateKeyOptions, generateKey } from './jwk/generate.ts';
export { type ImportEncryptionJwkOptions, type ImportJwkOptions, importJwk } from './jwk/import-jwk.ts';
export { type ImportEncryptionPemOptions, type ImportPemOptions, importPem } from './jwk/import-pem.ts';
export {
  type ImportEncryptionSecretOptions,
  type ImportSecretOptions,
  importSecret,
} from './jwk/import-secret.ts';
export type { Jwk, PrivateJwk } from './jwk/jwk.ts';
export type { Key, KeyKind } from './jwk/key.ts';
export { thumbprint } from './jwk/thumbprint.ts';
export { toPublicKey } from './jwk/to-public-key.ts';
export {
  createKeySet,
  type EncryptionKeyQuery,
  type EncryptionKeySet,
  type KeyQuery,
  type KeySet,
} from './jwks/local.ts';
export type { Fetch } from './jwks/fetch-key-set.ts';
export { publishableAlgorithms } from './jwks/read-key-set.ts';
export { createRemoteKeySet, type RemoteKeySet, type RemoteKeySetStatus } from './jwks/remote.ts';
export type { RemoteKeySetOptions } from './jwks/remote-options.ts';
export type { AlgorithmName } from './jws/algorithm.ts';
export type { JwsHeader } from './jws/header.ts';
export type { FlattenedJws, GeneralJws, JwsJsonSignature } from './jws/json-form.ts';
export { type SignJwsOptions, signJws } from './jws/sign.ts';
export { type SignDetachedJwsOptions, signDetachedJws } from './jws/sign-detached.ts';
export {
  type SignGeneralJwsOptions,
  type SignJwsJsonOptions,
  signGeneralJws,
  signJwsJson,
} from './jws/sign-json.ts';
export { type VerifiedJws, type VerifyJwsOptions, verifyJws } from './jws/verify.ts';
export {
  type VerifiedDetachedJws,
  type VerifyDetachedJwsOptions,
  verifyDetachedJws,
} from './jws/verify-detached.ts';
export {
  type VerifiedJwsJson,
  type VerifiedSignature,
  type VerifyJwsJsonOptions,
  verifyJwsJson,
} from './jws/verify-json.ts';
export type { JwtClaims } from './jwt/claims.ts';
export { decodeUnverified, type UnverifiedJwt } from './jwt/decode-unverified.ts';
export { type EncryptJwtOptions, encryptJwt } from './jwt/encrypt.ts';
export { type SignJwtOptions, signJwt } from './jwt/sign.ts';
export {
  createJwtVerifier,
  type JwtHeader,
  type JwtVerifierOptions,
  type VerifiedJwt,
} from './jwt/verify.ts';
export { createEncryptedJwtVerifier, type EncryptedJwtVerifierOptions } from './jwt/verify-encrypted.ts';
export type { JsonObject, JsonValue } from './strict-json.ts';
export { TokenError, type TokenErrorCode, type TokenErrorDetail, tokenErrors } from './token-error.ts';
