import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type AlgorithmName,
  createKeySet,
  createRemoteKeySet,
  importJwk,
  importSecret,
  type Key,
  type KeySet,
  TokenError,
  toPublicKey,
} from '@countersign/tokens';
import { type Call, UsageError } from '../command.ts';

export interface VerifyingKeys {
  readonly keys: KeySet;
  readonly algorithms: readonly AlgorithmName[];
}

/** A secret is never published, so HS algorithms are not here. */
const published: readonly AlgorithmName[] = [
  'ES256',
  'ES384',
  'ES512',
  'ES256K',
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'Ed25519',
  'EdDSA',
  'ML-DSA-44',
  'ML-DSA-65',
  'ML-DSA-87',
];

/**
 * The keys that `--jwks` or `--secret-file` name, exactly one of the two.
 *
 * @throws UsageError, TokenError `key_set_unavailable`, `key_set_invalid`, `key_invalid`
 */
export async function readKeys(call: Call): Promise<VerifyingKeys> {
  const jwks = call.text('jwks');
  const secretFile = call.text('secret-file');
  if ((jwks === undefined) === (secretFile === undefined)) {
    throw new UsageError('name the keys by one of --jwks and --secret-file');
  }
  if (secretFile !== undefined) return readSecretKeys(call, secretFile);
  const url = URL.canParse(jwks ?? '') ? new URL(jwks ?? '') : undefined;
  const isAddress = url?.protocol === 'https:' || url?.protocol === 'http:';
  return isAddress ? fetchKeys(url) : readKeyFile(call, jwks ?? '');
}

async function fetchKeys(url: URL): Promise<VerifyingKeys> {
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url.protocol === 'http:' && !isHere) {
    throw new UsageError('keys are fetched over https, or over http from this machine');
  }
  const keys = createRemoteKeySet(url, { algorithms: published, dangerAllowHttp: isHere });
  await keys.refresh();
  return { keys, algorithms: published };
}

function readKeyFile(call: Call, name: string): VerifyingKeys {
  const document = parseJson(readText(call, name), name);
  const isSet = typeof document === 'object' && document !== null && 'keys' in document;
  const entries: unknown = isSet ? document.keys : [document];
  if (!Array.isArray(entries)) throw new TokenError('key_set_invalid');
  const keys = entries.flatMap((entry: unknown) => importPublished(entry));
  if (keys.length === 0)
    throw new TokenError('key_set_invalid', { message: `${name} holds no key that verifies` });
  return { keys: createKeySet(keys), algorithms: published };
}

/** Keys of a kind or use that is not ours are left out, as RFC 7517 §5 asks. */
function importPublished(jwk: unknown): Key[] {
  const algorithm = algorithmOf(jwk);
  if (algorithm === undefined) return [];
  try {
    const key = importJwk(jwk, { algorithm });
    return [key.kind === 'private' ? toPublicKey(key) : key];
  } catch (error) {
    if (error instanceof TokenError) return [];
    throw error;
  }
}

const byCurve: Readonly<Record<string, AlgorithmName>> = {
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  secp256k1: 'ES256K',
  Ed25519: 'Ed25519',
};

function algorithmOf(jwk: unknown): AlgorithmName | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined;
  const stated = 'alg' in jwk ? published.find((name) => name === jwk.alg) : undefined;
  if ('alg' in jwk && jwk.alg !== undefined) return stated;
  if ('kty' in jwk && jwk.kty === 'RSA') return 'RS256';
  const curve = 'crv' in jwk && typeof jwk.crv === 'string' ? jwk.crv : '';
  return Object.hasOwn(byCurve, curve) ? byCurve[curve] : undefined;
}

function readSecretKeys(call: Call, name: string): VerifyingKeys {
  const text = readText(call, name).replace(/\r?\n$/, '');
  const encoding = call.text('secret-encoding') ?? 'base64url';
  if (encoding !== 'base64url' && encoding !== 'text') {
    throw new UsageError('--secret-encoding is base64url or text');
  }
  const bytes = Buffer.from(text, encoding === 'text' ? 'utf8' : 'base64url');
  if (encoding === 'base64url' && bytes.toString('base64url') !== text) {
    throw new UsageError(
      'the secret is not base64url; for a secret used as it is written: --secret-encoding text',
    );
  }
  return { keys: createKeySet([importSecret(bytes, { algorithm: 'HS256' })]), algorithms: ['HS256'] };
}

function readText(call: Call, name: string): string {
  try {
    return readFileSync(resolve(call.terminal.directory, name), 'utf8');
  } catch {
    throw new UsageError(`${name} cannot be read`);
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TokenError('key_set_invalid', { message: `${name} holds no JSON` });
  }
}
