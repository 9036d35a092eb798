import {
  decodeBase64url,
  encodeBase64url,
  importJwk,
  type Key,
  createKeySet,
  TokenError,
} from '@countersign/tokens';
import { FeedError } from './feed-error.ts';
import { fingerprintKeyBytes } from './fingerprint.ts';
import { maxHeadBytes } from './head.ts';
import { isExactCount, membersOf } from './json-members.ts';
import type { Batch, FeedKeys } from './transport.ts';

/** A longer backlog is not sent: the answer is 410 and the follower crosses by a snapshot. */
export const maxBatchEvents = 20_000;

/** A batch as text: the events in base64url, a head, and the members' names. */
export const maxBatchBytes: number = (maxBatchEvents * 24 * 4) / 3 + maxHeadBytes + 256;

/** Request header: the last head that counted for the follower. */
export const lastHeadHeader = 'revocation-last-head';

const maxFeedKeys = 16;

/**
 * A batch as the stream and the log endpoint send it: `{"after":N,"events":"…","head":"…"}`,
 * or `{"head":"…"}` where there are no events.
 */
export function encodeBatch({ after, events, head }: Batch): string {
  return JSON.stringify(events.length === 0 ? { head } : { after, events: encodeBase64url(events), head });
}

/**
 * Read a batch that was asked for from `after` on. Does NOT verify anything of it.
 *
 * @throws FeedError `answer_malformed`, `answer_too_large`
 */
export function readBatch(text: string, after: number): Batch {
  const members = parse(text);
  const head = members.get('head');
  const first = members.get('after') ?? after;
  const encoded = members.get('events') ?? '';
  if (typeof head !== 'string' || !isExactCount(first) || typeof encoded !== 'string') {
    throw new FeedError('answer_malformed');
  }
  const events = decode(encoded);
  if (events.length % 24 !== 0) throw new FeedError('answer_malformed');
  if (events.length > maxBatchEvents * 24) throw new FeedError('answer_too_large');
  return { after: first, events, head };
}

/** @throws FeedError `answer_malformed` */
export function readHeadAnswer(text: string): string {
  const head = parse(text).get('head');
  if (typeof head !== 'string') throw new FeedError('answer_malformed');
  return head;
}

/**
 * Read `{issuer, fingerprint_key, keys}`. Keys of an algorithm other than ES256 are left out.
 *
 * Does NOT check that the answer came from the issuer: the address and TLS do.
 *
 * @throws FeedError `answer_malformed`, also for an answer that shows a private key
 */
export function readFeedKeys(text: string): FeedKeys {
  const members = parse(text);
  const issuer = members.get('issuer');
  const encodedKey = members.get('fingerprint_key');
  const listed = members.get('keys');
  if (typeof issuer !== 'string' || typeof encodedKey !== 'string' || !Array.isArray(listed)) {
    throw new FeedError('answer_malformed');
  }
  const fingerprintKey = decode(encodedKey);
  if (fingerprintKey.length !== fingerprintKeyBytes || listed.length > maxFeedKeys) {
    throw new FeedError('answer_malformed');
  }
  try {
    return { issuer, fingerprintKey, keys: createKeySet(listed.flatMap(readFeedKey)) };
  } catch (error) {
    throw new FeedError('answer_malformed', error);
  }
}

function readFeedKey(jwk: unknown): Key[] {
  if (membersOf(jwk).get('alg') !== 'ES256') return [];
  const key = importJwk(jwk, { algorithm: 'ES256' });
  if (key.kind !== 'public' || key.keyId === undefined) throw new FeedError('answer_malformed');
  return [key];
}

function decode(encoded: string): Uint8Array {
  try {
    return decodeBase64url(encoded);
  } catch (error) {
    throw error instanceof TokenError ? new FeedError('answer_malformed', error) : error;
  }
}

function parse(text: string): ReadonlyMap<string, unknown> {
  try {
    return membersOf(JSON.parse(text));
  } catch (error) {
    throw new FeedError('answer_malformed', error);
  }
}
