import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface NewClientSecret {
  /** `cs_cs_` and 43 base64url characters; shown once and kept nowhere. */
  readonly secret: string;
  /** 32 bytes, for the client's row. */
  readonly secretHash: Uint8Array;
}

const prefix = 'cs_cs_';
/** What no secret hashes to: compared when there is no client, so that the work is the same. */
const nobodysHash: Uint8Array = new Uint8Array(32);

/** 256 random bits: a guess is hopeless, so a fast hash is enough for what is stored. */
export function makeClientSecret(): NewClientSecret {
  const secret = prefix + randomBytes(32).toString('base64url');
  return { secret, secretHash: hash('sha256', secret, 'buffer') };
}

/**
 * Compares in constant time; an absent hash costs the same and is never correct.
 * Does NOT look at whether the client is disabled.
 */
export function isClientSecret(secretHash: Uint8Array | null | undefined, presented: string): boolean {
  const isStored = secretHash?.length === nobodysHash.length;
  const isEqual = timingSafeEqual(
    hash('sha256', presented, 'buffer'),
    isStored && secretHash ? secretHash : nobodysHash,
  );
  return isStored && isEqual;
}
