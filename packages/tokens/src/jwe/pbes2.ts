import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { unwrapAes, wrapAes } from './aes-kw.ts';
import type { KeyEncryptionName, KeyManagement } from './algorithm.ts';
import { malformedMember, readBytesMember } from './header-members.ts';

/** The count travels in the token: fewer would be too cheap to guess, more would stop the process that reads it. */
export const minIterations = 1000;
export const maxIterations = 1_200_000;
export const defaultIterations = 600_000;

const minSaltBytes = 8;
const madeSaltBytes = 16;

/** A key derived from a password by PBKDF2 wraps the content key (RFC 7518 §4.8). */
export function pbes2(
  name: KeyEncryptionName,
  hash: 'sha256' | 'sha384' | 'sha512',
  wrapBytes: 16 | 24 | 32,
): KeyManagement {
  const derive = (password: Buffer, salt: Buffer, iterations: number): Buffer =>
    pbkdf2Sync(
      password,
      Buffer.concat([Buffer.from(`${name}\0`, 'latin1'), salt]),
      iterations,
      wrapBytes,
      hash,
    );
  return {
    name,
    alg: name,
    family: 'secret',
    secretBytes: wrapBytes,
    isPassword: true,
    sendsKey: true,
    operations: { secret: [['deriveKey', 'deriveBits', 'wrapKey']], public: [], private: [] },
    wrapper: (secret) => {
      const password = secret.export();
      return ({ encryption, iterations }) => {
        const salt = randomBytes(madeSaltBytes);
        const contentKey = randomBytes(encryption.keyBytes);
        const encryptedKey = wrapAes(derive(password, salt, iterations), contentKey);
        return { contentKey, encryptedKey, members: { p2s: salt.toString('base64url'), p2c: iterations } };
      };
    },
    unwrapper: (secret) => {
      const password = secret.export();
      return ({ encryption, header, encryptedKey }) => {
        const salt = readBytesMember(header, 'p2s');
        if (salt.length < minSaltBytes) throw malformedMember('p2s');
        const iterations = Object.hasOwn(header, 'p2c') ? header.p2c : undefined;
        if (!isIterationCount(iterations)) throw malformedMember('p2c');
        return unwrapAes(derive(password, salt, iterations), encryptedKey, encryption.keyBytes);
      };
    },
  };
}

export function isIterationCount(value: unknown): value is number {
  return (
    typeof value === 'number' &&
    Number.isSafeInteger(value) &&
    value >= minIterations &&
    value <= maxIterations
  );
}
