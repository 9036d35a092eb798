import { decodeBase64url } from '../base64url.ts';
import { TokenError } from '../token-error.ts';
import type { HeaderMembers } from './algorithm.ts';

/**
 * Bytes of a header member in canonical base64url.
 *
 * @throws TokenError `malformed`
 */
export function readBytesMember(header: HeaderMembers, name: string): Buffer {
  const bytes = findBytesMember(header, name);
  if (bytes === undefined) throw malformedMember(name);
  return bytes;
}

/** The same for a member that may be absent. */
export function findBytesMember(header: HeaderMembers, name: string): Buffer | undefined {
  if (!Object.hasOwn(header, name)) return undefined;
  const value = header[name];
  if (typeof value !== 'string') throw malformedMember(name);
  return decodeBase64url(value);
}

export function malformedMember(name: string): TokenError {
  return new TokenError('malformed', { message: `the ${name} header is missing or has the wrong form` });
}
