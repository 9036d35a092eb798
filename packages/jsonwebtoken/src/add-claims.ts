import type { SignOptions } from './api-types.ts';
import { addTimeSpan, nowSeconds } from './time-span.ts';

type Claims = Record<string, unknown>;

const claimByOption = [
  ['audience', 'aud'],
  ['issuer', 'iss'],
  ['subject', 'sub'],
  ['jwtid', 'jti'],
] as const;

/**
 * Write what the options say into the claims, in the order of the original:
 * `iat`, `nbf`, `exp`, `aud`, `iss`, `sub`, `jti`. Times count from `iat` when the payload has one.
 *
 * @throws Error for a time span that cannot be read, and for a claim that is there already
 */
export function addClaims(claims: Claims, options: SignOptions): Claims {
  const issuedAt = claims['iat'] || nowSeconds();
  if (options.noTimestamp) delete claims['iat'];
  else claims['iat'] = issuedAt;
  const start = Number(issuedAt);
  if (options.notBefore !== undefined) claims['nbf'] = timeOf('notBefore', options.notBefore, start);
  if (options.expiresIn !== undefined) claims['exp'] = timeOf('expiresIn', options.expiresIn, start);
  for (const [option, claim] of claimByOption) {
    const value = options[option];
    if (value === undefined) continue;
    if (claims[claim] !== undefined) {
      throw new Error(`Bad "options.${option}" option. The payload already has an "${claim}" property.`);
    }
    claims[claim] = value;
  }
  return claims;
}

function timeOf(option: 'notBefore' | 'expiresIn', span: unknown, start: number): number {
  const time = addTimeSpan(span, start);
  if (time === undefined) {
    throw new Error(
      `"${option}" should be a number of seconds or string representing a timespan eg: "1d", "20h", 60`,
    );
  }
  return time;
}
