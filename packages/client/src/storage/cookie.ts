import type { Surroundings } from '../surroundings.ts';
import { openLocalStorage } from './local-storage.ts';
import { openMemory } from './memory.ts';
import type { ValueStorage } from './storage.ts';

/**
 * Leave the refresh token in the issuer's HttpOnly cookie, which no script can
 * read. What is kept here is only the session id and the secret that makes
 * request ids, in `localStorage`; worth nothing without the cookie.
 *
 * The issuer must be same-site with the page. On a server nothing is kept.
 */
export function openCookie(key: string, surroundings: Surroundings): ValueStorage {
  const isKept = !surroundings.isServer && surroundings.findStorage('localStorage') !== undefined;
  const beside = isKept ? openLocalStorage(key, surroundings) : openMemory();
  return { ...beside, kind: 'cookie', sharedAs: 'cookie' };
}
