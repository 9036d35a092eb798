import { Refusal } from '../base/refusal.ts';

/** The b64token of RFC 6750 §2.1. */
const bearerForm = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;

/**
 * The access token of an `Authorization` field. Nowhere else is one looked for.
 *
 * @returns undefined when there is none, or another scheme's credentials
 * @throws Refusal `invalid_token` for a malformed one; two fields arrive joined by a comma and are that
 */
export function readBearer(field: string | null): string | undefined {
  if (field === null || !/^bearer(?:\s|$)/i.test(field)) return undefined;
  const token = bearerForm.exec(field)?.[1];
  if (token === undefined) throw new Refusal('invalid_token', { reason: 'a malformed Authorization field' });
  return token;
}
