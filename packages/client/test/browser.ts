import { type Auth, type ClientOptions, createClientIn } from '../src/create-client.ts';
import type { Surroundings } from '../src/surroundings.ts';
import type { ScriptedIssuer } from './scripted-issuer.ts';

/**
 * A browser with tabs: one `localStorage`, one clock, the runtime's real Web
 * Locks and BroadcastChannel; a `sessionStorage` for each tab.
 */
export interface Browser {
  nowMs: number;
  readonly localStorage: Storage;
  readonly openTab: (options: TabOptions) => Tab;
  readonly closeAll: () => void;
}

export interface TabOptions extends Omit<ClientOptions, 'issuer'> {
  readonly issuer?: string;
  /** A duplicated tab begins with a copy of this. */
  readonly sessionStorage?: Storage;
  readonly surroundings?: Partial<Surroundings>;
}

export interface Tab {
  readonly auth: Auth;
  readonly sessionStorage: Storage;
  readonly pageEvent: (event: 'storage' | 'returned') => void;
}

export function openBrowser(issuer: ScriptedIssuer): Browser {
  const opened: Auth[] = [];
  const browser: Browser = {
    nowMs: 1_000_000,
    localStorage: createStorage(),
    openTab: (options) => {
      const sessionStorage = options.sessionStorage ?? createStorage();
      const pageListeners = new Set<(event: 'storage' | 'returned') => void>();
      const surroundings: Surroundings = {
        fetch: options.fetch ?? issuer.fetch,
        now: options.now ?? (() => browser.nowMs),
        wait: async (ms) => {
          browser.nowMs += ms;
        },
        crypto: globalThis.crypto,
        locks: navigator.locks,
        openChannel: (name) => new BroadcastChannel(name),
        findStorage: (kind) => (kind === 'localStorage' ? browser.localStorage : sessionStorage),
        pageUrl: () => 'https://shop.example/cart',
        pageOrigin: () => 'https://shop.example',
        onPageEvent: (listener) => {
          pageListeners.add(listener);
          return () => pageListeners.delete(listener);
        },
        isServer: false,
        heldTabs: new Map(),
        ...options.surroundings,
      };
      const auth = createClientIn(surroundings, { issuer: issuer.url, ...options });
      opened.push(auth);
      const pageEvent = (event: 'storage' | 'returned'): void => {
        for (const listener of pageListeners) listener(event);
      };
      return { auth, sessionStorage, pageEvent };
    },
    closeAll: () => {
      for (const auth of opened) auth.close();
    },
  };
  return browser;
}

export function createStorage(entries: Iterable<readonly [string, string]> = []): Storage {
  const kept = new Map(entries);
  return {
    get length() {
      return kept.size;
    },
    clear: () => kept.clear(),
    getItem: (key) => kept.get(key) ?? null,
    key: (index) => [...kept.keys()][index] ?? null,
    removeItem: (key) => {
      kept.delete(key);
    },
    setItem: (key, value) => {
      kept.set(key, value);
    },
  };
}

export function copyStorage(storage: Storage): Storage {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
  return createStorage(keys.map((key) => [key, storage.getItem(key) ?? '']));
}

/** The next time `auth` becomes what `isReached` says; at once if it is already. */
export function reached(auth: Auth, isReached: (auth: Auth) => boolean): Promise<void> {
  if (isReached(auth)) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = auth.subscribe(() => {
      if (!isReached(auth)) return;
      stop();
      resolve();
    });
  });
}
