import {
  decodeBase64url,
  encodeBase64url,
  type Key,
  type KeySet,
  signJws,
  TokenError,
  verifyJws,
} from '@countersign/tokens';
import { FeedError } from './feed-error.ts';
import { skewSeconds } from './freshness.ts';
import { isCount, isExactCount, membersOf } from './json-members.ts';

/** What a signed head says: the feed's state at a time of the database's clock. */
export interface FeedHead {
  readonly issuer: string;
  readonly seq: number;
  /** 32 bytes: the chain over all events up to `seq`. */
  readonly hash: Uint8Array;
  /** `t`: milliseconds since 1970; everything committed before is in the chain. */
  readonly timeMs: number;
  readonly ttlMaxSeconds: number;
  /** A verifier whose `seq` is below crosses by a snapshot. */
  readonly gap: number;
  /** A snapshot that can be had; absent where the stream leaves it out. */
  readonly snapshot: SnapshotReference | undefined;
}

export interface SnapshotReference {
  readonly seq: number;
  /** 32 bytes: the chain at `seq`. */
  readonly hash: Uint8Array;
  /** 32 bytes: SHA-256 of the snapshot's bytes. */
  readonly content: Uint8Array;
}

/** A head whose signature, issuer, form and time were checked. */
export interface VerifiedHead extends FeedHead {
  /** `kid` of the feed key that signed it. */
  readonly keyId: string;
  /** As it came, compact. */
  readonly jws: string;
}

export interface HeadReaderOptions {
  readonly issuer: string;
  /** The issuer's feed keys, and no others. */
  readonly keys: KeySet;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export const headType = 'revocation-head+jwt';

/** Longer heads are refused before anything of them is decoded. */
export const maxHeadBytes = 4096;

/**
 * Sign a head as a compact JWS of type `revocation-head+jwt`.
 *
 * Does NOT check that `head` was committed: only what the primary returned may be signed.
 *
 * @param key private ES256 key with an id, which signs heads and nothing else
 * @throws TypeError for another key, or a head that no verifier would take
 * @see RFC 7515 §5.1
 */
export function signHead(head: FeedHead, key: Key): string {
  if (key.algorithm !== 'ES256' || key.keyId === undefined) {
    throw new TypeError('a feed key is an ES256 key with an id');
  }
  const { issuer: iss, seq, timeMs: t, ttlMaxSeconds: ttl_max, gap, snapshot } = head;
  const payload = { iss, seq, hash: encodeBase64url(head.hash), t, ttl_max, gap };
  const whole = snapshot === undefined ? payload : { ...payload, snap: encodeSnapshot(snapshot) };
  if (readPayload(whole) === undefined || !isExactCount(seq))
    throw new TypeError('a head with members out of range');
  return signJws(JSON.stringify(whole), { key, type: headType });
}

/**
 * Make a function that verifies heads of one issuer.
 *
 * Checks, in this order: size and form, algorithm ES256, type, signature by one of `keys`, members,
 * issuer, `seq` < 2⁵³, `t` at most 2 s ahead of `now()`. Members that it does not know are left unread.
 * Does NOT compare a head with any other: whether it goes back or forks is for whoever follows.
 *
 * @throws FeedError `head_malformed`, `head_key_unknown`, `head_unverified`, `head_foreign`,
 *   `head_number_too_large`, `head_from_the_future`
 * @see RFC 7515 §5.2, RFC 8725 §3.11 and §3.12
 */
export function createHeadReader({ issuer, keys, now }: HeadReaderOptions): (jws: string) => VerifiedHead {
  return (jws) => {
    const { keyId, payload } = verifySignature(jws, keys);
    const head = readPayload(payload);
    if (head === undefined) throw new FeedError('head_malformed');
    if (head.issuer !== issuer) throw new FeedError('head_foreign');
    if (head.seq > Number.MAX_SAFE_INTEGER) throw new FeedError('head_number_too_large');
    if (head.timeMs > now() + skewSeconds * 1000) throw new FeedError('head_from_the_future');
    return { ...head, keyId, jws };
  };
}

function verifySignature(jws: string, keys: KeySet): { readonly keyId: string; readonly payload: unknown } {
  try {
    const { header, payload } = verifyJws(jws, {
      keys,
      algorithms: ['ES256'],
      type: headType,
      maxTokenBytes: maxHeadBytes,
    });
    if (header.kid === undefined) throw new FeedError('head_malformed');
    return { keyId: header.kid, payload: JSON.parse(Buffer.from(payload).toString('utf8')) };
  } catch (error) {
    if (error instanceof FeedError) throw error;
    if (!(error instanceof TokenError)) throw new FeedError('head_malformed', error);
    if (error.code === 'key_unknown') throw new FeedError('head_key_unknown', error);
    throw new FeedError(error.code === 'signature_invalid' ? 'head_unverified' : 'head_malformed', error);
  }
}

function encodeSnapshot({ seq, hash, content }: SnapshotReference): object {
  return { seq, hash: encodeBase64url(hash), content: encodeBase64url(content) };
}

function readPayload(payload: unknown): FeedHead | undefined {
  const members = membersOf(payload);
  const issuer = members.get('iss');
  const place = readPlace(members);
  const timeMs = members.get('t');
  const ttlMaxSeconds = members.get('ttl_max');
  const gap = members.get('gap');
  const snapshot = members.has('snap') ? readSnapshot(members.get('snap')) : undefined;
  if (typeof issuer !== 'string' || place === undefined || !isCount(gap) || gap > place.seq) return undefined;
  if (!isExactCount(timeMs) || !isExactCount(ttlMaxSeconds) || ttlMaxSeconds === 0) return undefined;
  if (members.has('snap') && (snapshot === undefined || snapshot.seq > place.seq)) return undefined;
  return { issuer, ...place, timeMs, ttlMaxSeconds, gap, snapshot };
}

function readSnapshot(value: unknown): SnapshotReference | undefined {
  const members = membersOf(value);
  const place = readPlace(members);
  const content = readDigest(members.get('content'));
  return place === undefined || content === undefined ? undefined : { ...place, content };
}

function readPlace(members: ReadonlyMap<string, unknown>): Pick<FeedHead, 'seq' | 'hash'> | undefined {
  const seq = members.get('seq');
  const hash = readDigest(members.get('hash'));
  return isCount(seq) && hash !== undefined ? { seq, hash } : undefined;
}

function readDigest(value: unknown): Uint8Array | undefined {
  if (typeof value !== 'string' || value.length !== 43) return undefined;
  try {
    return decodeBase64url(value);
  } catch {
    return undefined;
  }
}
