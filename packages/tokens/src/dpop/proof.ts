import { hash, randomBytes } from 'node:crypto';
import { encodeBase64url } from '../base64url.ts';
import { exportJwk } from '../jwk/export.ts';
import { keyMembers } from '../jwk/jwk.ts';
import { type Key, materialOf } from '../jwk/key.ts';
import { checkKnownOptions } from '../known-options.ts';
import { normalizeTarget } from './target-url.ts';

export interface CreateDpopProofOptions {
  /** The private key of the client, of any asymmetric algorithm. */
  readonly key: Key;
  /** The request's method as it is sent, e.g. `POST`. */
  readonly method: string;
  /** The request's absolute http or https URL; query and fragment are left out of the proof. */
  readonly url: string;
  /** The access token that travels with the proof; left out at the token endpoint. */
  readonly accessToken?: string;
  /** The newest `DPoP-Nonce` of this server. */
  readonly nonce?: string;
  /** Milliseconds since the epoch, default `Date.now`. */
  readonly now?: () => number;
}

const optionNames: ReadonlySet<string> = new Set(['key', 'method', 'url', 'accessToken', 'nonce', 'now']);
/** 128 bits; RFC 9449 §4.2 asks for 96. */
const tokenIdBytes = 16;
const headers = new WeakMap<Key, string>();

/**
 * Make the value of a `DPoP` header for one request: each request needs its own.
 *
 * The public key stands in the header, nothing private does.
 *
 * @throws TypeError for a key that cannot sign or is a secret, and for unusable options; TokenError `key_required`, `key_invalid`
 * @see RFC 9449 §4.2
 */
export function createDpopProof(options: CreateDpopProofOptions): string {
  checkKnownOptions(options, optionNames, 'createDpopProof');
  const { key, method, url, accessToken, nonce, now = Date.now } = options;
  const { sign } = materialOf(key);
  if (sign === undefined || key.kind !== 'private') {
    throw new TypeError('createDpopProof: key must be a private key');
  }
  if (typeof method !== 'string' || method === '') {
    throw new TypeError('createDpopProof: method must be the name of one');
  }
  const htu = typeof url === 'string' ? normalizeTarget(url) : undefined;
  if (htu === undefined) throw new TypeError('createDpopProof: url must be absolute, http or https');
  if (![accessToken ?? '', nonce ?? ''].every((text) => typeof text === 'string')) {
    throw new TypeError('createDpopProof: accessToken and nonce are text');
  }
  const claims = {
    jti: randomBytes(tokenIdBytes).toString('base64url'),
    htm: method,
    htu,
    iat: Math.floor(now() / 1000),
    ath: accessToken === undefined ? undefined : hashAccessToken(accessToken),
    nonce,
  };
  const signingInput = `${headerOf(key)}.${encodeBase64url(JSON.stringify(claims))}`;
  return `${signingInput}.${sign(signingInput).toString('base64url')}`;
}

/** What `ath` says of an access token (RFC 9449 §4.2). */
export function hashAccessToken(accessToken: string): string {
  return hash('sha256', accessToken, 'base64url');
}

function headerOf(key: Key): string {
  const known = headers.get(key);
  if (known !== undefined) return known;
  const exported = new Map(Object.entries(exportJwk(key)));
  const names = keyMembers[exported.get('kty') ?? '']?.public ?? [];
  const jwk = Object.fromEntries(names.map((name) => [name, exported.get(name)]));
  const header = encodeBase64url(JSON.stringify({ typ: 'dpop+jwt', alg: key.algorithm, jwk }));
  headers.set(key, header);
  return header;
}
