import {
  type ContentEncryptionName,
  decryptJwe,
  type EncryptionAlgorithmName,
  type EncryptionKey,
  encryptionAlgorithmNames,
  importJwk,
  importPem,
  importSecret,
  type KeyManagementName,
  TokenError,
} from '@countersign/tokens';
import type { Call } from '../command.ts';
import { clauseOf, type Finding, refused } from './finding.ts';
import { own } from './judge-members.ts';
import { isJson, isPem, parseKeyJson, readKeyText, readSecretBytes } from './key-text.ts';
import type { LooseToken } from './read-loosely.ts';

interface Decrypted {
  /** What is inside, where it came out. */
  readonly token?: string;
  readonly findings: readonly Finding[];
}

/**
 * Decrypts by `--decrypt-file`: a private JWK, a PEM block or a secret, taken for what the token says
 * it needs. Good for looking; a verifier names its algorithms and never takes them from the token.
 *
 * @throws UsageError
 */
export function decryptLoosely(call: Call, { token, header = {} }: LooseToken): Decrypted {
  const file = call.text('decrypt-file');
  if (file === undefined) return { findings: [unread('what is inside: --decrypt-file names the key')] };
  const text = readKeyText(call, file);
  const enc = encryptionAlgorithmNames.find((name) => name === own(header, 'enc'));
  const alg =
    own(header, 'alg') === 'dir' ? enc : encryptionAlgorithmNames.find((name) => name === own(header, 'alg'));
  // The rules for the header have said what is wrong with it.
  if (alg === undefined || enc === undefined || !isContentEncryption(enc)) return { findings: [] };
  try {
    const algorithms: readonly KeyManagementName[] = [isContentEncryption(alg) ? 'dir' : alg];
    const keys = importReceiver(call, text, alg);
    if (keys.kind === 'public')
      throw new TokenError('key_invalid', { message: 'a public key cannot decrypt' });
    const { plaintext } = decryptJwe(token, { keys, algorithms, encryptions: [enc] });
    return { token: Buffer.from(plaintext).toString('latin1'), findings: [] };
  } catch (error) {
    if (!(error instanceof TokenError)) throw error;
    const { code, message } = error;
    const isOfKey = ofKey.has(code);
    return {
      findings: [
        isOfKey ? unread(`what is inside: ${message}`) : refused(code, clauseOf[code] ?? '', message),
      ],
    };
  }
}

/** Faults of the file, not of the token. */
const ofKey: ReadonlySet<string> = new Set([
  'key_invalid',
  'key_type_mismatch',
  'key_set_invalid',
  'key_unknown',
]);

function unread(says: string): Finding {
  return { kind: 'unchecked', says, clause: '' };
}

function isContentEncryption(name: EncryptionAlgorithmName): name is ContentEncryptionName {
  return /^A\d+(GCM|CBC-HS\d+)$/.test(name);
}

function importReceiver(call: Call, text: string, algorithm: EncryptionAlgorithmName): EncryptionKey {
  if (isJson(text)) return importJwk(parseKeyJson(text, 'the key'), { algorithm });
  if (isPem(text)) return importPem(text, { algorithm });
  return importSecret(readSecretBytes(call, text), { algorithm });
}
