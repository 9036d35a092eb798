import {
  createKeySet,
  createRemoteKeySet,
  importJwk,
  importPem,
  type AlgorithmName,
  type Key,
  type KeySet,
  publishableAlgorithms,
  TokenError,
  toPublicKey,
} from '@countersign/tokens';
import { type Call, type Option, UsageError } from '../command.ts';
import { isPem, parseKeyJson, readAlgorithm, readKeyText, readSecret } from './key-text.ts';

export interface VerifyingKeys {
  readonly keys: KeySet;
  readonly algorithms: readonly AlgorithmName[];
}

export const keyOptions: Readonly<Record<string, Option>> = {
  jwks: { type: 'string', value: '<url or file>', help: 'Published keys: an https address or a file' },
  'secret-file': { type: 'string', value: '<file>', help: 'Shared secret, instead of --jwks' },
  'secret-encoding': {
    type: 'string',
    value: '<base64url|text>',
    help: 'How the secret is written: base64url',
  },
  alg: {
    type: 'string',
    value: '<algorithm>',
    help: 'The only algorithm to allow, and that of keys that name none',
  },
};

export function hasKeys(call: Call): boolean {
  return call.text('jwks') !== undefined || call.text('secret-file') !== undefined;
}

/**
 * The keys that `--jwks` or `--secret-file` name, exactly one of the two: a key set, one JWK or
 * one PEM block; a private key for its public half. `--alg` leaves that algorithm alone.
 *
 * @throws UsageError, TokenError `key_set_unavailable`, `key_set_invalid`, `key_invalid`, `key_type_mismatch`
 */
export async function readKeys(call: Call): Promise<VerifyingKeys> {
  const jwks = call.text('jwks');
  const secretFile = call.text('secret-file');
  if ((jwks === undefined) === (secretFile === undefined)) {
    throw new UsageError('name the keys by one of --jwks and --secret-file');
  }
  const algorithm = readAlgorithm(call);
  if (secretFile !== undefined) return asKeys([readSecret(call, readKeyText(call, secretFile))]);
  const url = URL.canParse(jwks ?? '') ? new URL(jwks ?? '') : undefined;
  const isAddress = url?.protocol === 'https:' || url?.protocol === 'http:';
  const algorithms = algorithm === undefined ? publishableAlgorithms : [algorithm];
  if (!algorithms.every((name) => publishableAlgorithms.includes(name)))
    throw new UsageError('a published key is never a secret: --alg names an algorithm of key pairs');
  return isAddress ? fetchKeys(url, algorithms) : readKeyFile(call, jwks ?? '', algorithms);
}

async function fetchKeys(url: URL, algorithms: readonly AlgorithmName[]): Promise<VerifyingKeys> {
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'http:' && !isHere) {
    throw new UsageError('keys are fetched over https, or over http from this machine');
  }
  const keys = createRemoteKeySet(url, { algorithms, dangerAllowHttp: isHere });
  await keys.refresh();
  return { keys, algorithms };
}

function readKeyFile(call: Call, name: string, algorithms: readonly AlgorithmName[]): VerifyingKeys {
  const text = readKeyText(call, name);
  const keys = isPem(text) ? [importPublishedPem(text, algorithms)] : readKeySet(text, name, algorithms);
  if (keys.length === 0)
    throw new TokenError('key_set_invalid', { message: `${name} holds no key that verifies` });
  return asKeys(keys.map((key) => (key.kind === 'private' ? toPublicKey(key) : key)));
}

function asKeys(keys: readonly Key[]): VerifyingKeys {
  return { keys: createKeySet(keys), algorithms: [...new Set(keys.map(({ algorithm }) => algorithm))] };
}

function readKeySet(text: string, name: string, algorithms: readonly AlgorithmName[]): Key[] {
  const document = parseKeyJson(text, name);
  const isSet = typeof document === 'object' && document !== null && 'keys' in document;
  const entries: unknown = isSet ? document.keys : [document];
  if (!Array.isArray(entries)) throw new TokenError('key_set_invalid');
  return entries.flatMap((entry: unknown) => importPublished(entry, algorithms));
}

/** Keys of a kind or use that is not ours are left out, as RFC 7517 §5 asks. */
function importPublished(jwk: unknown, algorithms: readonly AlgorithmName[]): Key[] {
  const key = firstFitting(algorithms, (algorithm) => importJwk(jwk, { algorithm }));
  return key === undefined ? [] : [key];
}

function importPublishedPem(pem: string, algorithms: readonly AlgorithmName[]): Key {
  const key = firstFitting(algorithms, (algorithm) => importPem(pem, { algorithm }));
  return key ?? importPem(pem, { algorithm: algorithms[0] ?? 'ES256' });
}

/** The key by the first algorithm of the table that it fits: an RSA key without `alg` is one of RS256. */
export function firstFitting<K>(
  algorithms: readonly AlgorithmName[],
  importBy: (algorithm: AlgorithmName) => K,
): K | undefined {
  for (const algorithm of algorithms) {
    try {
      return importBy(algorithm);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
    }
  }
  return undefined;
}
