import type { VerifyOptions } from './api-types.ts';
import type { Clock } from './check-verify-options.ts';
import { JsonWebTokenError, NotBeforeError, TokenExpiredError } from './errors.ts';
import { addTimeSpan } from './time-span.ts';
import { warnOnce } from './warn-once.ts';

type Claims = Readonly<Record<string, unknown>>;

/**
 * Check the claims of a verified payload against the options, in the order of the original.
 *
 * Does NOT ask for `exp`, nor for `aud` where the options name none; both are warned about.
 *
 * @throws TokenExpiredError, NotBeforeError, JsonWebTokenError
 * @see RFC 7519 §4.1
 */
export function checkClaims(claims: Claims, options: VerifyOptions, clock: Clock): void {
  if (claims['nbf'] !== undefined && !options.ignoreNotBefore) checkNotBefore(claims['nbf'], clock);
  if (claims['exp'] !== undefined && !options.ignoreExpiration) checkExpiry(claims['exp'], clock);
  checkNames(claims, options);
  if (options.maxAge) checkAge(claims['iat'], options.maxAge, clock);
  else if (claims['exp'] === undefined) warnOnce('COUNTERSIGN_JWT_NO_EXPIRY');
  if (claims['aud'] !== undefined && !options.audience) warnOnce('COUNTERSIGN_JWT_AUDIENCE');
}

function checkNotBefore(notBefore: unknown, { now, tolerance }: Clock): void {
  if (typeof notBefore !== 'number') throw new JsonWebTokenError('invalid nbf value');
  if (notBefore > now + tolerance) throw new NotBeforeError('jwt not active', new Date(notBefore * 1000));
}

function checkExpiry(expiry: unknown, { now, tolerance }: Clock): void {
  if (typeof expiry !== 'number') throw new JsonWebTokenError('invalid exp value');
  if (now >= expiry + tolerance) throw new TokenExpiredError('jwt expired', new Date(expiry * 1000));
}

function checkNames(claims: Claims, options: VerifyOptions): void {
  if (options.audience) checkAudience(claims['aud'], options.audience);
  if (options.issuer && !isIssuer(claims['iss'], options.issuer)) {
    throw new JsonWebTokenError(`jwt issuer invalid. expected: ${String(options.issuer)}`);
  }
  const { subject, jwtid, nonce } = options;
  if (subject && claims['sub'] !== subject) {
    throw new JsonWebTokenError(`jwt subject invalid. expected: ${subject}`);
  }
  if (jwtid && claims['jti'] !== jwtid) throw new JsonWebTokenError(`jwt jwtid invalid. expected: ${jwtid}`);
  if (nonce && claims['nonce'] !== nonce) {
    throw new JsonWebTokenError(`jwt nonce invalid. expected: ${nonce}`);
  }
}

/**
 * A pattern is tried on whatever is there, so one that matches `undefined` lets a token without `aud` pass.
 * Unlike the original's `test`, `search` starts at the beginning each time, also with the flag `g`.
 */
function checkAudience(claim: unknown, option: NonNullable<VerifyOptions['audience']>): void {
  const expected = Array.isArray(option) ? option : [option];
  const named: readonly unknown[] = Array.isArray(claim) ? claim : [claim];
  const matches = named.some((name) =>
    expected.some((each) => (each instanceof RegExp ? String(name).search(each) !== -1 : each === name)),
  );
  if (!matches) throw new JsonWebTokenError(`jwt audience invalid. expected: ${expected.join(' or ')}`);
}

/** The original accepts every token when the issuer is neither text nor array; here a pattern is tried, the rest fits nothing. */
function isIssuer(claim: unknown, option: unknown): boolean {
  if (Array.isArray(option)) return option.includes(claim);
  return option instanceof RegExp
    ? typeof claim === 'string' && claim.search(option) !== -1
    : option === claim;
}

function checkAge(issuedAt: unknown, maxAge: string | number, { now, tolerance }: Clock): void {
  if (typeof issuedAt !== 'number') throw new JsonWebTokenError('iat required when maxAge is specified');
  const end = addTimeSpan(maxAge, issuedAt);
  if (end === undefined) {
    throw new JsonWebTokenError(
      '"maxAge" should be a number of seconds or string representing a timespan eg: "1d", "20h", 60',
    );
  }
  if (now >= end + tolerance) throw new TokenExpiredError('maxAge exceeded', new Date(end * 1000));
}
