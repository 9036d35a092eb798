import { toBase64url } from '../base64url.ts';
import type { Surroundings } from '../surroundings.ts';
import { holdTab } from './hold-tab.ts';
import type { ValueStorage } from './storage.ts';

/**
 * Keep the session in `sessionStorage`: survives a reload, ends with the tab.
 *
 * The value starts with a random name of this tab, and the page holds a Web
 * Lock of that name. A duplicated tab starts with a copy of the storage, finds
 * the lock taken and drops the copy: two tabs never spend one refresh token.
 * As readable by script as `localStorage`.
 */
export function openSessionStorage(
  key: string,
  surroundings: Surroundings,
  patienceMs: number,
): ValueStorage {
  const find = (): Storage | undefined => surroundings.findStorage('sessionStorage');
  let tab: string | undefined;
  const hold = (name: string): Promise<boolean> =>
    holdTab(`countersign:tab:${name}`, surroundings, patienceMs);
  return {
    kind: 'sessionStorage',
    sharedAs: undefined,
    read: async () => {
      const kept = find()?.getItem(key);
      if (kept === null || kept === undefined) return undefined;
      const [name, value] = split(kept);
      if (name !== tab && !(await hold(name))) {
        find()?.removeItem(key);
        return undefined;
      }
      tab = name;
      return value;
    },
    write: async (value) => {
      const storage = find();
      if (storage === undefined) throw new Error('no sessionStorage');
      if (tab === undefined) {
        tab = toBase64url(surroundings.crypto.getRandomValues(new Uint8Array(16)));
        await hold(tab);
      }
      storage.setItem(key, `${tab}.${value}`);
    },
    remove: async () => find()?.removeItem(key),
  };
}

function split(kept: string): [string, string] {
  const dot = kept.indexOf('.');
  return [kept.slice(0, dot), kept.slice(dot + 1)];
}
