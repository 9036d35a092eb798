import type { ValueStorage } from './storage.ts';

/**
 * A storage of your own, such as the keychain of a phone. Values are opaque
 * text below 2048 bytes wherever the tokens allow.
 *
 * It must keep the value as one piece: token and secret belong together.
 */
export interface CustomStorage {
  /** The same name in every tab or window that shares this storage lets them wait for each other. */
  readonly name?: string;
  readonly read: () => Promise<string | null | undefined> | string | null | undefined;
  readonly write: (value: string) => Promise<unknown> | unknown;
  readonly remove: () => Promise<unknown> | unknown;
}

export function openCustom(custom: CustomStorage): ValueStorage {
  return {
    kind: 'custom',
    sharedAs: custom.name === undefined ? undefined : `custom:${custom.name}`,
    read: async () => (await custom.read()) ?? undefined,
    write: async (value) => {
      await custom.write(value);
    },
    remove: async () => {
      await custom.remove();
    },
  };
}
