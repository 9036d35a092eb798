import { createPrivateKey, createPublicKey, createSecretKey, KeyObject } from 'node:crypto';
import { signerWithoutPolicy, verifierWithoutPolicy } from '@countersign/tokens/danger-primitives';
import { checkKeyType } from './check-key-type.ts';
import { isPrivateKeyText } from './judge-secret.ts';
import type { SignatureAlgorithm } from './signature-algorithm.ts';
import { warnOnce } from './warn-once.ts';

type Sign = ReturnType<typeof signerWithoutPolicy>;
type Verify = ReturnType<typeof verifierWithoutPolicy>;

/** A key, and what was prepared for each algorithm that it was found fit for. */
export interface PreparedKey {
  readonly keyObject: KeyObject;
  /** What is asked for at every call, and what a KeyObject computes each time. */
  readonly type: KeyObject['type'];
  readonly isEmpty: boolean;
  /** An RSA key whose signatures are the messages themselves. */
  readonly isIdentity: boolean;
  readonly modulusBits: number | undefined;
  readonly signers: Map<string, Sign>;
  readonly verifiers: Map<string, Verify>;
}

const maxKeys = 256;
const maxTextLength = 16_384;

/** RFC 7518 §3.3. */
export const minModulusBits = 2048;

const byKeyObject = new WeakMap<KeyObject, PreparedKey>();

/**
 * Secret or private key, as `sign` takes it: a KeyObject, PEM, `{ key, passphrase }`, or the bytes of a secret.
 *
 * @returns undefined for what is no key material
 */
export const prepareSigningKey: (material: unknown) => PreparedKey | undefined =
  rememberKeys(createPrivateKey);

/** Secret or public key, as `verify` takes it; of a private key in PEM, the public half. */
export const prepareVerifyingKey: (material: unknown) => PreparedKey | undefined =
  rememberKeys(createPublicKey);

/** The signer, or undefined when the key is not one for this algorithm. */
export function signerOf(key: PreparedKey, algorithm: SignatureAlgorithm): Sign | undefined {
  return key.signers.get(algorithm) ?? prepareSigner(key, algorithm);
}

/** The verifier, or undefined when the key is not one for this algorithm. */
export function verifierOf(key: PreparedKey, algorithm: SignatureAlgorithm): Verify | undefined {
  return key.verifiers.get(algorithm) ?? prepareVerifier(key, algorithm);
}

function prepareSigner(key: PreparedKey, algorithm: SignatureAlgorithm): Sign | undefined {
  if (!isKeyFor(algorithm, key.keyObject)) return undefined;
  const signer = signerWithoutPolicy(algorithm, key.keyObject);
  warnAboutWeakness(key, algorithm);
  key.signers.set(algorithm, signer);
  return signer;
}

function prepareVerifier(key: PreparedKey, algorithm: SignatureAlgorithm): Verify | undefined {
  if (!isKeyFor(algorithm, key.keyObject)) return undefined;
  const verifier = verifierWithoutPolicy(algorithm, key.keyObject);
  warnAboutWeakness(key, algorithm);
  key.verifiers.set(algorithm, verifier);
  return verifier;
}

function isKeyFor(algorithm: SignatureAlgorithm, keyObject: KeyObject): boolean {
  try {
    checkKeyType(algorithm, keyObject);
    return true;
  } catch {
    return false;
  }
}

function rememberKeys(
  parse: (material: string) => KeyObject,
): (material: unknown) => PreparedKey | undefined {
  const byText = new Map<string, PreparedKey>();
  return (material) => {
    if (material instanceof KeyObject) return prepare(material);
    const text = textOf(material);
    const known = text === undefined ? undefined : byText.get(text);
    if (known !== undefined) return known;
    const keyObject = readKey(material, parse);
    if (keyObject === undefined) return undefined;
    const key = prepare(keyObject);
    if (text !== undefined) remember(byText, text, key);
    return key;
  };
}

function prepare(keyObject: KeyObject): PreparedKey {
  let key = byKeyObject.get(keyObject);
  if (key === undefined) {
    key = {
      keyObject,
      type: keyObject.type,
      isEmpty: keyObject.symmetricKeySize === 0,
      isIdentity: keyObject.asymmetricKeyDetails?.publicExponent === 1n,
      modulusBits: keyObject.asymmetricKeyDetails?.modulusLength,
      signers: new Map(),
      verifiers: new Map(),
    };
    byKeyObject.set(keyObject, key);
  }
  return key;
}

function remember(keys: Map<string, PreparedKey>, text: string, key: PreparedKey): void {
  if (keys.size >= maxKeys) {
    const [oldest] = keys.keys();
    if (oldest !== undefined) keys.delete(oldest);
  }
  keys.set(text, key);
}

/** A text that stands for the content of the material, so that a buffer written over is another key. */
function textOf(material: unknown): string | undefined {
  if (typeof material === 'string') return material.length > maxTextLength ? undefined : `s${material}`;
  if (material instanceof Uint8Array) {
    if (material.length > maxTextLength) return undefined;
    return `b${Buffer.from(material.buffer, material.byteOffset, material.length).toString('latin1')}`;
  }
  return isLockedPem(material)
    ? `p${material.passphrase.length} ${material.passphrase}${material.key}`
    : undefined;
}

function isLockedPem(material: unknown): material is { readonly key: string; readonly passphrase: string } {
  if (typeof material !== 'object' || material === null || Object.keys(material).length !== 2) return false;
  if (!('key' in material && 'passphrase' in material)) return false;
  return typeof material.key === 'string' && typeof material.passphrase === 'string';
}

/** Asymmetric before symmetric, as the original: what is PEM is never a secret. */
function readKey(material: unknown, parse: (material: string) => KeyObject): KeyObject | undefined {
  try {
    return Reflect.apply(parse, undefined, [material]);
  } catch {
    try {
      const secret = typeof material === 'string' ? Buffer.from(material) : material;
      return Reflect.apply(createSecretKey, undefined, [secret]);
    } catch {
      return undefined;
    }
  }
}

function warnAboutWeakness(
  { keyObject, type, modulusBits }: PreparedKey,
  algorithm: SignatureAlgorithm,
): void {
  if (type === 'secret') {
    const digestBytes = Number(algorithm.slice(2)) / 8;
    if ((keyObject.symmetricKeySize ?? 0) < digestBytes) warnOnce('COUNTERSIGN_JWT_SHORT_SECRET');
    if (isPrivateKeyText(keyObject)) warnOnce('COUNTERSIGN_JWT_KEY_AS_SECRET');
    return;
  }
  if (modulusBits !== undefined && modulusBits < minModulusBits) warnOnce('COUNTERSIGN_JWT_SHORT_RSA_KEY');
}
