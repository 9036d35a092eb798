import { hash } from 'node:crypto';
import { randomId } from '../base/random-id.ts';

/** What the holder of a challenge or a link has, and what the database has of it. */
export interface OneTimeSecret {
  /** 128 random bits, 22 base64url characters. Goes to the holder and nowhere else. */
  readonly secret: string;
  readonly id: string;
}

export function makeOneTimeSecret(): OneTimeSecret {
  const secret = randomId();
  return { secret, id: idOfSecret(secret) };
}

/** The row of a presented secret. A database that is read gives nobody a secret: 128 bits are not guessed from a hash. */
export function idOfSecret(secret: string): string {
  return hash('sha256', secret, 'base64url');
}
