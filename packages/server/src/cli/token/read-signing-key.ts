import {
  type AlgorithmName,
  algorithmNames,
  importJwk,
  importPem,
  type Key,
  publishableAlgorithms,
  TokenError,
} from '@countersign/tokens';
import { type Call, UsageError } from '../command.ts';
import { isJson, isPem, parseKeyJson, readAlgorithm, readKeyText, readSecret } from './key-text.ts';
import { firstFitting } from './read-keys.ts';

/** What the file or the variable holds that names the key. @throws UsageError */
export function findKeyText(call: Call): string {
  const file = call.text('key-file');
  const variable = call.text('key-env');
  if ((file === undefined) === (variable === undefined))
    throw new UsageError('name the key by one of --key-file and --key-env');
  if (file !== undefined) return readKeyText(call, file);
  const text = call.terminal.environment[variable ?? ''];
  if (text === undefined || text === '') throw new UsageError(`the environment has no ${variable}`);
  return text;
}

/**
 * A private JWK, a PEM block or a secret, bound to `--alg`, to what a JWK says or to the first
 * algorithm that fits.
 *
 * @throws UsageError; TokenError `key_invalid`, `key_type_mismatch`
 */
export function readSigningKey(call: Call, text: string): Key {
  const algorithm = readAlgorithm(call);
  const keyId = call.text('kid');
  const key = isJson(text)
    ? importPrivateJwk(parseKeyJson(text, 'the key'), { algorithm, keyId })
    : isPem(text)
      ? importPrivatePem(text, { algorithm, keyId })
      : readSecret(call, text);
  if (key.kind === 'public')
    throw new TokenError('key_invalid', { message: 'a public key verifies and does not sign' });
  return key;
}

interface Wanted {
  readonly algorithm: AlgorithmName | undefined;
  readonly keyId: string | undefined;
}

function importPrivateJwk(jwk: unknown, { algorithm, keyId }: Wanted): Key {
  const named = keyId !== undefined && typeof jwk === 'object' && jwk !== null ? { ...jwk, kid: keyId } : jwk;
  if (algorithm !== undefined) return importJwk(named, { algorithm });
  return firstFitting(algorithmNames, (name) => importJwk(named, { algorithm: name })) ?? importJwk(named);
}

function importPrivatePem(pem: string, { algorithm, keyId }: Wanted): Key {
  const named = keyId === undefined ? {} : { keyId };
  if (algorithm !== undefined) return importPem(pem, { algorithm, ...named });
  const key = firstFitting(publishableAlgorithms, (name) => importPem(pem, { algorithm: name, ...named }));
  return key ?? importPem(pem, { algorithm: 'ES256', ...named });
}
