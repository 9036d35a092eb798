import { type Key, signJwt } from '@countersign/tokens';
import type { AccessTokenClaims, Log } from '../base/house.ts';
import { randomId } from '../base/random-id.ts';

export interface TokenForm {
  readonly issuer: string;
  readonly audience: string;
  readonly accessTokenSeconds: number;
}

/** Proxies and servers limit all headers together to 8 kB, some to 4 kB. */
const warnBytes = 1500;
const maxBytes = 4096;

/**
 * A compact JWS of type `at+jwt`; adds `iss`, `aud`, `exp` and `jti`, in that
 * place. Does NOT check that the claims are true.
 *
 * @throws Error when the token is above 4 kB
 * @see RFC 9068 §2.1 and §2.2
 */
export function signAccessToken(
  claims: AccessTokenClaims,
  key: Key,
  { form, log }: { readonly form: TokenForm; readonly log: Log },
): string {
  const { sub, client_id, iat, rvs, sid, extra, ...others } = claims;
  const token = signJwt(
    {
      iss: form.issuer,
      sub,
      aud: form.audience,
      client_id,
      iat,
      exp: undefined,
      jti: randomId(),
      sid,
      rvs,
      ...others,
      ...extra,
    },
    { key, type: 'at+jwt', expiresInSeconds: form.accessTokenSeconds },
  );
  if (token.length > maxBytes) {
    throw new Error(
      `An access token of ${token.length} bytes would not fit into headers everywhere (limit ${maxBytes}): the subject has too many roles, permissions or claims of its own.`,
    );
  }
  if (token.length > warnBytes) log.warn('access-token.large', { bytes: token.length, subject: sub });
  return token;
}
