/**
 * What the runtime offers. Read once for each client and passed on, so that
 * nothing else in this package touches a global. Everything is optional but
 * `fetch` and random numbers; storages are looked at only when they are asked for.
 */
export interface Surroundings {
  readonly fetch: typeof fetch;
  /** Milliseconds that never jump while the page lives, comparable between the pages of one computer. */
  readonly now: () => number;
  /** Resolves when so many milliseconds of `now` have passed. */
  readonly wait: (ms: number) => Promise<void>;
  readonly crypto: Crypto;
  readonly locks: LockManager | undefined;
  readonly openChannel: ((name: string) => BroadcastChannel) | undefined;
  /** `undefined` where there is none or the browser refuses it. */
  readonly findStorage: (kind: 'localStorage' | 'sessionStorage') => Storage | undefined;
  /** The page's address, against which relative URLs are resolved as `fetch` does. */
  readonly pageUrl: () => string | undefined;
  readonly pageOrigin: () => string | undefined;
  /** Calls `listener` when another page wrote a storage (`storage`) or this one came back from the back-forward cache (`pageshow`). */
  readonly onPageEvent: (listener: (event: 'storage' | 'returned') => void) => () => void;
  /** Node, Deno, Bun: no cookies of a user, no pages. */
  readonly isServer: boolean;
  /** Tab storages that clients of this very page asked for, and whether they got them. */
  readonly heldTabs: Map<string, Promise<boolean>>;
}

const heldTabs: Map<string, Promise<boolean>> = new Map();

/** @throws TypeError when `fetch` or `crypto.getRandomValues` is missing */
export function readSurroundings(given: { fetch?: typeof fetch; now?: () => number }): Surroundings {
  const fetchGiven = given.fetch;
  const send = fetchGiven ?? globalThis.fetch;
  if (typeof send !== 'function') throw new TypeError('createClient: no fetch in this runtime; pass one');
  const random = globalThis.crypto;
  if (typeof random?.getRandomValues !== 'function') {
    throw new TypeError('createClient: crypto.getRandomValues is missing in this runtime');
  }
  return {
    fetch: fetchGiven ?? ((input, init) => globalThis.fetch(input, init)),
    now: given.now ?? readClock,
    // A timer may be early by a fraction of a millisecond.
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, Math.ceil(ms) + 1)),
    crypto: random,
    locks: globalThis.navigator?.locks,
    openChannel: typeof BroadcastChannel === 'function' ? (name) => new BroadcastChannel(name) : undefined,
    findStorage,
    pageUrl: () => globalThis.document?.baseURI ?? globalThis.location?.href,
    pageOrigin: () => globalThis.location?.origin,
    onPageEvent,
    isServer: fetchGiven === undefined && isServerRuntime(),
    heldTabs,
  };
}

function readClock(): number {
  return typeof performance === 'undefined' ? Date.now() : performance.timeOrigin + performance.now();
}

function findStorage(kind: 'localStorage' | 'sessionStorage'): Storage | undefined {
  try {
    return globalThis[kind] ?? undefined;
  } catch {
    return undefined;
  }
}

function onPageEvent(listener: (event: 'storage' | 'returned') => void): () => void {
  if (typeof globalThis.document === 'undefined') return () => {};
  const onStorage = (): void => listener('storage');
  const onPageShow = (event: PageTransitionEvent): void => {
    if (event.persisted) listener('returned');
  };
  globalThis.addEventListener('storage', onStorage);
  globalThis.addEventListener('pageshow', onPageShow);
  return () => {
    globalThis.removeEventListener('storage', onStorage);
    globalThis.removeEventListener('pageshow', onPageShow);
  };
}

function isServerRuntime(): boolean {
  if (typeof globalThis.document !== 'undefined') return false;
  return 'Deno' in globalThis || 'Bun' in globalThis || globalThis.process?.versions?.node !== undefined;
}
