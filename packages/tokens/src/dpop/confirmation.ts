import { isJsonObject, type JsonValue } from '../strict-json.ts';
import { TokenError } from '../token-error.ts';

/** SHA-256 in base64url. */
const thumbprintForm = /^[A-Za-z0-9_-]{43}$/;

/**
 * The thumbprint of the key to which a token is bound by DPoP (`cnf.jkt`), or undefined when it is bound to none.
 *
 * A bound token that comes as a Bearer token is to be refused (RFC 9449 §7.2).
 *
 * @param claims  claims of a verified access token, or an introspection answer
 * @throws TokenError `claim_invalid` for a `cnf` that names a thumbprint of the wrong form
 * @see RFC 9449 §6.1 and §6.2, RFC 7800 §3.1
 */
export function findConfirmedThumbprint(claims: {
  readonly [claim: string]: JsonValue | undefined;
}): string | undefined {
  if (!Object.hasOwn(claims, 'cnf')) return undefined;
  const { cnf } = claims;
  if (!isJsonObject(cnf)) throw new TokenError('claim_invalid', { claim: 'cnf' });
  if (!Object.hasOwn(cnf, 'jkt')) return undefined;
  const { jkt } = cnf;
  if (typeof jkt !== 'string' || !thumbprintForm.test(jkt)) {
    throw new TokenError('claim_invalid', { claim: 'cnf' });
  }
  return jkt;
}
