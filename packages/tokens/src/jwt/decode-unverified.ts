import { decodeBase64url } from '../base64url.ts';
import { defaultMaxTokenBytes, readCompact } from '../compact.ts';
import { type JsonObject, parseStrictObject } from '../strict-json.ts';

/** What a token says of itself. Nobody vouches for it; not assignable to VerifiedJwt. */
export interface UnverifiedJwt {
  readonly isVerified: false;
  readonly header: JsonObject;
  readonly claims: JsonObject;
}

/**
 * Read a token without checking anything but its form: no signature, no algorithm, no claim.
 *
 * For looking at tokens, and for choosing which verifier to ask. Never for a decision.
 *
 * @param token  at most 16 384 characters
 * @throws TokenError `too_large`, `malformed`, `claims_invalid`
 */
export function decodeUnverified(token: string): UnverifiedJwt {
  const { headerSegment, payload } = readCompact(token, defaultMaxTokenBytes);
  return {
    isVerified: false,
    header: parseStrictObject(decodeBase64url(headerSegment), 'malformed'),
    claims: parseStrictObject(payload, 'claims_invalid'),
  };
}
