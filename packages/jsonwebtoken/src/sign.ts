import type { PrivateKey, Secret, SignOptions } from './api-types.ts';
import { addClaims } from './add-claims.ts';
import type { SignCallback } from './callback-types.ts';
import { checkKeyType } from './check-key-type.ts';
import { checkPayload, checkSignOptions } from './check-sign-options.ts';
import { isPublishedKey } from './judge-secret.ts';
import { signMismatched } from './mismatched-key.ts';
import { minModulusBits, type PreparedKey, prepareSigningKey, signerOf } from './prepared-key.ts';
import { isSignatureAlgorithm, type SignatureAlgorithm, unknownAlgorithm } from './signature-algorithm.ts';
import { warnOnce } from './warn-once.ts';
import { writeHeader } from './write-header.ts';

type Payload = string | Buffer | object;

/**
 * Sign a payload: claims as a plain object, or any text or bytes as they are.
 *
 * With a callback the token comes later, what is wrong with the arguments at once.
 *
 * @param secretOrPrivateKey  for HS256 (the default), HS384 and HS512 a secret; else a private key as PEM,
 *   `{ key, passphrase }` or KeyObject; null for `none`
 * @throws Error, with the messages of jsonwebtoken 9
 * @see RFC 7515 §5.1, RFC 7519 §7.1
 */
export function sign(
  payload: Payload,
  secretOrPrivateKey: Secret | PrivateKey,
  options?: SignOptions,
): string;
export function sign(
  payload: Payload,
  secretOrPrivateKey: null,
  options?: SignOptions & { algorithm: 'none' },
): string;
export function sign(payload: Payload, secretOrPrivateKey: Secret | PrivateKey, callback: SignCallback): void;
export function sign(
  payload: Payload,
  secretOrPrivateKey: Secret | PrivateKey,
  options: SignOptions,
  callback: SignCallback,
): void;
export function sign(
  payload: Payload,
  secretOrPrivateKey: null,
  options: SignOptions & { algorithm: 'none' },
  callback: SignCallback,
): void;
export function sign(
  payload: unknown,
  secretOrPrivateKey: unknown,
  optionsOrCallback?: SignOptions | SignCallback,
  lastCallback?: SignCallback,
): string | void {
  const [options, callback] =
    typeof optionsOrCallback === 'function'
      ? [{}, optionsOrCallback]
      : [optionsOrCallback || {}, lastCallback];
  if (typeof callback !== 'function') return signToken(payload, secretOrPrivateKey, options);
  let token: string;
  try {
    token = signToken(payload, secretOrPrivateKey, options);
  } catch (error) {
    return callback(toError(error));
  }
  process.nextTick(handOver, callback, token);
}

function signToken(payload: unknown, secretOrPrivateKey: unknown, options: SignOptions): string {
  const hasClaims = typeof payload === 'object' && !Buffer.isBuffer(payload);
  if (!secretOrPrivateKey && options.algorithm !== 'none') {
    throw new Error('secretOrPrivateKey must have a value');
  }
  const key = findKey(secretOrPrivateKey);
  const algorithm = algorithmOf(options);
  checkKey(algorithm, key, options);
  const claims = checkAll({ payload, hasClaims, options });
  if (key !== undefined && !key.signers.has(algorithm) && options.allowInvalidAsymmetricKeyTypes !== true) {
    checkKeyType(algorithm, key.keyObject);
  }
  const content = claims === undefined ? payload : addClaims(claims, options);
  if (claims !== undefined && claims['exp'] === undefined) warnOnce('COUNTERSIGN_JWT_NO_EXPIRY');
  const header = writeHeader(algorithm, hasClaims, options);
  const signingInput = `${header}.${encodePayload(content, options.encoding)}`;
  const token = `${signingInput}.${makeSignature(algorithm, key, signingInput)}`;
  if (isShortRsaToken(algorithm, token, options)) throw shortModulus(algorithm);
  return token;
}

/** `header.alg` replaces `algorithm`. */
function algorithmOf({ algorithm, header }: SignOptions): string {
  const named: unknown = header && Object.hasOwn(header, 'alg') ? header.alg : algorithm || 'HS256';
  if (typeof named !== 'string') throw new Error('"algorithm" must be a valid string enum value');
  return named;
}

/** @throws Error for what is no key material */
function findKey(material: unknown): PreparedKey | undefined {
  if (material === null || material === undefined) return undefined;
  const key = prepareSigningKey(material);
  if (key === undefined) throw new Error('secretOrPrivateKey is not valid key material');
  return key;
}

/** The checks of the original that come before those of payload and options. */
function checkKey(algorithm: string, key: PreparedKey | undefined, options: SignOptions): void {
  const isSymmetric = algorithm.startsWith('HS');
  if (!isSymmetric && !/^(?:RS|PS|ES)/.test(algorithm)) return;
  if (key === undefined) throw new Error('secretOrPrivateKey must have a value');
  const { type, modulusBits } = key;
  if (isSymmetric) {
    if (key.isEmpty) throw new Error('secretOrPrivateKey must have a value');
    if (type !== 'secret' || (key.signers.size === 0 && isPublishedKey(key.keyObject))) {
      throw new Error(`secretOrPrivateKey must be a symmetric key when using ${algorithm}`);
    }
    return;
  }
  if (type !== 'private') {
    throw new Error(`secretOrPrivateKey must be an asymmetric key when using ${algorithm}`);
  }
  const isShort = !algorithm.startsWith('ES') && modulusBits !== undefined && modulusBits < minModulusBits;
  if (isShort && !options.allowInsecureKeySizes) throw shortModulus(algorithm);
}

const optionsForClaims = [
  'expiresIn',
  'notBefore',
  'noTimestamp',
  'audience',
  'issuer',
  'subject',
  'jwtid',
] as const;

interface Given {
  readonly payload: unknown;
  readonly hasClaims: boolean;
  readonly options: SignOptions;
}

/** @returns the claims to add to, a copy unless `mutatePayload`; undefined for text and bytes */
function checkAll({ payload, hasClaims, options }: Given): Record<string, unknown> | undefined {
  if (payload === undefined) throw new Error('payload is required');
  if (hasClaims) checkPayload(payload);
  const claims = isRecord(payload) && hasClaims ? payload : undefined;
  if (claims === undefined) {
    const given = optionsForClaims.filter((name) => options[name] !== undefined);
    if (given.length > 0) throw new Error(`invalid ${given.join(',')} option for ${typeof payload} payload`);
  }
  checkTwice(claims, options, ['exp', 'expiresIn']);
  checkTwice(claims, options, ['nbf', 'notBefore']);
  checkSignOptions(options);
  return options.mutatePayload || claims === undefined ? claims : { ...claims };
}

function checkTwice(
  claims: Record<string, unknown> | undefined,
  options: SignOptions,
  [claim, option]: readonly ['exp', 'expiresIn'] | readonly ['nbf', 'notBefore'],
): void {
  if (claims?.[claim] !== undefined && options[option] !== undefined) {
    throw new Error(`Bad "options.${option}" option the payload already has an "${claim}" property.`);
  }
}

function encodePayload(payload: unknown, encoding: string | undefined): string {
  const text =
    typeof payload === 'string'
      ? payload
      : typeof payload === 'number' || Buffer.isBuffer(payload)
        ? payload.toString()
        : JSON.stringify(payload);
  if (!encoding) return Buffer.from(text, 'utf8').toString('base64url');
  return Reflect.apply(Buffer.from, Buffer, [text, encoding]).toString('base64url');
}

function makeSignature(algorithm: string, key: PreparedKey | undefined, signingInput: string): string {
  if (algorithm === 'none') {
    warnOnce('COUNTERSIGN_JWT_NONE');
    return '';
  }
  if (!isSignatureAlgorithm(algorithm) || key === undefined) throw unknownAlgorithm(algorithm);
  return signWith(algorithm, key, signingInput);
}

function signWith(algorithm: SignatureAlgorithm, key: PreparedKey, signingInput: string): string {
  const signer = signerOf(key, algorithm);
  if (signer !== undefined) return signer(signingInput);
  warnOnce('COUNTERSIGN_JWT_KEY_TYPE');
  return signMismatched(algorithm, key.keyObject, signingInput);
}

/** The original looks at the whole token, which for a key that is no RSA key says little. */
function isShortRsaToken(algorithm: string, token: string, options: SignOptions): boolean {
  return !options.allowInsecureKeySizes && /^(?:RS|PS)/.test(algorithm) && token.length < 256;
}

function shortModulus(algorithm: string): Error {
  return new Error(`secretOrPrivateKey has a minimum key size of 2048 bits for ${algorithm}`);
}

/** The original loses what its callback throws; here at least a warning remains. */
function handOver(callback: SignCallback, token: string): void {
  try {
    callback(null, token);
  } catch {
    warnOnce('COUNTERSIGN_JWT_CALLBACK');
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
