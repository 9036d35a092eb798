/** What `require('jsonwebtoken')` gives: six names. */
import type {
  Algorithm,
  DecodeOptions,
  Jwt,
  JwtHeader,
  JwtPayload,
  PrivateKey,
  PublicKey,
  Secret,
  SignOptions,
  VerifyOptions,
} from './api-types.ts';
import type {
  GetPublicKeyOrSecret,
  SignCallback,
  SigningKeyCallback,
  VerifyCallback,
  VerifyErrors,
} from './callback-types.ts';
import { decode } from './decode.ts';
import { JsonWebTokenError, NotBeforeError, TokenExpiredError } from './errors.ts';
import { sign } from './sign.ts';
import { verify } from './verify.ts';

export { decode, JsonWebTokenError, NotBeforeError, sign, TokenExpiredError, verify };
export type {
  Algorithm,
  DecodeOptions,
  GetPublicKeyOrSecret,
  Jwt,
  JwtHeader,
  JwtPayload,
  PrivateKey,
  PublicKey,
  Secret,
  SignCallback,
  SigningKeyCallback,
  SignOptions,
  VerifyCallback,
  VerifyErrors,
  VerifyOptions,
};
