import {
  type AlgorithmName,
  createJwtVerifier,
  type KeySet,
  TokenError,
  type VerifiedJwt,
} from '@countersign/tokens';
import { type EpochSeconds, type Now, toEpochSeconds } from '../base/clock.ts';
import type { Keys, PresentedAccessToken } from '../base/house.ts';
import type { TokenForm } from './access-token.ts';

export interface ReaderParts {
  readonly keySet: KeySet;
  readonly algorithms: readonly AlgorithmName[];
  readonly form: TokenForm;
  readonly now: Now;
}

/** Verifies tokens that this house signed, for the endpoints that are asked about them. */
export function createAccessTokenReader({
  keySet,
  algorithms,
  form,
  now,
}: ReaderParts): Keys['readAccessToken'] {
  const { issuer, audience } = form;
  const verify = createJwtVerifier({ keys: keySet, issuer, audience, algorithms, type: 'at+jwt', now });
  return (token) => {
    try {
      return readToken(verify(token));
    } catch (error) {
      if (error instanceof TokenError) return undefined;
      throw error;
    }
  };
}

/** Ours have these members; a signature of ours over anything else is none that we made. */
function readToken({ header, claims }: VerifiedJwt): PresentedAccessToken | undefined {
  const { jti, sub, iat, exp } = claims;
  const clientId = readText(claims['client_id']);
  const rvs = claims['rvs'];
  const isWhole = jti !== undefined && sub !== undefined && clientId !== undefined && typeof rvs === 'number';
  if (!isWhole || iat === undefined || exp === undefined) return undefined;
  return {
    tokenId: jti,
    subject: sub,
    clientId,
    sessionId: readText(claims['sid']),
    keyId: readText(header.kid),
    rvs,
    issuedAt: toSeconds(iat),
    expiresAt: toSeconds(exp),
    scope: readText(claims['scope']),
  };
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function toSeconds(numericDate: number): EpochSeconds {
  return toEpochSeconds(numericDate * 1000);
}
