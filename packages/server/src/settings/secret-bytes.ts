import { Secret } from '../base/secret.ts';

export type SecretBytes =
  | { readonly kind: 'read'; readonly secret: Secret<Uint8Array> }
  | { readonly kind: 'refused'; readonly message: string };

const base64urlForm = /^[A-Za-z0-9_-]+$/;
const makeOne = 'make one with: countersign keys generate-secret';

/**
 * Random bytes written in base64url, refused when they do not look random:
 * Does NOT measure entropy; what it refuses, 32 random bytes show
 * less than once in 10^13.
 *
 * @param bytes  how many there must be
 */
export function readSecretBytes(
  text: string,
  bytes: { readonly min: number; readonly max: number },
): SecretBytes {
  const value = base64urlForm.test(text) ? Buffer.from(text, 'base64url') : Buffer.alloc(0);
  if (value.length === 0 || value.toString('base64url') !== text) {
    return refused(`must be base64url without padding; ${makeOne}`);
  }
  if (value.length < bytes.min || value.length > bytes.max) {
    const wanted = bytes.min === bytes.max ? `exactly ${bytes.min}` : `${bytes.min} to ${bytes.max}`;
    return refused(`must hold ${wanted} random bytes; ${makeOne}`);
  }
  if (isPredictable(value) || isExampleText(text)) return refused(`is a weak or example value; ${makeOne}`);
  return { kind: 'read', secret: new Secret<Uint8Array>(value) };
}

function isPredictable(value: Buffer): boolean {
  return new Set(value).size < 14 || hasPeriod(value) || hasConstantStep(value) || isReadableText(value);
}

function hasPeriod(value: Buffer): boolean {
  for (let period = 1; period <= value.length / 2; period += 1) {
    if (value.subarray(period).equals(value.subarray(0, value.length - period))) return true;
  }
  return false;
}

/** Such as 00 01 02 03 … */
function hasConstantStep(value: Buffer): boolean {
  const steps = new Set<number>();
  for (let index = 1; index < value.length; index += 1) {
    steps.add(((value[index] ?? 0) - (value[index - 1] ?? 0)) & 0xff);
  }
  return steps.size <= 2;
}

function isReadableText(value: Buffer): boolean {
  return value.every((byte) => byte >= 0x20 && byte < 0x7f);
}

function isExampleText(text: string): boolean {
  return /change-?_?me|example|password|(.)\1{9}/i.test(text);
}

function refused(message: string): SecretBytes {
  return { kind: 'refused', message };
}
