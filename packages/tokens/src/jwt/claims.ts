import type { JsonObject, JsonValue } from '../strict-json.ts';
import { TokenError } from '../token-error.ts';

/** Claims of a verified token; times in seconds since the epoch (RFC 7519 §4.1). */
export interface JwtClaims {
  readonly iss: string;
  readonly aud: string | readonly string[];
  readonly exp: number;
  readonly nbf?: number;
  readonly iat?: number;
  readonly sub?: string;
  readonly jti?: string;
  readonly [claim: string]: JsonValue | undefined;
}

export interface ClaimRules {
  readonly isIssuer: (name: string) => boolean;
  readonly isAudience: (name: string) => boolean;
  readonly toleranceSeconds: number;
  readonly nowSeconds: number;
}

/**
 * Check the registered claims: `exp`, `iss` and `aud` must be there, the others where present.
 *
 * @throws TokenError `claim_missing`, `claim_invalid`, `expired`, `not_yet_valid`,
 *   `issuer_mismatch`, `audience_mismatch`, each with `claim`
 */
export function checkClaims(claims: JsonObject, rules: ClaimRules): asserts claims is JsonObject & JwtClaims {
  const own = hasInheritedClaims() ? Object.assign(Object.create(null), claims) : claims;
  checkTimes(own, rules);
  checkIssuer(own, rules);
  checkAudience(own, rules);
  const { sub, jti } = own;
  if (sub !== undefined && (typeof sub !== 'string' || sub === '')) throw invalidClaim('sub');
  if (jti !== undefined && typeof jti !== 'string') throw invalidClaim('jti');
}

const empty: JsonObject = Object.freeze({});

/** Whether somebody wrote a claim's name onto every object; asking this once is cheaper than asking each object for its own. */
function hasInheritedClaims(): boolean {
  const { exp, nbf, iat, iss, aud, sub, jti } = empty;
  const isTime = exp !== undefined || nbf !== undefined || iat !== undefined;
  return isTime || iss !== undefined || aud !== undefined || sub !== undefined || jti !== undefined;
}

/** Comparisons are written so that a clock that says NaN refuses. */
function checkTimes(claims: JsonObject, { nowSeconds, toleranceSeconds }: ClaimRules): void {
  const { exp, nbf, iat } = claims;
  if (exp === undefined) throw new TokenError('claim_missing', { claim: 'exp' });
  if (!isNumericDate(exp)) throw invalidClaim('exp');
  if (nbf !== undefined && !isNumericDate(nbf)) throw invalidClaim('nbf');
  if (iat !== undefined && !isNumericDate(iat)) throw invalidClaim('iat');
  if (!(nowSeconds - toleranceSeconds < exp)) throw new TokenError('expired', { claim: 'exp' });
  const latestStart = nowSeconds + toleranceSeconds;
  if (nbf !== undefined && !(nbf <= latestStart)) throw new TokenError('not_yet_valid', { claim: 'nbf' });
  if (iat !== undefined && !(iat <= latestStart)) throw new TokenError('not_yet_valid', { claim: 'iat' });
}

/** Fractions are allowed (RFC 7519 §2); anything a double cannot hold to the second is not. */
export function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function checkIssuer({ iss }: JsonObject, { isIssuer }: ClaimRules): void {
  if (iss === undefined) throw new TokenError('claim_missing', { claim: 'iss' });
  if (typeof iss !== 'string') throw invalidClaim('iss');
  if (!isIssuer(iss)) throw new TokenError('issuer_mismatch', { claim: 'iss' });
}

function checkAudience({ aud }: JsonObject, { isAudience }: ClaimRules): void {
  if (aud === undefined) throw new TokenError('claim_missing', { claim: 'aud' });
  if (typeof aud !== 'string' && !isStringList(aud)) throw invalidClaim('aud');
  const isMeant = typeof aud === 'string' ? isAudience(aud) : aud.some(isAudience);
  if (!isMeant) throw new TokenError('audience_mismatch', { claim: 'aud' });
}

function isStringList(value: JsonValue): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function invalidClaim(claim: string): TokenError {
  return new TokenError('claim_invalid', { claim, message: `the ${claim} claim has the wrong form` });
}
