import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Auth } from '../src/create-client.ts';
import { type Browser, openBrowser, reached } from './browser.ts';
import { createScriptedIssuer, type ScriptedIssuer } from './scripted-issuer.ts';

const ann = { identifier: 'ann', password: 'right' };
const bob = { identifier: 'bob', password: 'right' };

describe('tabs', () => {
  let issuer: ScriptedIssuer;
  let browser: Browser;
  beforeEach(() => {
    issuer = createScriptedIssuer();
    browser = openBrowser(issuer);
  });
  afterEach(() => browser.closeAll());

  const openTabs = (count: number, open: () => Auth): Auth[] => Array.from({ length: count }, open);
  const signedInAs = (id: string) => (auth: Auth) => auth.user?.id === id;

  it('A-268: ten tabs of one localStorage renew once', async () => {
    const tabs = openTabs(10, () => browser.openTab({ storage: 'localStorage' }).auth);
    await tabs[0]?.signIn(ann);
    await Promise.all(tabs.map((auth) => reached(auth, signedInAs('ann'))));
    browser.nowMs += 300_000;
    const tokens = await Promise.all(tabs.map((auth) => auth.accessToken()));
    assert.equal(new Set(tokens).size, 1);
    assert.equal(issuer.refreshes().length, 1);
  });

  it('A-268: ten tabs of one cookie renew once', async () => {
    const tabs = openTabs(10, () => browser.openTab({ storage: 'cookie' }).auth);
    await tabs[0]?.signIn(ann);
    await Promise.all(tabs.map((auth) => reached(auth, signedInAs('ann'))));
    browser.nowMs += 300_000;
    const tokens = await Promise.all(tabs.map((auth) => auth.accessToken()));
    assert.equal(new Set(tokens).size, 1);
    assert.equal(issuer.refreshes().length, 1);
  });

  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`A-268: without locks and channel ten tabs of ${storage} raise no alarm`, async () => {
      const surroundings = { locks: undefined, openChannel: undefined };
      const open = (): Auth => browser.openTab({ storage, surroundings }).auth;
      await open().signIn(ann);
      const tabs = openTabs(10, open);
      const users = await Promise.all(tabs.map((auth) => auth.restore()));
      assert.deepEqual(new Set(users.map((user) => user?.id)), new Set(['ann']));
      for (let round = 0; round < 5; round += 1) {
        browser.nowMs += 300_000;
        const tokens = await Promise.all(tabs.map((auth) => auth.accessToken()));
        assert.ok(tokens.every((token) => token !== undefined));
      }
      assert.equal(issuer.alarms(), 0);
      assert.equal(issuer.liveSessions().length, 1);
    });
  }

  it('A-268: tabs that lose answers, crash and wake in any order raise no alarm', async () => {
    const step = fc.record({
      tab: fc.nat(3),
      act: fc.constantFrom('use', 'reopen', 'lose', 'cut'),
      passSeconds: fc.nat(400),
    });
    const property = fc.asyncProperty(
      fc.array(step, { maxLength: 25 }),
      fc.boolean(),
      async (steps, isBare) => {
        issuer = createScriptedIssuer();
        browser = openBrowser(issuer);
        const surroundings = isBare ? { locks: undefined, openChannel: undefined } : {};
        const open = (): Auth => browser.openTab({ storage: 'localStorage', surroundings }).auth;
        const tabs = openTabs(4, open);
        await tabs[0]?.signIn(ann);
        for (const { tab, act, passSeconds } of steps) {
          browser.nowMs += passSeconds * 1000;
          if (act === 'reopen') tabs[tab] = open();
          let isFirst = true;
          issuer.fault = () => {
            if (!isFirst || act === 'use' || act === 'reopen') return undefined;
            isFirst = false;
            return act === 'lose' ? 'lost' : 'cut';
          };
          await Promise.allSettled([tab, (tab + 1) % 4].map(async (index) => tabs[index]?.accessToken()));
        }
        issuer.fault = undefined;
        browser.nowMs += 10_000;
        const users = await Promise.all(tabs.map((auth) => auth.restore()));
        browser.closeAll();
        assert.equal(issuer.alarms(), 0);
        assert.ok(users.every((user) => user?.id === 'ann'));
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });

  it('goes on without the lock when another page does not let go of it', async () => {
    const { auth } = browser.openTab({ storage: 'localStorage', timeoutSeconds: 0.02 });
    await auth.signIn(ann);
    browser.nowMs += 300_000;
    let letGo = (): void => {};
    const frozen = navigator.locks.request(
      `countersign:${issuer.url}:localStorage`,
      () =>
        new Promise<void>((resolve) => {
          letGo = resolve;
        }),
    );
    assert.equal(typeof (await auth.accessToken()), 'string');
    letGo();
    await frozen;
  });

  for (const storage of ['localStorage', 'cookie'] as const) {
    it(`sign-out clears every tab of ${storage}`, async () => {
      const tabs = openTabs(3, () => browser.openTab({ storage }).auth);
      await tabs[0]?.signIn(ann);
      await Promise.all(tabs.map((auth) => reached(auth, signedInAs('ann'))));
      await tabs[1]?.signOut();
      await Promise.all(tabs.map((auth) => reached(auth, ({ state }) => state.status === 'signed-out')));
      assert.deepEqual(await Promise.all(tabs.map((auth) => auth.accessToken())), [
        undefined,
        undefined,
        undefined,
      ]);
      assert.deepEqual(issuer.liveSessions(), []);
      assert.equal(browser.localStorage.length, 0);
    });

    it(`another user who signs in takes over every tab of ${storage}`, async () => {
      const tabs = openTabs(3, () => browser.openTab({ storage }).auth);
      await tabs[0]?.signIn(ann);
      await Promise.all(tabs.map((auth) => reached(auth, signedInAs('ann'))));
      await tabs[1]?.signIn(bob);
      await Promise.all(tabs.map((auth) => reached(auth, signedInAs('bob'))));
      const tokens = await Promise.all(tabs.map((auth) => auth.accessToken()));
      assert.equal(new Set(tokens).size, 1);
      assert.equal(issuer.liveSessions().length, 1, 'the session before ended');
    });
  }

  it('without BroadcastChannel a storage event carries the sign-out', async () => {
    const surroundings = { openChannel: undefined };
    const [first, second] = [1, 2].map(() => browser.openTab({ storage: 'localStorage', surroundings }));
    await first?.auth.signIn(ann);
    await second?.auth.restore();
    await first?.auth.signOut();
    assert.equal(second?.auth.user?.id, 'ann');
    second?.pageEvent('storage');
    assert.ok(second !== undefined);
    await reached(second.auth, ({ state }) => state.status === 'signed-out');
  });

  it('A-270: a page that returns from the back-forward cache sees the sign-out', async () => {
    const surroundings = { openChannel: undefined };
    const frozen = browser.openTab({ storage: 'localStorage', surroundings });
    await frozen.auth.signIn(ann);
    await browser.openTab({ storage: 'localStorage' }).auth.signOut();
    frozen.pageEvent('returned');
    await reached(frozen.auth, ({ state }) => state.status === 'signed-out');
    assert.equal(frozen.auth.user, undefined);
  });

  it('a tab with a storage of its own keeps its session when another signs out', async () => {
    const [first, second] = [1, 2].map(() => browser.openTab({ storage: 'sessionStorage' }).auth);
    await first?.signIn(ann);
    await second?.signIn(bob);
    await first?.signOut();
    assert.equal(second?.user?.id, 'bob');
  });

  it('tabs that share no storage are not told of renewals', async () => {
    const told: unknown[] = [];
    const channel = new BroadcastChannel(`countersign:${issuer.url}:memory`);
    const [first, second] = [1, 2].map(() => browser.openTab({ storage: 'memory' }).auth);
    await first?.signIn(ann);
    browser.nowMs += 300_000;
    await first?.accessToken();
    const ended = new Promise<void>((resolve) => {
      channel.onmessage = ({ data }) => {
        told.push(data.type);
        if (data.type === 'ended') resolve();
      };
    });
    await second?.signIn(bob);
    await second?.signOut();
    await ended;
    assert.deepEqual(told, ['ended']);
    channel.close();
  });

  it('sign-out everywhere reaches the tabs of the same user that share nothing else', async () => {
    const tabs = openTabs(3, () => browser.openTab({ storage: 'sessionStorage' }).auth);
    await tabs[0]?.signIn(ann);
    await tabs[1]?.signIn(ann);
    await tabs[2]?.signIn(bob);
    await tabs[0]?.signOutEverywhere();
    await Promise.all(
      tabs.slice(0, 2).map((auth) => reached(auth, ({ state }) => state.status === 'signed-out')),
    );
    assert.equal(tabs[2]?.user?.id, 'bob');
  });

  /** Holds the next refresh; `isLate`: only its answer. */
  const holdRefresh = (isLate: boolean): { arrived: Promise<void>; letGo: () => void } => {
    let letGo = (): void => {};
    const kept = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const arrived = new Promise<void>((resolve) => {
      issuer.fault = ({ url }) => {
        if (url.pathname !== '/v1/refresh') return undefined;
        issuer.fault = undefined;
        resolve();
        return isLate ? { late: kept } : kept.then(() => undefined);
      };
    });
    return { arrived, letGo };
  };

  const openApart = (): Auth =>
    browser.openTab({ storage: 'localStorage', surroundings: { locks: undefined, openChannel: undefined } })
      .auth;

  for (const isLate of [false, true]) {
    const name = isLate ? 'answered' : 'asked';
    it(`a renewal ${name} before a sign-out elsewhere does not bring the session back`, async () => {
      const slow = openApart();
      const other = openApart();
      await slow.signIn(ann);
      await other.restore();
      browser.nowMs += 300_000;
      const { arrived, letGo } = holdRefresh(isLate);
      const token = slow.accessToken();
      await arrived;
      await other.signOut();
      letGo();
      assert.equal(await token, undefined);
      assert.equal(browser.localStorage.length, 0);
      assert.equal(slow.user, undefined);
    });

    it(`a renewal ${name} before another tab signed in does not sign out`, async () => {
      const slow = openApart();
      const other = openApart();
      await slow.signIn(ann);
      browser.nowMs += 300_000;
      const { arrived, letGo } = holdRefresh(isLate);
      const token = slow.accessToken();
      await arrived;
      await other.signIn(bob);
      letGo();
      assert.equal(await token, await other.accessToken());
      assert.equal(slow.user?.id, 'bob');
    });
  }

  it('with the cookie a late answer still brings this tab its access token', async () => {
    const surroundings = { locks: undefined, openChannel: undefined };
    const [slow, quick] = [1, 2].map(() => browser.openTab({ storage: 'cookie', surroundings }).auth);
    await slow?.signIn(ann);
    await quick?.restore();
    browser.nowMs += 300_000;
    const { arrived, letGo } = holdRefresh(true);
    const token = slow?.accessToken();
    await arrived;
    browser.nowMs += 1;
    await quick?.accessToken();
    letGo();
    assert.equal(typeof (await token), 'string');
    assert.equal(await slow?.accessToken(), await token);
  });

  it('a message about a session that is over, or about nothing, changes nothing', async () => {
    const [first, second] = [1, 2].map(() => browser.openTab({ storage: 'cookie' }).auth);
    assert.ok(first !== undefined && second !== undefined);
    const channel = new BroadcastChannel(`countersign:${issuer.url}:cookie`);
    const firstMessage = new Promise<unknown>((resolve) => {
      channel.onmessage = ({ data }) => resolve(data);
    });
    await first.signIn(ann);
    await reached(second, signedInAs('ann'));
    await first.signOut();
    await reached(second, ({ state }) => state.status === 'signed-out');
    const late = await firstMessage;
    const users: string[] = [];
    for (const auth of [first, second]) auth.on('signed-in', ({ id }) => users.push(id));
    for (const data of [
      late,
      null,
      1,
      'ended',
      {},
      { type: 'held' },
      { type: 'held', record: 1 },
      { type: '?' },
    ]) {
      channel.postMessage(data);
    }
    await first.signIn(bob);
    await reached(second, ({ user }) => user !== undefined);
    channel.postMessage(late);
    await first.signOut();
    await reached(second, ({ state }) => state.status === 'signed-out');
    assert.deepEqual(users, ['bob', 'bob']);
    channel.close();
  });

  it('a late answer does not replace the higher counter that another tab has stored', async () => {
    const slow = openApart();
    const quick = openApart();
    await slow.signIn(ann);
    browser.nowMs += 300_000;
    const { arrived, letGo } = holdRefresh(true);
    const token = slow.accessToken();
    await arrived;
    await quick.restore();
    browser.nowMs += 300_000;
    await quick.accessToken();
    const latest = browser.localStorage.getItem(`countersign:${issuer.url}`);
    letGo();
    assert.equal(await token, await quick.accessToken());
    assert.equal(browser.localStorage.getItem(`countersign:${issuer.url}`), latest);
    assert.equal(issuer.alarms(), 0);
  });
});
