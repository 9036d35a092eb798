import { generateKey, type EncryptionKey, importJwk } from '../src/index.ts';
import type {
  ContentEncryptionName,
  EncryptionAlgorithmName,
  KeyManagementName,
} from '../src/jwe/algorithm.ts';
import { contentEncryptionNames, isContentEncryptionName } from '../src/jwe/content-encryption.ts';
import type { CurveName } from '../src/jwe/curves.ts';
import { encryptionAlgorithmNames, keyManagements } from '../src/jwe/key-management.ts';
import { keyOf } from './forge.ts';

export const curveNames: readonly CurveName[] = ['P-256', 'P-384', 'P-521', 'X25519'];

/** Few enough for tests; a token made for use has 600 000. */
export const iterations = 1000;

/** A way to encrypt as a test names it: `ECDH-ES P-384`, `RSA-OAEP`, `A256GCM` for `dir`. */
export interface Way {
  readonly name: string;
  readonly algorithm: EncryptionAlgorithmName;
  readonly curve?: CurveName;
}

/** Every algorithm, on every curve where there are some. */
export const ways: readonly Way[] = encryptionAlgorithmNames.flatMap((algorithm): Way[] =>
  keyManagements[algorithm].family === 'agreement'
    ? curveNames.map((curve) => ({ name: `${algorithm} ${curve}`, algorithm, curve }))
    : [{ name: algorithm, algorithm }],
);

const keys = new Map<string, EncryptionKey>();

/** One private key or secret for each way, made once; RSA is slow, so its material is shared. */
export function encryptionKeyOf({ name, algorithm, curve }: Way): EncryptionKey {
  const known = keys.get(name);
  if (known !== undefined) return known;
  const key = makeKeyFor({ name, algorithm, ...(curve === undefined ? {} : { curve }) });
  keys.set(name, key);
  return key;
}

function makeKeyFor({ name, algorithm, curve }: Way): EncryptionKey {
  const keyId = `key-${name}`;
  if (keyManagements[algorithm].family === 'rsa') {
    const jwk = keyOf('RS256').keyObject.export({ format: 'jwk' });
    return importJwk({ ...jwk, kid: keyId }, { algorithm });
  }
  return generateKey(algorithm, curve === undefined ? { keyId } : { keyId, curve });
}

export function wayOf(name: string): Way {
  const way = ways.find((one) => one.name === name);
  if (way === undefined) throw new TypeError(`no such way: ${name}`);
  return way;
}

/** The key for a way given by its name. */
export const encryptionKey = (name: string): EncryptionKey => encryptionKeyOf(wayOf(name));

/** The `enc` values a key can be used with. */
export const encryptionsFor = (key: EncryptionKey): readonly ContentEncryptionName[] =>
  isContentEncryptionName(key.algorithm) ? [key.algorithm] : contentEncryptionNames;

export const algOf = (key: EncryptionKey): KeyManagementName => keyManagements[key.algorithm].alg;
