import type { Surroundings } from '../surroundings.ts';
import { openCookie } from './cookie.ts';
import { type CustomStorage, openCustom } from './custom.ts';
import { openLocalStorage } from './local-storage.ts';
import { openMemory } from './memory.ts';
import { openSessionStorage } from './session-storage.ts';
import type { ValueStorage } from './storage.ts';

/** `'memory'`, `'localStorage'`, `'sessionStorage'`, `'cookie'`, or a storage of your own. */
export type StorageChoice = 'memory' | 'localStorage' | 'sessionStorage' | 'cookie' | CustomStorage;

/** @throws TypeError for a choice that does not exist */
export function openStorage(
  choice: StorageChoice,
  place: { key: string; patienceMs: number },
  surroundings: Surroundings,
): ValueStorage {
  if (typeof choice === 'object' && typeof choice?.read === 'function') return openCustom(choice);
  if (choice === 'memory') return openMemory();
  if (choice === 'localStorage') return openLocalStorage(place.key, surroundings);
  if (choice === 'sessionStorage') return openSessionStorage(place.key, surroundings, place.patienceMs);
  if (choice === 'cookie') return openCookie(place.key, surroundings);
  throw new TypeError(
    'createClient: storage must be memory, localStorage, sessionStorage, cookie or { read, write, remove }',
  );
}
