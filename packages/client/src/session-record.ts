import { fromBase64url } from './base64url.ts';
import { isUser, readMembers } from './read-answer.ts';
import type { User } from './wire.ts';

/** One session as a client knows it; stored as one value, so that token and secret never part. */
export interface SessionRecord {
  /** 32 random bytes in base64url; makes the request ids. */
  readonly secret: string;
  /** Absent in cookie mode. */
  readonly refreshToken?: string;
  /** Session id as the access token names it, unverified. */
  readonly sid?: string;
  readonly accessToken?: string;
  readonly expiresInSeconds?: number;
  /** Own clock, when the request was sent that brought the access token. */
  readonly renewedAtMs?: number;
  /** The access token came by signing in: that was no refresh, and the next one need not wait. */
  readonly isFromSignIn?: true;
  readonly user?: User;
  /** Signed out here, but the issuer has not confirmed it yet (cookie mode). */
  readonly signedOut?: true;
}

/** Parse what a storage holds. Anything that is not a record is as good as nothing. */
export function readSessionRecord(text: string | undefined): SessionRecord | undefined {
  if (text === undefined) return undefined;
  try {
    return pickRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The record inside an untrusted value: known members of the right type, the rest dropped. */
export function pickRecord(value: unknown): SessionRecord | undefined {
  const found = readMembers(value);
  const secret = found.get('secret');
  if (typeof secret !== 'string') return undefined;
  const refreshToken = found.get('refreshToken');
  const sid = found.get('sid');
  const accessToken = found.get('accessToken');
  const expiresInSeconds = found.get('expiresInSeconds');
  const renewedAtMs = found.get('renewedAtMs');
  const user = found.get('user');
  return {
    secret,
    ...(typeof refreshToken === 'string' ? { refreshToken } : {}),
    ...(typeof sid === 'string' ? { sid } : {}),
    ...(typeof accessToken === 'string' ? { accessToken } : {}),
    ...(typeof expiresInSeconds === 'number' ? { expiresInSeconds } : {}),
    ...(typeof renewedAtMs === 'number' ? { renewedAtMs } : {}),
    ...(isUser(user) ? { user } : {}),
    ...(found.get('isFromSignIn') === true ? { isFromSignIn: true } : {}),
    ...(found.get('signedOut') === true ? { signedOut: true } : {}),
  };
}

/** Do both records belong to one session of one user? */
export function isSameSession(left: SessionRecord, right: SessionRecord): boolean {
  return sessionName(left) === sessionName(right);
}

/**
 * Is `candidate` a later state of the same session than `held`?
 *
 * The counter inside the refresh token decides; where it is equal or not
 * readable, the time of the renewal does.
 */
export function isNewer(candidate: SessionRecord, held: SessionRecord): boolean {
  const difference = readCounter(candidate) - readCounter(held);
  if (difference !== 0) return difference > 0;
  return (candidate.renewedAtMs ?? -Infinity) > (held.renewedAtMs ?? -Infinity);
}

/** When a refresh last brought an access token; a sign-in does not count. */
export function readLastRefreshMs(record: SessionRecord | undefined): number | undefined {
  return record === undefined || record.isFromSignIn === true ? undefined : record.renewedAtMs;
}

/**
 * Age of the access token against its own lifetime, by the client's clock alone.
 * A renewal that lies in the future (another page's clock runs ahead) counts as just made.
 *
 * @param freshShare  of its lifetime after which a token is to be renewed
 */
export function readFreshness(
  record: SessionRecord,
  { nowMs, freshShare }: { readonly nowMs: number; readonly freshShare: number },
): 'fresh' | 'to-renew' | 'expired' {
  if (record.accessToken === undefined) return 'expired';
  const lifetimeMs = (record.expiresInSeconds ?? 0) * 1000;
  const ageMs = Math.max(0, nowMs - (record.renewedAtMs ?? -Infinity));
  if (ageMs >= lifetimeMs) return 'expired';
  return ageMs >= lifetimeMs * freshShare ? 'to-renew' : 'fresh';
}

function sessionName(record: SessionRecord): string {
  return readRefreshToken(record.refreshToken)?.refreshId ?? record.sid ?? record.refreshToken ?? '';
}

function readCounter(record: SessionRecord): number {
  return readRefreshToken(record.refreshToken)?.counter ?? 0;
}

/** `cs_rt_` and base64url of version u8, refresh id 16 B, counter u32 big-endian, MAC 32 B. */
function readRefreshToken(token: string | undefined): { refreshId: string; counter: number } | undefined {
  if (token === undefined || !token.startsWith('cs_rt_')) return undefined;
  const bytes = fromBase64url(token.slice('cs_rt_'.length));
  if (bytes?.length !== 53) return undefined;
  return { refreshId: bytes.slice(1, 17).join('.'), counter: new DataView(bytes.buffer).getUint32(17) };
}
