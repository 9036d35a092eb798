import { algorithmNames, algorithms, isAlgorithmName } from '../algorithms.ts';
import type { AlgorithmName } from '../jws/algorithm.ts';
import { importJwk } from '../jwk/import-jwk.ts';
import type { Key } from '../jwk/key.ts';
import { isJsonObject, type JsonObject, type JsonValue, parseStrictObject } from '../strict-json.ts';
import { TokenError } from '../token-error.ts';

export interface KeySetLimits {
  readonly algorithms: readonly AlgorithmName[];
  readonly maxKeys: number;
}

export interface PublishedKeys {
  readonly keys: readonly Key[];
  /** How many were left out: unknown, unfit, too weak, or of no single algorithm. */
  readonly skipped: number;
}

/** Members that only a private key or a secret has (RFC 7518 §6.2.2, §6.3.2, §6.4.1, RFC 9964 §3). */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/**
 * Read a published JWK Set.
 *
 * Keys this package cannot use are left out (RFC 7517 §5). A set that shows a
 * secret or a private key is refused as a whole: its issuer is compromised.
 * A key without `alg` counts when exactly one of the wanted algorithms fits it.
 *
 * @throws TokenError `key_set_invalid`
 */
export function readKeySet(bytes: Uint8Array, limits: KeySetLimits): PublishedKeys {
  const { keys: listed } = parseStrictObject(bytes, 'key_set_invalid');
  if (!isList(listed))
    throw new TokenError('key_set_invalid', { message: 'the key set has no list of keys' });
  if (listed.length > limits.maxKeys)
    throw new TokenError('key_set_invalid', { message: 'the key set has too many keys' });
  const keys = listed.flatMap((jwk) => readKey(jwk, limits.algorithms));
  if (keys.length === 0)
    throw new TokenError('key_set_invalid', { message: 'the key set has no usable key' });
  return { keys, skipped: listed.length - keys.length };
}

function readKey(jwk: JsonValue, wanted: readonly AlgorithmName[]): Key[] {
  if (!isJsonObject(jwk))
    throw new TokenError('key_set_invalid', { message: 'a key of the set is not an object' });
  if (jwk.kty === 'oct' || privateMembers.some((name) => Object.hasOwn(jwk, name))) {
    throw new TokenError('key_set_invalid', { message: 'the key set shows a secret or a private key' });
  }
  const algorithm = chooseAlgorithm(jwk, wanted);
  if (algorithm === undefined) return [];
  try {
    return [importJwk(jwk, { algorithm })];
  } catch (error) {
    if (error instanceof TokenError) return [];
    throw error;
  }
}

function chooseAlgorithm(jwk: JsonObject, wanted: readonly AlgorithmName[]): AlgorithmName | undefined {
  if (jwk.alg !== undefined)
    return isAlgorithmName(jwk.alg) && wanted.includes(jwk.alg) ? jwk.alg : undefined;
  const fitting = wanted.filter((name) => {
    const { kty, crv } = algorithms[name].jwk;
    return kty === jwk.kty && (crv === undefined || crv === jwk.crv);
  });
  return fitting.length === 1 ? fitting[0] : undefined;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Algorithms that a published key can have. */
export const publishableAlgorithms: readonly AlgorithmName[] = algorithmNames.filter(
  (name) => !algorithms[name].isSymmetric,
);
