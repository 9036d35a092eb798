import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ClientError } from '../src/client-error.ts';
import type { Auth } from '../src/create-client.ts';
import type { CustomStorage } from '../src/storage/custom.ts';
import type { StorageChoice } from '../src/storage/open-storage.ts';
import { type Browser, createStorage, openBrowser, reached } from './browser.ts';
import { createScriptedIssuer, invalidToken, problem, type ScriptedIssuer } from './scripted-issuer.ts';

/** Messages between tabs need a turn of the loop, some of them two. */
const sameToken =
  (first: Auth | undefined) =>
  async (auth: Auth): Promise<void> => {
    for (let turn = 0; turn < 100; turn += 1) {
      if ((await auth.accessToken()) === (await first?.accessToken())) return;
      await new Promise(setImmediate);
    }
    assert.fail('the tabs hold different tokens');
  };

const ann = { identifier: 'ann', password: 'right' };

const withoutSubtle = new Proxy(globalThis.crypto, {
  get(target, name) {
    const found: unknown = name === 'subtle' ? undefined : Reflect.get(target, name);
    return typeof found === 'function' ? found.bind(target) : found;
  },
});

describe('renewal', () => {
  let issuer: ScriptedIssuer;
  let browser: Browser;
  beforeEach(() => {
    issuer = createScriptedIssuer();
    browser = openBrowser(issuer);
  });
  afterEach(() => browser.closeAll());

  it('uses a fresh access token without asking anyone', async () => {
    const { auth } = browser.openTab({ storage: 'memory' });
    await auth.signIn(ann);
    const token = await auth.accessToken();
    browser.nowMs += 119_000;
    assert.equal(await auth.accessToken(), token);
    assert.equal(issuer.refreshes().length, 0);
  });

  it('renews beside the request at half life', async () => {
    const { auth } = browser.openTab({ storage: 'memory' });
    await auth.signIn(ann);
    const token = await auth.accessToken();
    const renewed = new Promise<void>((resolve) => auth.on('renewed', resolve));
    browser.nowMs += 150_000;
    assert.equal(await auth.accessToken(), token, 'the old token serves meanwhile');
    await renewed;
    assert.notEqual(await auth.accessToken(), token);
    assert.equal(issuer.refreshes().length, 1);
  });

  it('waits for a new token when the old one has expired', async () => {
    const { auth } = browser.openTab({ storage: 'memory' });
    await auth.signIn(ann);
    const token = await auth.accessToken();
    browser.nowMs += 300_000;
    assert.notEqual(await auth.accessToken(), token);
  });

  it('has one refresh in flight, however many ask', async () => {
    const { auth } = browser.openTab({ storage: 'memory' });
    await auth.signIn(ann);
    browser.nowMs += 300_000;
    const tokens = await Promise.all(Array.from({ length: 20 }, () => auth.accessToken()));
    assert.equal(new Set(tokens).size, 1);
    assert.equal(issuer.refreshes().length, 1);
  });

  it('sends HMAC(secret, refresh token) as request id, both from one stored value', async () => {
    const { auth } = browser.openTab({ storage: 'localStorage' });
    await auth.signIn(ann);
    const stored = JSON.parse(browser.localStorage.getItem(`countersign:${issuer.url}`) ?? '');
    browser.nowMs += 300_000;
    await auth.accessToken();
    const [sent] = issuer.refreshes();
    const key = Buffer.from(stored.secret, 'base64url');
    assert.equal(key.length, 32);
    assert.equal(sent?.body.refresh_token, stored.refreshToken);
    assert.equal(
      sent?.headers.get('idempotency-key'),
      createHmac('sha256', key).update(stored.refreshToken).digest('base64url'),
    );
  });

  it('repeats a refresh whose answer was lost with the same token and request id', async () => {
    const { auth } = browser.openTab({ storage: 'localStorage' });
    await auth.signIn(ann);
    browser.nowMs += 300_000;
    issuer.fault = () => 'lost';
    await assert.rejects(auth.accessToken(), { code: 'network' });
    issuer.fault = undefined;
    browser.nowMs += 5_000;
    assert.equal(typeof (await auth.accessToken()), 'string');
    const [first, second] = issuer.refreshes();
    assert.deepEqual(second?.body, first?.body);
    assert.equal(second?.headers.get('idempotency-key'), first?.headers.get('idempotency-key'));
    assert.equal(issuer.alarms(), 0);
  });

  it('repeats a lost refresh after the page has crashed', async () => {
    const before = browser.openTab({ storage: 'localStorage' });
    await before.auth.signIn(ann);
    browser.nowMs += 300_000;
    issuer.fault = () => 'lost';
    await assert.rejects(before.auth.accessToken());
    issuer.fault = undefined;
    const after = browser.openTab({ storage: 'localStorage' });
    assert.equal((await after.auth.restore())?.id, 'ann');
    assert.equal(issuer.alarms(), 0);
  });

  for (const [name, answer] of [
    ['503', () => problem(503, 'overloaded', { 'retry-after': '30' })],
    ['429', () => problem(429, 'too_many_requests', { 'retry-after': '30' })],
    ['502 of a proxy', () => new Response('<html>', { status: 502, headers: { 'retry-after': '30' } })],
    ['401 of a proxy', () => new Response('who?', { status: 401, headers: { 'retry-after': '30' } })],
  ] as const) {
    it(`neither signs out nor asks again before Retry-After on ${name}`, async () => {
      const { auth } = browser.openTab({ storage: 'memory' });
      await auth.signIn(ann);
      browser.nowMs += 300_000;
      issuer.fault = answer;
      await assert.rejects(auth.accessToken(), ClientError);
      assert.equal(auth.user?.id, 'ann');
      issuer.fault = undefined;
      browser.nowMs += 29_000;
      await assert.rejects(auth.accessToken(), { retryAfterSeconds: 1 });
      assert.equal(issuer.refreshes().length, 1);
      browser.nowMs += 1_000;
      assert.equal(typeof (await auth.accessToken()), 'string');
    });
  }

  it('reads a Retry-After date against the Date of the same answer', async () => {
    const { auth } = browser.openTab({ storage: 'memory' });
    await auth.signIn(ann);
    browser.nowMs += 300_000;
    const dates = { date: 'Sun, 22 Nov 2026 08:00:00 GMT', 'retry-after': 'Sun, 22 Nov 2026 08:00:40 GMT' };
    issuer.fault = () => problem(503, 'overloaded', dates);
    await assert.rejects(auth.accessToken(), { code: 'overloaded', status: 503, retryAfterSeconds: 40 });
  });

  it('a new sign-in is not held up by the pause of the session before', async () => {
    const { auth } = browser.openTab({ storage: 'memory' });
    await auth.signIn(ann);
    browser.nowMs += 300_000;
    issuer.fault = () => problem(503, 'overloaded', { 'retry-after': '3000' });
    await assert.rejects(auth.accessToken());
    issuer.fault = undefined;
    await auth.signIn(ann);
    browser.nowMs += 300_000;
    assert.equal(typeof (await auth.accessToken()), 'string');
  });

  it('a renewal without news leaves user and state the objects they were', async () => {
    const { auth } = browser.openTab({ storage: 'memory' });
    await auth.signIn(ann);
    const { state, user } = auth;
    browser.nowMs += 300_000;
    await auth.accessToken();
    assert.equal(issuer.refreshes().length, 1);
    assert.equal(auth.state, state);
    assert.equal(auth.user, user);
  });

  it('uses the old token while it is valid and the issuer is away', async () => {
    const { auth } = browser.openTab({ storage: 'memory' });
    await auth.signIn(ann);
    const token = await auth.accessToken();
    issuer.fault = () => 'cut';
    for (let step = 0; step < 4; step += 1) {
      browser.nowMs += 70_000;
      assert.equal(await auth.accessToken(), token);
    }
    browser.nowMs += 20_000;
    await assert.rejects(auth.accessToken(), { code: 'network' });
    assert.equal(auth.user?.id, 'ann');
  });

  it('gives up waiting for an issuer that does not answer', async () => {
    const { auth } = browser.openTab({ storage: 'memory', timeoutSeconds: 0.01 });
    await auth.signIn(ann);
    browser.nowMs += 300_000;
    issuer.fault = () => new Promise<undefined>(() => {});
    await assert.rejects(auth.accessToken(), { code: 'network' });
  });

  const openVault = (): CustomStorage => {
    const kept = createStorage();
    return {
      name: 'vault',
      read: () => kept.getItem('session'),
      write: (value) => kept.setItem('session', value),
      remove: () => kept.removeItem('session'),
    };
  };

  const shared: readonly (readonly [string, () => StorageChoice])[] = [
    ['localStorage', () => 'localStorage'],
    ['the cookie', () => 'cookie'],
    ['a storage of your own', openVault],
  ];
  for (const [name, choose] of shared) {
    it(`signs out on invalid_grant, in every tab of ${name}`, async () => {
      const storage = choose();
      const tabs = [1, 2, 3].map(() => browser.openTab({ storage }).auth);
      const [first] = tabs;
      assert.ok(first !== undefined);
      await first.signIn(ann);
      await Promise.all(tabs.map((auth) => reached(auth, ({ user }) => user?.id === 'ann')));
      const reasons: string[] = [];
      for (const auth of tabs) auth.on('signed-out', (reason) => reasons.push(reason));
      issuer.revoke(issuer.liveSessions()[0] ?? '');
      browser.nowMs += 300_000;
      assert.equal(await first.accessToken(), undefined);
      await Promise.all(tabs.map((auth) => reached(auth, ({ state }) => state.status === 'signed-out')));
      assert.deepEqual(reasons.sort(), ['elsewhere', 'elsewhere', 'refused']);
      assert.equal(browser.localStorage.length, 0);
    });

    it(`tells every tab of ${name} that the issuer wants to be left alone`, async () => {
      const storage = choose();
      const [asking, other] = [1, 2].map(() => browser.openTab({ storage }).auth);
      assert.ok(asking !== undefined && other !== undefined);
      await asking.signIn(ann);
      await reached(other, ({ user }) => user?.id === 'ann');
      browser.nowMs += 300_000;
      issuer.fault = () => problem(503, 'overloaded', { 'retry-after': '30' });
      await assert.rejects(asking.accessToken(), { code: 'overloaded' });
      await new Promise(setImmediate);
      await assert.rejects(other.accessToken(), { code: 'overloaded', status: 503, retryAfterSeconds: 30 });
      assert.equal(issuer.refreshes().length, 1);
    });

    it(`A-271: a refused token is renewed once in five seconds by all tabs of ${name}`, async () => {
      const storage = choose();
      const tabs = [1, 2, 3].map(() => browser.openTab({ storage }).auth);
      await tabs[0]?.signIn(ann);
      await Promise.all(tabs.map((auth) => reached(auth, ({ user }) => user?.id === 'ann')));
      issuer.api = invalidToken;
      browser.nowMs += 1_000;
      for (const auth of tabs) {
        for (let call = 0; call < 3; call += 1) assert.equal((await auth.fetch('/api')).status, 401);
        await Promise.all(tabs.map(sameToken(tabs[0])));
      }
      assert.equal(issuer.refreshes().length, 1);
    });
  }

  it('clients that came together renew at different times, none later than at half life', async () => {
    // Digests of `subtle` come from threads, whenever those get to it: the clock of the test would have gone on.
    const surroundings = { crypto: withoutSubtle };
    const clients = Array.from(
      { length: 64 },
      () => browser.openTab({ storage: 'memory', surroundings }).auth,
    );
    await Promise.all(clients.map((auth) => auth.signIn(ann)));
    const renewals = clients.map(
      (auth) =>
        new Promise<number>((resolve) => auth.on('renewed', () => resolve(browser.nowMs - 1_000_000))),
    );
    for (browser.nowMs += 119_000; browser.nowMs <= 1_150_000; browser.nowMs += 1_000) {
      await Promise.all(clients.map((auth) => auth.accessToken()));
      for (let turn = 0; turn < 4; turn += 1) await new Promise(setImmediate);
    }
    const times = await Promise.all(renewals);
    assert.ok(Math.min(...times) >= 120_000, `${Math.min(...times)}`);
    assert.ok(new Set(times).size > 10, 'spread over half a minute');
  });

  it('A-271: a clock that jumps cannot make more than one refresh in five seconds', async () => {
    let realMs = 0;
    let offsetMs = 0;
    const { auth } = browser.openTab({ storage: 'memory', now: () => 10_000_000 + realMs + offsetMs });
    issuer.expiresInSeconds = 1;
    await auth.signIn(ann);
    const sentAtMs: number[] = [];
    for (let step = 0; step < 100; step += 1) {
      realMs += 100;
      const before = issuer.refreshes().length;
      await auth.accessToken();
      if (issuer.refreshes().length > before) sentAtMs.push(realMs);
    }
    for (const [index, atMs] of sentAtMs.entries()) {
      if (index > 0) assert.ok(atMs - (sentAtMs[index - 1] ?? 0) >= 5_000, `refreshes at ${sentAtMs.join()}`);
    }
    offsetMs = -86_400_000;
    const before = issuer.refreshes().length;
    for (let step = 0; step < 50; step += 1) await auth.accessToken();
    assert.ok(issuer.refreshes().length - before <= 1);
  });

  it('A-271: a clock set back does not keep a refused token', async () => {
    const { auth } = browser.openTab({ storage: 'memory' });
    await auth.signIn(ann);
    browser.nowMs += 300_000;
    const token = await auth.accessToken();
    assert.ok(token !== undefined);
    browser.nowMs -= 3_600_000;
    assert.notEqual(await auth.replaceRejected(token), undefined);
  });
});
