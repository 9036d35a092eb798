import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ClientError } from '../src/client-error.ts';
import { type Browser, openBrowser, reached } from './browser.ts';
import { createScriptedIssuer, problem, type ScriptedIssuer } from './scripted-issuer.ts';

const ann = { identifier: 'ann', password: 'right' };

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
    browser.nowMs += 149_000;
    assert.equal(await auth.accessToken(), token);
    assert.equal(issuer.refreshes().length, 0);
  });

  it('renews beside the request from half life on', async () => {
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

  it('signs out on invalid_grant, in every tab', async () => {
    const tabs = [1, 2, 3].map(() => browser.openTab({ storage: 'localStorage' }).auth);
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
