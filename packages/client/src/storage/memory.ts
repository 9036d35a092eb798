import type { ValueStorage } from './storage.ts';

/**
 * Keep the session in a variable.
 *
 * Survives nothing: a reload or a second tab starts signed out. Script that
 * runs in the page later finds no token at rest, though script that runs in
 * the page while it is open can still make requests through it.
 */
export function openMemory(): ValueStorage {
  let kept: string | undefined;
  return {
    kind: 'memory',
    sharedAs: undefined,
    read: async () => kept,
    write: async (value) => {
      kept = value;
    },
    remove: async () => {
      kept = undefined;
    },
  };
}
