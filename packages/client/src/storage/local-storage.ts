import type { Surroundings } from '../surroundings.ts';
import type { ValueStorage } from './storage.ts';

/**
 * Keep the session in `localStorage`: survives everything, seen by every tab.
 *
 * Any script of the origin can copy token and secret, and with both act as
 * the user until the session ends. Where there is no `localStorage` it holds
 * nothing: reading gives `undefined`, writing throws.
 */
export function openLocalStorage(key: string, surroundings: Surroundings): ValueStorage {
  const find = (): Storage | undefined => surroundings.findStorage('localStorage');
  return {
    kind: 'localStorage',
    sharedAs: 'localStorage',
    read: async () => find()?.getItem(key) ?? undefined,
    write: async (value) => {
      const storage = find();
      if (storage === undefined) throw new Error('no localStorage');
      storage.setItem(key, value);
    },
    remove: async () => find()?.removeItem(key),
  };
}
