import { createHmac } from 'node:crypto';
import type { Secret } from './secret.ts';

/**
 * A name for something that must not be kept itself, such as an address that
 * has no account. The same text has the same name in every process of one
 * house; without the master key no list of texts tells which is which.
 *
 * @param masterKey 32 bytes
 * @returns a function that gives 64 hexadecimal digits
 */
export function createPseudonyms(masterKey: Secret<Uint8Array>): (text: string) => string {
  const key = createHmac('sha256', masterKey.reveal()).update('countersign pseudonyms').digest();
  return (text) => createHmac('sha256', key).update(text).digest('hex');
}
