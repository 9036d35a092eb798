import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { CustomStorage } from '../../src/storage/custom.ts';
import { type Browser, copyStorage, openBrowser } from '../browser.ts';
import { createScriptedIssuer, type ScriptedIssuer } from '../scripted-issuer.ts';

const ann = { identifier: 'ann', password: 'right' };

describe('storages', () => {
  let issuer: ScriptedIssuer;
  let browser: Browser;
  beforeEach(() => {
    issuer = createScriptedIssuer();
    browser = openBrowser(issuer);
  });
  afterEach(() => browser.closeAll());

  const everythingStored = (storage: Storage): string =>
    Array.from({ length: storage.length }, (_, index) => storage.getItem(storage.key(index) ?? '')).join();

  it('A-269: memory leaves no token in any storage', async () => {
    const tab = browser.openTab({ storage: 'memory' });
    await tab.auth.signIn(ann);
    assert.equal(browser.localStorage.length + tab.sessionStorage.length, 0);
  });

  it('A-269: cookie leaves neither access nor refresh token where script can read', async () => {
    const tab = browser.openTab({ storage: 'cookie' });
    await tab.auth.signIn(ann);
    const token = await tab.auth.accessToken();
    assert.ok(token !== undefined && issuer.cookie !== undefined);
    const stored = everythingStored(browser.localStorage) + everythingStored(tab.sessionStorage);
    assert.ok(!stored.includes(token) && !stored.includes(issuer.cookie) && !stored.includes('ann@'));
    assert.equal(issuer.log[0]?.body.storage, 'cookie');
    assert.equal(issuer.log[0]?.init.credentials, 'include');
  });

  it('sends no cookies in the other modes', async () => {
    const { auth } = browser.openTab({ storage: 'localStorage' });
    await auth.signIn(ann);
    assert.equal(issuer.log[0]?.init.credentials, 'omit');
    assert.equal(issuer.log[0]?.body.storage, 'body');
  });

  it('memory starts signed out after a reload', async () => {
    await browser.openTab({ storage: 'memory' }).auth.signIn(ann);
    const reloaded = browser.openTab({ storage: 'memory' }).auth;
    assert.equal(await reloaded.restore(), undefined);
    assert.equal(reloaded.state.status, 'signed-out');
  });

  it('localStorage comes back after a reload without asking anyone', async () => {
    await browser.openTab({ storage: 'localStorage' }).auth.signIn(ann);
    const reloaded = browser.openTab({ storage: 'localStorage' }).auth;
    assert.equal(reloaded.state.status, 'loading');
    assert.equal((await reloaded.restore())?.id, 'ann');
    assert.equal(issuer.refreshes().length, 0);
  });

  it('cookie comes back after a reload by one refresh', async () => {
    await browser.openTab({ storage: 'cookie' }).auth.signIn(ann);
    browser.nowMs += 60_000;
    const reloaded = browser.openTab({ storage: 'cookie' }).auth;
    assert.equal((await reloaded.restore())?.id, 'ann');
    assert.deepEqual(issuer.refreshes()[0]?.body, {});
    assert.match(issuer.refreshes()[0]?.headers.get('idempotency-key') ?? '', /^[A-Za-z0-9_-]{43}$/);
  });

  it('cookie finds a session that the hosted pages began, and repeats the question with one request id', async () => {
    await browser.openTab({ storage: 'cookie' }).auth.signIn(ann);
    browser.localStorage.clear();
    issuer.fault = () => 'lost';
    const { auth } = browser.openTab({ storage: 'cookie' });
    await assert.rejects(auth.restore(), { code: 'network' });
    assert.equal(auth.state.status, 'loading');
    assert.equal(auth.state.error?.code, 'network');
    issuer.fault = undefined;
    const again = browser.openTab({ storage: 'cookie' }).auth;
    assert.equal((await again.restore())?.id, 'ann');
    assert.equal(issuer.alarms(), 0);
  });

  it('cookie without a session ends signed out, and says nothing of a sign-out', async () => {
    const { auth } = browser.openTab({ storage: 'cookie' });
    let signOuts = 0;
    auth.on('signed-out', () => {
      signOuts += 1;
    });
    assert.equal(await auth.restore(), undefined);
    assert.equal(auth.state.status, 'signed-out');
    assert.equal(signOuts, 0);
    assert.equal(browser.localStorage.length, 0);
  });

  it('cookie on a server neither refreshes nor touches localStorage', async () => {
    const { auth } = browser.openTab({
      storage: 'cookie',
      surroundings: {
        isServer: true,
        findStorage: () => assert.fail('touched a storage'),
      },
    });
    assert.equal(await auth.restore(), undefined);
    assert.equal(issuer.log.length, 0);
  });

  it('sessionStorage comes back after a reload of its tab', async () => {
    const tab = browser.openTab({ storage: 'sessionStorage', surroundings: { locks: undefined } });
    await tab.auth.signIn(ann);
    const reloaded = browser.openTab({ storage: 'sessionStorage', sessionStorage: tab.sessionStorage });
    assert.equal((await reloaded.auth.restore())?.id, 'ann');
  });

  it('a duplicated tab that finds the lock of its sessionStorage taken drops the token', async () => {
    const tab = browser.openTab({ storage: 'sessionStorage' });
    await tab.auth.signIn(ann);
    const duplicate = browser.openTab({
      storage: 'sessionStorage',
      sessionStorage: copyStorage(tab.sessionStorage),
      timeoutSeconds: 0.02,
    });
    assert.equal(await duplicate.auth.restore(), undefined);
    assert.equal(duplicate.sessionStorage.length, 0);
    assert.equal(tab.auth.user?.id, 'ann');
    await duplicate.auth.signIn({ identifier: 'bob', password: 'right' });
    assert.equal(issuer.liveSessions().length, 2, 'the session of the first tab was not presented');
  });

  it('two clients of one page share its sessionStorage', async () => {
    const heldTabs = new Map<string, Promise<boolean>>();
    const tab = browser.openTab({ storage: 'sessionStorage', surroundings: { heldTabs } });
    await tab.auth.signIn(ann);
    const { sessionStorage } = tab;
    const second = browser.openTab({ storage: 'sessionStorage', sessionStorage, surroundings: { heldTabs } });
    assert.equal((await second.auth.restore())?.id, 'ann');
  });

  it('a full storage keeps the session for the page', async () => {
    const full = { ...browser.localStorage, getItem: () => null, setItem: () => assert.fail('quota') };
    const { auth } = browser.openTab({ storage: 'localStorage', surroundings: { findStorage: () => full } });
    await auth.signIn(ann);
    browser.nowMs += 300_000;
    assert.equal(typeof (await auth.accessToken()), 'string');
  });

  it('a missing storage reads as nothing', async () => {
    const { auth } = browser.openTab({
      storage: 'localStorage',
      surroundings: { findStorage: () => undefined },
    });
    assert.equal(await auth.restore(), undefined);
  });

  it('garbage in a storage reads as nothing', async () => {
    for (const garbage of ['', '{', 'null', '[]', '{"secret":1}', '{"refreshToken":"x"}']) {
      browser.localStorage.setItem(`countersign:${issuer.url}`, garbage);
      const { auth } = browser.openTab({ storage: 'localStorage' });
      assert.equal(await auth.restore(), undefined, garbage);
    }
    assert.equal(issuer.log.length, 0);
  });

  it('never replaces a higher counter of the same session by a lower one', async () => {
    const surroundings = { locks: undefined, openChannel: undefined };
    const slow = browser.openTab({ storage: 'localStorage', surroundings }).auth;
    await slow.signIn(ann);
    const key = `countersign:${issuer.url}`;
    browser.nowMs += 300_000;
    const quick = browser.openTab({ storage: 'localStorage', surroundings }).auth;
    await quick.restore();
    browser.nowMs += 300_000;
    await quick.accessToken();
    const latest = browser.localStorage.getItem(key) ?? '';
    const answers = issuer.refreshes().length;
    browser.nowMs += 1;
    assert.equal(await slow.accessToken(), await quick.accessToken());
    assert.equal(browser.localStorage.getItem(key), latest);
    assert.equal(issuer.refreshes().length, answers);
  });
});

describe('a storage of your own', () => {
  interface Keychain extends CustomStorage {
    kept: string | undefined;
  }

  const openKeychain = (): Keychain => {
    const keychain: Keychain = {
      kept: undefined,
      read: async () => keychain.kept ?? null,
      write: async (value: string) => {
        keychain.kept = value;
      },
      remove: async () => {
        keychain.kept = undefined;
      },
    };
    return keychain;
  };

  it('keeps token and secret as one value', async () => {
    const issuer = createScriptedIssuer();
    const browser = openBrowser(issuer);
    const storage = openKeychain();
    await browser.openTab({ storage }).auth.signIn(ann);
    const stored = JSON.parse(storage.kept ?? '');
    assert.match(stored.refreshToken, /^cs_rt_[A-Za-z0-9_-]{71}$/);
    assert.match(stored.secret, /^[A-Za-z0-9_-]{43}$/);
    assert.equal((await browser.openTab({ storage }).auth.restore())?.id, 'ann');
    browser.closeAll();
  });

  it('stays below the 2048 bytes of a keychain by leaving out what can be fetched again', async () => {
    const issuer = createScriptedIssuer();
    const browser = openBrowser(issuer);
    const storage = openKeychain();
    issuer.roles = Array.from({ length: 300 }, (_, index) => `role-${index}`);
    await browser.openTab({ storage }).auth.signIn(ann);
    assert.ok((storage.kept ?? '').length <= 2048);
    const { auth } = browser.openTab({ storage });
    assert.equal((await auth.restore())?.roles.length, 300);
    browser.closeAll();
  });

  it('that cannot be read now signs nobody out', async () => {
    const issuer = createScriptedIssuer();
    const browser = openBrowser(issuer);
    const storage = openKeychain();
    const { auth } = browser.openTab({ storage });
    await auth.signIn(ann);
    const locked = { ...storage, read: () => Promise.reject(new Error('device is locked')) };
    const later = browser.openTab({ storage: locked }).auth;
    await assert.rejects(later.restore(), { code: 'storage_failed' });
    assert.equal(later.state.status, 'loading');
    browser.closeAll();
  });

  it('that answers slowly does not bring back a session that was signed out meanwhile', async () => {
    const issuer = createScriptedIssuer();
    const browser = openBrowser(issuer);
    const storage = openKeychain();
    await browser.openTab({ storage }).auth.signIn(ann);
    const kept = storage.kept;
    let answer = (_value: string | undefined): void => {};
    const reads: (() => Promise<string | undefined>)[] = [
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    ];
    const slow = { ...storage, read: () => reads.shift()?.() ?? storage.read() };
    const { auth } = browser.openTab({ storage: slow });
    const restored = auth.restore();
    await auth.signOut();
    answer(kept);
    assert.equal(await restored, undefined);
    assert.equal(auth.state.status, 'signed-out');
    assert.equal(await auth.accessToken(), undefined);
    browser.closeAll();
  });

  it('with one name is renewed once by ten clients at a time', async () => {
    const issuer = createScriptedIssuer();
    const browser = openBrowser(issuer);
    const storage = { ...openKeychain(), name: 'vault' };
    await browser.openTab({ storage }).auth.signIn(ann);
    const clients = Array.from({ length: 10 }, () => browser.openTab({ storage }).auth);
    browser.nowMs += 300_000;
    const users = await Promise.all(clients.map((auth) => auth.restore()));
    assert.ok(users.every((user) => user?.id === 'ann'));
    assert.equal(issuer.refreshes().length, 1);
    browser.closeAll();
  });
});
