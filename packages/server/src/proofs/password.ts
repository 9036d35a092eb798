import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Argon2Parameters, House, Policy } from '../base/house.ts';
import { notOfForm, Refusal } from '../base/refusal.ts';
import { type PasswordHash, readPasswordHash, writePasswordHash } from './password-hash.ts';

/** What of the house hashes. */
export interface Hashing extends Pick<House, 'hashing'> {
  readonly policy: Pick<Policy, 'argon2'>;
}

export interface PasswordVerdict {
  readonly correct: boolean;
  /** The password is correct and its hash is weaker than what is made today: hash it again. */
  readonly rehash: boolean;
  /** The stored text is not a hash that this house makes: tell the operator. */
  readonly isDamaged: boolean;
}

/** More are refused before anything is hashed. */
const maxPasswordBytes = 1024;
const saltBytes = 16;
const tagBytes = 32;
const nobodysSalt: Uint8Array = Buffer.from('countersign none');

/**
 * Argon2id of the password's NFKC form, with a new salt, as a PHC string.
 * Does NOT judge whether the password is acceptable.
 *
 * @throws Refusal `password_too_long` above 1024 bytes, `invalid_request` for unpaired surrogates, `overloaded`
 * @see RFC 9106 §3.1, SP 800-63B-4 §3.1.1.2
 */
export async function hashPassword(house: Hashing, password: string): Promise<string> {
  const message = readPassword(password);
  const salt = randomBytes(saltBytes);
  const today = house.policy.argon2;
  const tag = await derive(house, message, { ...today, salt, tagBytes });
  return writePasswordHash({ ...today, salt, tag });
}

/**
 * Compare a password with a stored hash. Without a stored hash, or with one
 * that cannot be read, the same work is done and the answer is no: A-108.
 *
 * @param phc  from the account's row; undefined when there is no account
 * @throws Refusal as `hashPassword`
 */
export async function verifyPassword(
  house: Hashing,
  phc: string | undefined,
  password: string,
): Promise<PasswordVerdict> {
  const message = readPassword(password);
  const today = house.policy.argon2;
  const stored = phc === undefined ? undefined : readPasswordHash(phc, today);
  if (stored === undefined) {
    await derive(house, message, { ...today, salt: nobodysSalt, tagBytes });
    return { correct: false, rehash: false, isDamaged: phc !== undefined };
  }
  const tag = await derive(house, message, { ...stored, tagBytes: stored.tag.length });
  const correct = timingSafeEqual(tag, stored.tag);
  return { correct, rehash: correct && isWeaker(stored, today), isDamaged: false };
}

/**
 * Whether a password may be looked at at all: longer ones cost time in every
 * step behind this one, normalization first.
 *
 * @throws Refusal `password_too_long` above 1024 bytes
 */
export function checkPasswordLength(password: string): void {
  // The length in UTF-16 units is a lower bound of the bytes, and free.
  if (password.length > maxPasswordBytes || Buffer.byteLength(password) > maxPasswordBytes) {
    throw new Refusal('password_too_long', {
      fields: [{ path: 'password', message: `takes at most ${maxPasswordBytes} bytes` }],
    });
  }
}

function readPassword(password: string): Buffer {
  checkPasswordLength(password);
  if (!password.isWellFormed()) {
    throw notOfForm('password', 'holds half a character');
  }
  return Buffer.from(password.normalize('NFKC'));
}

interface Derivation extends Argon2Parameters {
  readonly salt: Uint8Array;
  readonly tagBytes: number;
}

function derive({ hashing }: Hashing, message: Buffer, how: Derivation): Promise<Uint8Array> {
  return hashing.run(() => {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    argon2(
      'argon2id',
      {
        message,
        nonce: how.salt,
        parallelism: how.parallelism,
        tagLength: how.tagBytes,
        memory: how.memoryKib,
        passes: how.passes,
      },
      (error, tag) => (error === null ? resolve(tag) : reject(error)),
    );
    return promise;
  });
}

function isWeaker(stored: PasswordHash, today: Argon2Parameters): boolean {
  return (
    stored.memoryKib < today.memoryKib ||
    stored.passes < today.passes ||
    stored.salt.length < saltBytes ||
    stored.tag.length < tagBytes
  );
}
