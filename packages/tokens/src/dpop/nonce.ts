import { createHmac, timingSafeEqual } from 'node:crypto';
import { checkNotPublicMaterial } from '../jwk/public-material.ts';
import { checkSecretStrength } from '../jwk/secret-strength.ts';
import { checkKnownOptions } from '../known-options.ts';

/** Nonces that a server can check without having kept them. */
export interface DpopNonces {
  /** The nonce of this moment, for a `DPoP-Nonce` header; 43 characters. */
  issue(): string;
  /** Until when a nonce is good, or undefined for one that is not: foreign, too old, of another secret. */
  findExpiryMs(nonce: string): number | undefined;
}

export interface DpopNonceOptions {
  /** At least 32 random bytes, the same in all processes that check each other's nonces. */
  readonly secret: Uint8Array;
  /** A new nonce every so many seconds, good for twice as long; 10 to 3600, default 120. */
  readonly rotateSeconds?: number;
  /** Milliseconds since the epoch, default `Date.now`. */
  readonly now?: () => number;
}

const optionNames: ReadonlySet<string> = new Set(['secret', 'rotateSeconds', 'now']);
const minSecretBytes = 32;
const defaultRotateSeconds = 120;

/**
 * Make and check nonces: an HMAC of the number of the current period.
 *
 * The period before still counts, and the one after, because the clocks of two
 * processes differ. A nonce is NOT for one use: `jti` and the replay set are for that.
 *
 * @throws TypeError for unusable options; TokenError `key_invalid`, `key_type_mismatch` for a weak or published secret
 * @see RFC 9449 §8 and §9
 */
export function createDpopNonces(options: DpopNonceOptions): DpopNonces {
  checkKnownOptions(options, optionNames, 'createDpopNonces');
  const { secret, rotateSeconds = defaultRotateSeconds, now = Date.now } = options;
  if (!(secret instanceof Uint8Array)) throw new TypeError('createDpopNonces: secret must be a Uint8Array');
  if (!Number.isSafeInteger(rotateSeconds) || rotateSeconds < 10 || rotateSeconds > 3600) {
    throw new TypeError('createDpopNonces: rotateSeconds must be an integer from 10 to 3600');
  }
  checkNotPublicMaterial(secret);
  checkSecretStrength(secret, minSecretBytes);
  const ownSecret = Buffer.from(secret);
  const rotateMs = rotateSeconds * 1000;
  const nonceOf = (period: number): Buffer =>
    Buffer.from(
      createHmac('sha256', ownSecret).update(`countersign dpop nonce ${period}`).digest('base64url'),
    );
  return Object.freeze({
    issue: () => nonceOf(Math.floor(now() / rotateMs)).toString('latin1'),
    findExpiryMs: (nonce: string) => {
      const presented = Buffer.from(nonce, 'utf8');
      const current = Math.floor(now() / rotateMs);
      const period = [current, current - 1, current + 1].find((candidate) =>
        isSame(nonceOf(candidate), presented),
      );
      return period === undefined ? undefined : (period + 2) * rotateMs;
    },
  });
}

function isSame(expected: Buffer, presented: Buffer): boolean {
  return expected.length === presented.length && timingSafeEqual(expected, presented);
}
