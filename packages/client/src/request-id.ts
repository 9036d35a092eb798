import { fromBase64url, toBase64url } from './base64url.ts';
import { hmacSha256 } from './hmac.ts';
import type { SessionRecord } from './session-record.ts';

/** 32 random bytes in base64url, made once at sign-in and stored in one value with the refresh token. */
export function createSecret(random: Crypto): string {
  return toBase64url(random.getRandomValues(new Uint8Array(32)));
}

/**
 * The request id of the next refresh of a session, base64url of 32 bytes.
 *
 * A function of what is stored and nothing else: a repeat after a lost answer,
 * another tab and a restarted page all arrive at the same value, and whoever
 * copied the refresh token alone cannot. With the cookie the token is not
 * readable, so the session id takes its place.
 */
export async function makeRequestId(
  record: SessionRecord,
  subtle: SubtleCrypto | undefined,
): Promise<string> {
  const spent = record.refreshToken ?? record.sid ?? '';
  const secret = fromBase64url(record.secret) ?? new Uint8Array(0);
  return toBase64url(await hmacSha256(secret, new TextEncoder().encode(spent), subtle));
}
