import type { Jwt, JwtPayload, PublicKey, Secret, VerifyOptions } from './api-types.ts';
import type { GetPublicKeyOrSecret, VerifyCallback, VerifyErrors } from './callback-types.ts';
import { checkClaims } from './check-claims.ts';
import { checkSignature } from './check-signature.ts';
import { checkVerifyOptions, type Clock, readClock } from './check-verify-options.ts';
import { JsonWebTokenError } from './errors.ts';
import { type HeaderFacts, readHeaderFacts, rememberHeader } from './read-header-facts.ts';
import { type ReadToken, readHeader, readPayload, readToken } from './read-token.ts';
import { warnOnce } from './warn-once.ts';

type Key = Secret | PublicKey;

/**
 * Verify a token: signature, `exp`, `nbf`, and what the options ask for.
 *
 * With a callback nothing is thrown; unless the key is a function, it is called before `verify` returns.
 * Does NOT check `iss`, `aud` and `sub` without being told what to expect, nor `typ`, nor what `crit` asks for.
 *
 * @param secretOrPublicKey  a secret, or a public key as PEM, KeyObject or whatever `createPublicKey` takes;
 *   with a callback also a function that finds it by the header
 * @returns the payload; with `complete` also header and signature
 * @throws JsonWebTokenError, TokenExpiredError, NotBeforeError; SyntaxError, TypeError and Error where
 *   jsonwebtoken 9 throws them
 * @see RFC 7515 §5.2, RFC 7519 §7.2
 */
export function verify(
  token: string,
  secretOrPublicKey: Key,
  options: VerifyOptions & { complete: true },
): Jwt;
export function verify(
  token: string,
  secretOrPublicKey: Key,
  options?: VerifyOptions & { complete?: false },
): JwtPayload | string;
export function verify(
  token: string,
  secretOrPublicKey: Key,
  options?: VerifyOptions,
): Jwt | JwtPayload | string;
export function verify(
  token: string,
  secretOrPublicKey: Key | GetPublicKeyOrSecret,
  callback?: VerifyCallback<JwtPayload | string>,
): void;
export function verify(
  token: string,
  secretOrPublicKey: Key | GetPublicKeyOrSecret,
  options: VerifyOptions & { complete: true },
  callback?: VerifyCallback<Jwt>,
): void;
export function verify(
  token: string,
  secretOrPublicKey: Key | GetPublicKeyOrSecret,
  options?: VerifyOptions & { complete?: false },
  callback?: VerifyCallback<JwtPayload | string>,
): void;
export function verify(
  token: string,
  secretOrPublicKey: Key | GetPublicKeyOrSecret,
  options?: VerifyOptions,
  callback?: VerifyCallback,
): void;
export function verify(
  token: unknown,
  secretOrPublicKey: unknown,
  optionsOrCallback?: unknown,
  lastCallback?: unknown,
): unknown {
  const isShort = typeof optionsOrCallback === 'function' && !lastCallback;
  const callback = isShort ? optionsOrCallback : lastCallback;
  const options = isShort || !isOptions(optionsOrCallback) ? {} : optionsOrCallback;
  if (typeof callback !== 'function') return verifyNow(token, secretOrPublicKey, options);
  const answer = (work: () => unknown): unknown => {
    let verified: unknown;
    try {
      verified = work();
    } catch (error) {
      return callback(error);
    }
    return callback(null, verified);
  };
  if (typeof secretOrPublicKey !== 'function')
    return answer(() => verifyNow(token, secretOrPublicKey, options));
  return verifyLater({ token, findKey: secretOrPublicKey, options: { ...options }, answer });
}

function verifyNow(token: unknown, key: unknown, options: VerifyOptions): unknown {
  const opened = open(token, options);
  if (typeof key === 'function') {
    throw new JsonWebTokenError(
      'verify must be called asynchronous if secret or public key is provided as a callback',
    );
  }
  return finish(opened, key, options);
}

interface Later {
  readonly token: unknown;
  readonly findKey: Function;
  readonly options: VerifyOptions;
  readonly answer: (work: () => unknown) => unknown;
}

function verifyLater({ token, findKey, options, answer }: Later): unknown {
  let opened: Opened;
  try {
    opened = open(token, options);
  } catch (error) {
    return answer(() => {
      throw error;
    });
  }
  const header = readHeader(opened.token.headerSegment);
  return findKey(header, (error: VerifyErrors | null | undefined, key: unknown) =>
    answer(() => {
      if (error) {
        throw new JsonWebTokenError(`error in secret or public key callback: ${error.message}`);
      }
      return finish(opened, key, options);
    }),
  );
}

/** A token that could be read; its signature is still to be verified. */
interface Opened {
  readonly token: ReadToken;
  readonly header: HeaderFacts;
  readonly payload: unknown;
  readonly clock: Clock;
}

function open(token: unknown, options: VerifyOptions): Opened {
  checkVerifyOptions(options);
  const clock = readClock(options);
  if (!token) throw new JsonWebTokenError('jwt must be provided');
  if (typeof token !== 'string') throw new JsonWebTokenError('jwt must be a string');
  const read = readToken(token);
  if (read === undefined) {
    throw new JsonWebTokenError(token.split('.').length === 3 ? 'invalid token' : 'jwt malformed');
  }
  const header = readHeaderFacts(read.headerSegment);
  if (header === undefined) throw new JsonWebTokenError('invalid token');
  return { token: read, header, payload: readPayload(read.payloadSegment, header.isJwt), clock };
}

function finish({ token, header, payload, clock }: Opened, key: unknown, options: VerifyOptions): unknown {
  checkSignature(token, header.algorithm, { key, options });
  rememberHeader(token.headerSegment, header);
  if (payload === null) throw new JsonWebTokenError('invalid token');
  checkClaims(isClaims(payload) ? payload : {}, options, clock);
  if (header.isCritical) warnOnce('COUNTERSIGN_JWT_CRITICAL');
  if (options.complete !== true) return payload;
  return { header: readHeader(token.headerSegment), payload, signature: token.signature };
}

function isClaims(payload: unknown): payload is Record<string, unknown> {
  return typeof payload === 'object' && payload !== null;
}

function isOptions(value: unknown): value is VerifyOptions {
  return typeof value === 'object' && value !== null;
}
