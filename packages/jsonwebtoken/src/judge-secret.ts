import type { KeyObject } from 'node:crypto';
import { isKeyMaterial } from '@countersign/tokens/danger-primitives';

const privateMark = /PRIVATE KEY|"(?:d|k)"\s*:/;

/**
 * Whether an HMAC secret is the text of a published key, such as PEM that has
 * lost its line breaks. Anybody can sign with it.
 *
 * Does NOT measure entropy. Private keys used as secrets pass: nobody else knows them.
 *
 * @see RFC 8725 §2.1
 */
export function isPublishedKey(keyObject: KeyObject): boolean {
  const bytes = keyObject.export();
  return isKeyMaterial(bytes) && !hasPrivateMark(bytes);
}

/** Whether a secret is the text of a private key, as it is or in base64. */
export function isPrivateKeyText(keyObject: KeyObject): boolean {
  const bytes = keyObject.export();
  return isKeyMaterial(bytes) && hasPrivateMark(bytes);
}

function hasPrivateMark(bytes: Buffer): boolean {
  const text = bytes.toString('latin1');
  return privateMark.test(text) || privateMark.test(Buffer.from(text, 'base64').toString('latin1'));
}
