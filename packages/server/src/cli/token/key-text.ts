import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  type AlgorithmName,
  algorithmNames,
  importJwk,
  importSecret,
  type Key,
  TokenError,
} from '@countersign/tokens';
import { type Call, UsageError } from '../command.ts';

/** What `--alg` names. @throws UsageError for a name that is not in the table */
export function readAlgorithm(call: Call): AlgorithmName | undefined {
  const named = call.text('alg');
  const algorithm = algorithmNames.find((name) => name === named);
  if (named !== undefined && algorithm === undefined)
    throw new UsageError(`--alg is one of ${algorithmNames.join(', ')}`);
  return algorithm;
}

/** @throws UsageError */
export function readKeyText(call: Call, name: string): string {
  try {
    return readFileSync(resolve(call.terminal.directory, name), 'utf8');
  } catch {
    throw new UsageError(`${name} cannot be read`);
  }
}

export function isPem(text: string): boolean {
  return text.trimStart().startsWith('-----BEGIN ');
}

export function isJson(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/** @throws TokenError `key_set_invalid` */
export function parseKeyJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TokenError('key_set_invalid', { message: `${name} holds no JSON` });
  }
}

/**
 * A shared secret: an `oct` JWK, or text as `--secret-encoding` says. HS256 unless `--alg` or the JWK say otherwise.
 *
 * @throws UsageError; TokenError `key_invalid`, `key_type_mismatch`
 */
export function readSecret(call: Call, text: string): Key {
  const algorithm = readAlgorithm(call);
  if (isJson(text)) {
    const key = importJwk(parseKeyJson(text, 'the secret'), algorithm === undefined ? {} : { algorithm });
    if (key.kind !== 'secret') throw new TokenError('key_type_mismatch', { message: 'the JWK is no secret' });
    return key;
  }
  const keyId = call.text('kid');
  return importSecret(readSecretBytes(call, text), {
    algorithm: algorithm ?? 'HS256',
    ...(keyId === undefined ? {} : { keyId }),
  });
}

/** @throws UsageError */
export function readSecretBytes(call: Call, text: string): Buffer {
  const written = text.replace(/\r?\n$/, '');
  const encoding = call.text('secret-encoding') ?? 'base64url';
  if (encoding !== 'base64url' && encoding !== 'text') {
    throw new UsageError('--secret-encoding is base64url or text');
  }
  const bytes = Buffer.from(written, encoding === 'text' ? 'utf8' : 'base64url');
  if (encoding === 'base64url' && bytes.toString('base64url') !== written) {
    throw new UsageError(
      'the secret is not base64url; for a secret used as it is written: --secret-encoding text',
    );
  }
  return bytes;
}
