import { decodeBase64url } from '../base64url.ts';
import { type Key, materialOf } from '../jwk/key.ts';
import type { KeyQuery, KeySet } from '../jwks/local.ts';
import { TokenError } from '../token-error.ts';
import type { CompactForm } from './algorithm.ts';
import { type JwsHeader, readHeader } from './header.ts';
import {
  checkAllowed,
  readAlgorithmName,
  readVerifierPolicy,
  type VerifierOptions,
} from './verifier-policy.ts';

export interface VerifiedCompact {
  readonly header: JwsHeader;
  readonly payload: Buffer;
}

/** A header that was read and is allowed, with what it led to last time. */
interface KnownHeader {
  /** As it stands in tokens, with its dot. */
  readonly start: string;
  readonly header: JwsHeader;
  readonly query: KeyQuery;
  key: Key | undefined;
  verify: CompactForm['verify'] | undefined;
}

/** Headers seen in tokens whose signature was good; a forger cannot fill it. */
const maxKnownHeaders = 64;

/**
 * Check options once, then verify tokens: size, form, header, algorithm, type, key, signature, in this order.
 *
 * @throws TypeError for options that would switch a check off; TokenError `key_required`
 */
export function createCompactVerifier(
  options: VerifierOptions,
  where: string,
): (token: unknown) => VerifiedCompact {
  const policy = readVerifierPolicy(options, where);
  const { keySet, maxBytes } = policy;
  const knownHeaders = new Map<string, KnownHeader>();
  let latest: KnownHeader | undefined;

  const learn = (start: string): KnownHeader => {
    const header = readHeader(start.slice(0, -1));
    checkAllowed(policy, header);
    const query = Object.freeze({ algorithm: readAlgorithmName(header), keyId: header.kid });
    return { start, header: deepFreeze(header), query, key: undefined, verify: undefined };
  };
  const remember = (known: KnownHeader): void => {
    if (knownHeaders.has(known.start)) return;
    if (knownHeaders.size >= maxKnownHeaders) knownHeaders.clear();
    knownHeaders.set(known.start, known);
  };

  return (token) => {
    if (typeof token !== 'string') throw new TokenError('malformed', { message: 'a token is a string' });
    if (token.length > maxBytes) throw new TokenError('too_large');
    // Tokens of one issuer begin alike, and comparing costs less than cutting out and looking up.
    let known = latest !== undefined && token.startsWith(latest.start) ? latest : undefined;
    const first = known === undefined ? token.indexOf('.') : known.start.length - 1;
    const second = token.indexOf('.', first + 1);
    if (second === -1 || token.includes('.', second + 1)) throw new TokenError('malformed');
    const payload = decodeBase64url(token.slice(first + 1, second));
    const signature = token.slice(second + 1);
    known ??= knownHeaders.get(token.slice(0, first + 1));
    if (known === undefined) {
      decodeBase64url(signature);
      known = learn(token.slice(0, first + 1));
    }
    checkSignature(keySet, known, { token, inputLength: second, signature });
    if (known !== latest) {
      remember(known);
      latest = known;
    }
    return { header: known.header, payload };
  };
}

/** @throws TokenError `malformed`, `key_unknown`, `key_type_mismatch`, `signature_invalid` */
function checkSignature(
  keySet: KeySet,
  known: KnownHeader,
  parts: { readonly token: string; readonly inputLength: number; readonly signature: string },
): void {
  const { token, inputLength, signature } = parts;
  if (signature === '') throw new TokenError('malformed');
  const key = keySet.find(known.query);
  if (key === undefined) {
    decodeBase64url(signature);
    throw new TokenError('key_unknown');
  }
  // Asked every time, because a set may renew or forget its keys; prepared again only for another key.
  if (key !== known.key || known.verify === undefined) {
    const { compact } = materialOf(key);
    if (key.algorithm !== known.query.algorithm) throw new TokenError('key_type_mismatch');
    known.verify = compact.verify;
    known.key = key;
  }
  if (!known.verify(token, inputLength, signature)) {
    decodeBase64url(signature);
    throw new TokenError('signature_invalid');
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
