import type { Jwt, JwtHeader, JwtPayload, PublicKey, Secret } from './api-types.ts';
import type { JsonWebTokenError, NotBeforeError, TokenExpiredError } from './errors.ts';

export type VerifyErrors = JsonWebTokenError | NotBeforeError | TokenExpiredError;

export type VerifyCallback<T = Jwt | JwtPayload | string> = (error: VerifyErrors | null, decoded?: T) => void;

export type SignCallback = (error: Error | null, encoded?: string) => void;

export type SigningKeyCallback = (error: Error | null, signingKey?: Secret | PublicKey) => void;

/** Finds the key of a token by its header, which nobody has verified yet. */
export type GetPublicKeyOrSecret = (header: JwtHeader, callback: SigningKeyCallback) => void;
