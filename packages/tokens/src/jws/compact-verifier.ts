import { algorithms, isAlgorithmName } from '../algorithms.ts';
import { defaultMaxTokenBytes, readCompact } from '../compact.ts';
import { type Key, materialOf } from '../jwk/key.ts';
import { type KeySet, toKeySet } from '../jwks/local.ts';
import { isKey } from '../jwk/key.ts';
import { TokenError } from '../token-error.ts';
import type { AlgorithmName } from './algorithm.ts';
import { type JwsHeader, readHeader } from './header.ts';
import { checkMediaType, normalizeMediaType } from './media-type.ts';

export interface CompactVerifierOptions {
  readonly keys: Key | KeySet;
  readonly algorithms: readonly AlgorithmName[];
  readonly type?: string | undefined;
  readonly maxTokenBytes?: number | undefined;
}

export interface VerifiedCompact {
  readonly header: JwsHeader;
  readonly payload: Buffer;
}

/** Headers seen in tokens whose signature was good; a forger cannot fill it. */
const maxCachedHeaders = 64;

/**
 * Check options once, then verify tokens: size, form, header, algorithm, type, key, signature, in this order.
 *
 * @throws TypeError for options that would switch a check off; TokenError `key_required`
 */
export function createCompactVerifier(
  options: CompactVerifierOptions,
  where: string,
): (token: unknown) => VerifiedCompact {
  const keySet = toKeySet(options.keys);
  const allowed = readAllowedAlgorithms(options, where);
  const maxBytes = readMaxBytes(options.maxTokenBytes, where);
  if (options.type !== undefined) checkMediaType(options.type, where);
  const type = options.type === undefined ? undefined : normalizeMediaType(options.type);
  const headers = new Map<string, JwsHeader>();
  return (token) => {
    const { headerSegment, payload, signature, signingInput } = readCompact(token, maxBytes);
    const known = headers.get(headerSegment);
    const header = known ?? readAllowedHeader(headerSegment, allowed, type);
    checkSignature(keySet, header, { signingInput, signature });
    if (known === undefined) {
      if (headers.size >= maxCachedHeaders) headers.clear();
      headers.set(headerSegment, deepFreeze(header));
    }
    return { header, payload };
  };
}

function readAllowedHeader(
  segment: string,
  allowed: ReadonlySet<string>,
  type: string | undefined,
): JwsHeader {
  const header = readHeader(segment);
  if (!allowed.has(header.alg)) throw new TokenError('algorithm_not_allowed');
  if (type !== undefined && (header.typ === undefined || normalizeMediaType(header.typ) !== type)) {
    throw new TokenError('type_mismatch');
  }
  return header;
}

function checkSignature(
  keySet: KeySet,
  header: JwsHeader,
  parts: { readonly signingInput: string; readonly signature: Buffer },
): void {
  const { alg } = header;
  if (!isAlgorithmName(alg)) throw new TokenError('algorithm_not_allowed');
  if (parts.signature.length === 0) throw new TokenError('malformed');
  const key = keySet.find({ algorithm: alg, keyId: header.kid });
  if (key === undefined) throw new TokenError('key_unknown');
  const { verify } = materialOf(key);
  if (key.algorithm !== alg) throw new TokenError('key_type_mismatch');
  if (!verify(parts.signingInput, parts.signature)) throw new TokenError('signature_invalid');
}

function readAllowedAlgorithms(options: CompactVerifierOptions, where: string): ReadonlySet<string> {
  const names: unknown = options.algorithms;
  if (!Array.isArray(names) || names.length === 0 || !names.every(isAlgorithmName)) {
    throw new TypeError(`${where}: algorithms must be a non-empty list of supported names`);
  }
  const symmetric = names.filter((name) => algorithms[name].isSymmetric).length;
  if (symmetric !== 0 && symmetric !== names.length) {
    throw new TypeError(`${where}: algorithms mixes secrets with key pairs`);
  }
  if (isKey(options.keys) && !names.includes(options.keys.algorithm)) {
    throw new TypeError(`${where}: algorithms does not contain the algorithm of the key`);
  }
  return new Set(names);
}

function readMaxBytes(maxTokenBytes: number | undefined, where: string): number {
  const maxBytes = maxTokenBytes ?? defaultMaxTokenBytes;
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) {
    throw new TypeError(`${where}: maxTokenBytes must be a positive integer`);
  }
  return maxBytes;
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
