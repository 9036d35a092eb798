import type { TestServer } from 'countersign/testing';
import { type Auth, createClientIn } from '../../src/create-client.ts';
import type { StorageChoice } from '../../src/storage/open-storage.ts';
import type { Surroundings } from '../../src/surroundings.ts';
import { copyStorage, createStorage } from '../browser.ts';
import type { Policy } from './policy.ts';
import { createBrowserLocks } from './tab-locks.ts';

export const storageKinds = ['memory', 'sessionStorage', 'localStorage', 'cookie', 'custom'] as const;
export type StorageKind = (typeof storageKinds)[number];

/** What becomes of one call to the issuer. */
export type Weather = 'fine' | 'request lost' | 'answer lost';

export interface DeviceOptions {
  readonly server: TestServer;
  readonly kind: StorageKind;
  readonly hasLocks: boolean;
  readonly policy: Policy;
  readonly weather: () => Weather;
  /** Called for each refresh that the server granted. */
  readonly onRefreshed: () => void;
  /** Called when the server told a tab that its session is over. */
  readonly onRefused: () => void;
}

export interface Tab {
  readonly auth: Auth;
  readonly sessionStorage: Storage;
  /** Puts into the page's `localStorage` what was copied elsewhere. */
  putStored(value: string): void;
  close(): void;
}

/** A browser with tabs, or a phone whose processes share one keychain: real client code over one storage. */
export interface Device {
  readonly kind: StorageKind;
  readonly tabs: Tab[];
  /** Without one: another tab, or page, over the same storage. With one: that tab's page anew. */
  openTab(sessionStorage?: Storage): Tab;
  /** Calls that are under way, and calls that failed so far. */
  readonly calls: { readonly open: number; readonly failed: number };
  /** The refresh token as whoever reads storage or traffic would see it. */
  readonly refreshToken: string | undefined;
  /** Token and secret, as stored. */
  readonly stored: string | undefined;
  close(): void;
}

/** Its hashes would be made on other threads, for so long as those like: it could not be told when a page is idle. */
const cryptoWithoutThreads = new Proxy(globalThis.crypto, {
  get: (all, member) => (member === 'getRandomValues' ? all.getRandomValues.bind(all) : undefined),
});

let devices = 0;

export function openDevice(options: DeviceOptions): Device {
  devices += 1;
  const name = `device ${devices}`;
  const localStorage = createStorage();
  const keychain = createStorage();
  const locks = createBrowserLocks();
  const seen: Seen = { refreshToken: undefined, cookie: undefined, open: 0, failed: 0 };
  const tabs: Tab[] = [];
  const openTab = (given?: Storage): Tab => {
    const sessionStorage = given ?? createStorage();
    const view = options.hasLocks ? locks.openTab() : undefined;
    const surroundings: Surroundings = {
      fetch: createSend(options, seen),
      now: options.server.clock.now,
      wait: async () => {},
      crypto: cryptoWithoutThreads,
      locks: view?.locks,
      openChannel: (channel) => new BroadcastChannel(`${name} ${channel}`),
      findStorage: (kind) => (kind === 'localStorage' ? localStorage : sessionStorage),
      pageUrl: () => `${options.server.issuer}/`,
      pageOrigin: () => options.server.issuer,
      onPageEvent: () => () => {},
      isServer: false,
      heldTabs: new Map(),
    };
    const storage = chooseStorage(options.kind, keychain);
    const auth = createClientIn(surroundings, { issuer: options.server.issuer, storage });
    auth.on('signed-out', (reason) => {
      if (reason === 'refused') options.onRefused();
    });
    const tab: Tab = {
      auth,
      sessionStorage,
      putStored: (value) => localStorage.setItem(keyOf(options), value),
      close() {
        auth.close();
        view?.release();
        tabs.splice(tabs.indexOf(tab) >>> 0, 1);
      },
    };
    tabs.push(tab);
    return tab;
  };
  return {
    kind: options.kind,
    tabs,
    openTab,
    calls: seen,
    get refreshToken() {
      return seen.refreshToken;
    },
    get stored() {
      const place = options.kind === 'sessionStorage' ? tabs[0]?.sessionStorage : localStorage;
      const text = (options.kind === 'custom' ? keychain : place)?.getItem(keyOf(options)) ?? undefined;
      // A tab's own storage names the tab first.
      return options.kind === 'sessionStorage' ? text?.slice(text.indexOf('.') + 1) : text;
    },
    close() {
      while (tabs.length > 0) tabs[0]?.close();
    },
  };
}

/** A tab that the browser duplicated begins with a copy of the other's storage. */
export function duplicate(device: Device, tab: Tab): Tab {
  return device.openTab(copyStorage(tab.sessionStorage));
}

function keyOf({ kind, server }: DeviceOptions): string {
  return kind === 'custom' ? 'session' : `countersign:${server.issuer}`;
}

function chooseStorage(kind: StorageKind, keychain: Storage): StorageChoice {
  if (kind !== 'custom') return kind;
  return {
    name: 'keychain',
    read: () => keychain.getItem('session'),
    write: (value) => keychain.setItem('session', value),
    remove: () => keychain.removeItem('session'),
  };
}

interface Seen {
  refreshToken: string | undefined;
  cookie: string | undefined;
  open: number;
  failed: number;
}

/** The network of a device, and the cookies of its browser. */
function createSend(options: DeviceOptions, seen: Seen): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const isWithCookies = init?.credentials === 'include';
    seen.open += 1;
    try {
      return await send(request, isWithCookies, { options, seen });
    } catch (error) {
      seen.failed += 1;
      throw error;
    } finally {
      seen.open -= 1;
    }
  };
}

async function send(
  request: Request,
  isWithCookies: boolean,
  { options, seen }: { readonly options: DeviceOptions; readonly seen: Seen },
): Promise<Response> {
  const { server, weather } = options;
  request.headers.set('origin', server.issuer);
  if (options.policy !== 'request id') request.headers.delete('idempotency-key');
  if (seen.cookie !== undefined && isWithCookies) request.headers.set('cookie', seen.cookie);
  const isRefresh = request.url.endsWith('/v1/refresh');
  const today = isRefresh ? weather() : 'fine';
  if (today === 'request lost') throw new TypeError('fetch failed');
  const answer = await server.fetch(request);
  if (isRefresh && answer.ok) options.onRefreshed();
  if (today === 'answer lost') throw new TypeError('terminated');
  await look(answer, seen);
  return answer;
}

async function look(answer: Response, seen: Seen): Promise<void> {
  for (const line of answer.headers.getSetCookie()) {
    if (line.startsWith('cs_refresh=')) seen.cookie = line.split(';')[0];
  }
  const body: { refresh_token?: string } = answer.ok && answer.body ? await answer.clone().json() : {};
  seen.refreshToken = body.refresh_token ?? seen.cookie?.slice('cs_refresh='.length);
}

/** A renewal beside a request goes on after the request has its token: until nothing is under way any more. */
export async function untilIdle({ calls }: Device): Promise<void> {
  for (let quiet = 0; quiet < 4; quiet++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (calls.open > 0) quiet = -1;
  }
}
