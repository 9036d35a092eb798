import { algorithms, isAlgorithmName } from '../algorithms.ts';
import { defaultMaxTokenBytes } from '../compact.ts';
import { isKey, type Key, materialOf } from '../jwk/key.ts';
import { type KeySet, toKeySet } from '../jwks/local.ts';
import { TokenError } from '../token-error.ts';
import type { AlgorithmName } from './algorithm.ts';
import type { JwsHeader } from './header.ts';
import { checkMediaType, normalizeMediaType } from './media-type.ts';

export interface VerifierOptions {
  readonly keys: Key | KeySet;
  readonly algorithms: readonly AlgorithmName[];
  readonly type?: string | undefined;
  readonly maxTokenBytes?: number | undefined;
}

/** Checked options of a verifier. */
export interface VerifierPolicy {
  readonly keySet: KeySet;
  readonly allowed: ReadonlySet<string>;
  /** In the form in which types are compared. */
  readonly type: string | undefined;
  readonly maxBytes: number;
}

/** @throws TypeError for options that would switch a check off; TokenError `key_required` */
export function readVerifierPolicy(options: VerifierOptions, where: string): VerifierPolicy {
  const keySet = toKeySet(options.keys);
  const allowed = readAllowedAlgorithms(options, where);
  if (options.type !== undefined) checkMediaType(options.type, where);
  return {
    keySet,
    allowed,
    type: options.type === undefined ? undefined : normalizeMediaType(options.type),
    maxBytes: readMaxBytes(options.maxTokenBytes ?? defaultMaxTokenBytes, `${where}: maxTokenBytes`),
  };
}

/** @throws TokenError `algorithm_not_allowed`, `type_mismatch` */
export function checkAllowed(
  { allowed, type }: Pick<VerifierPolicy, 'allowed' | 'type'>,
  header: JwsHeader,
): void {
  if (!allowed.has(header.alg)) throw new TokenError('algorithm_not_allowed');
  if (type !== undefined && (header.typ === undefined || normalizeMediaType(header.typ) !== type)) {
    throw new TokenError('type_mismatch');
  }
}

/**
 * The key of the set that made this signature; `header` must have passed `checkAllowed`.
 *
 * @throws TokenError `key_unknown`, `key_type_mismatch`, `signature_invalid`, `malformed` for no signature at all
 */
export function checkSignature(
  keySet: KeySet,
  header: { readonly alg: string; readonly kid?: string | undefined },
  parts: { readonly signingInput: string; readonly signature: Buffer },
): Key {
  const alg = readAlgorithmName(header);
  if (parts.signature.length === 0) throw new TokenError('malformed');
  const key = keySet.find({ algorithm: alg, keyId: header.kid });
  if (key === undefined) throw new TokenError('key_unknown');
  const { verify } = materialOf(key);
  if (key.algorithm !== alg) throw new TokenError('key_type_mismatch');
  if (!verify(parts.signingInput, parts.signature)) throw new TokenError('signature_invalid');
  return key;
}

/** The name of a header that passed `checkAllowed`, as a type. */
export function readAlgorithmName({ alg }: Pick<JwsHeader, 'alg'>): AlgorithmName {
  if (!isAlgorithmName(alg)) throw new TokenError('algorithm_not_allowed');
  return alg;
}

/** @throws TypeError unless it is a positive integer; `where` names the option */
export function readMaxBytes(maxBytes: number, where: string): number {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1) {
    throw new TypeError(`${where} must be a positive integer`);
  }
  return maxBytes;
}

function readAllowedAlgorithms(options: VerifierOptions, where: string): ReadonlySet<string> {
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
