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
  readonly issuers: ReadonlySet<string>;
  readonly audiences: ReadonlySet<string>;
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
  checkTimes(claims, rules);
  checkIssuer(claims, rules.issuers);
  checkAudience(claims, rules.audiences);
  const subject = ownClaim(claims, 'sub');
  if (subject !== undefined && (typeof subject !== 'string' || subject === '')) throw invalidClaim('sub');
  const tokenId = ownClaim(claims, 'jti');
  if (tokenId !== undefined && typeof tokenId !== 'string') throw invalidClaim('jti');
}

/** Comparisons are written so that a clock that says NaN refuses. */
function checkTimes(claims: JsonObject, { nowSeconds, toleranceSeconds }: ClaimRules): void {
  const expiresAt = readNumericDate(claims, 'exp');
  if (expiresAt === undefined) throw new TokenError('claim_missing', { claim: 'exp' });
  const notBefore = readNumericDate(claims, 'nbf');
  const issuedAt = readNumericDate(claims, 'iat');
  if (!(nowSeconds - toleranceSeconds < expiresAt)) throw new TokenError('expired', { claim: 'exp' });
  const latestStart = nowSeconds + toleranceSeconds;
  if (notBefore !== undefined && !(notBefore <= latestStart))
    throw new TokenError('not_yet_valid', { claim: 'nbf' });
  if (issuedAt !== undefined && !(issuedAt <= latestStart))
    throw new TokenError('not_yet_valid', { claim: 'iat' });
}

/** Fractions are allowed (RFC 7519 §2); anything a double cannot hold to the second is not. */
function readNumericDate(claims: JsonObject, claim: string): number | undefined {
  const value = ownClaim(claims, claim);
  if (value === undefined) return undefined;
  if (!isNumericDate(value)) throw invalidClaim(claim);
  return value;
}

export function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function checkIssuer(claims: JsonObject, issuers: ReadonlySet<string>): void {
  const issuer = ownClaim(claims, 'iss');
  if (issuer === undefined) throw new TokenError('claim_missing', { claim: 'iss' });
  if (typeof issuer !== 'string') throw invalidClaim('iss');
  if (!issuers.has(issuer)) throw new TokenError('issuer_mismatch', { claim: 'iss' });
}

function checkAudience(claims: JsonObject, audiences: ReadonlySet<string>): void {
  const audience = ownClaim(claims, 'aud');
  if (audience === undefined) throw new TokenError('claim_missing', { claim: 'aud' });
  const named: JsonValue = typeof audience === 'string' ? [audience] : audience;
  if (!isStringList(named)) throw invalidClaim('aud');
  if (!named.some((name) => audiences.has(name))) throw new TokenError('audience_mismatch', { claim: 'aud' });
}

function isStringList(value: JsonValue): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function ownClaim(claims: JsonObject, claim: string): JsonValue | undefined {
  return Object.hasOwn(claims, claim) ? claims[claim] : undefined;
}

function invalidClaim(claim: string): TokenError {
  return new TokenError('claim_invalid', { claim, message: `the ${claim} claim has the wrong form` });
}
