import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Auth } from '../src/create-client.ts';
import { type Browser, openBrowser } from './browser.ts';
import {
  createScriptedIssuer,
  invalidToken,
  json,
  type ScriptedIssuer,
  type SeenRequest,
} from './scripted-issuer.ts';

describe('auth.fetch', () => {
  let issuer: ScriptedIssuer;
  let browser: Browser;
  let auth: Auth;
  beforeEach(async () => {
    issuer = createScriptedIssuer();
    browser = openBrowser(issuer);
    auth = browser.openTab({ storage: 'memory' }).auth;
    await auth.signIn({ identifier: 'ann', password: 'right' });
    issuer.log.length = 0;
  });
  afterEach(() => browser.closeAll());

  const carried = (seen: SeenRequest | undefined): string | null | undefined =>
    seen?.headers.get('authorization');

  /** A guard that refuses the tokens in `dead`. */
  const guard = (dead: Set<string | null | undefined>): void => {
    issuer.api = (seen) => (dead.has(carried(seen)) ? invalidToken() : json(200, seen.body));
  };

  it('attaches the token to the page itself and to the issuer', async () => {
    const expected = `Bearer ${await auth.accessToken()}`;
    for (const url of ['/api/profile', 'https://shop.example/api', new URL(`${issuer.url}/v1/me`)]) {
      await auth.fetch(url);
      assert.equal(carried(issuer.log.at(-1)), expected, String(url));
    }
    await auth.fetch(new Request('https://shop.example/api', { method: 'PUT', body: 'x' }));
    assert.equal(carried(issuer.log.at(-1)), expected);
  });

  it('never sends the token to another origin', async () => {
    const foreign = [
      'https://evil.example/api',
      '//evil.example/api',
      '\\\\evil.example/api',
      'https:evil.example',
      'https://shop.example@evil.example/',
      'https://shop.example.evil.example/',
      'http://shop.example/api',
      'https://shop.example:8443/api',
      'https://shop.examplé/',
    ];
    for (const url of foreign) {
      assert.ok(!auth.mayAttachTo(url) || new URL(url, 'https://shop.example/').host === 'shop.example', url);
    }
    await auth.fetch('https://evil.example/api');
    assert.equal(carried(issuer.log.at(-1)), null);
    await auth.fetch(new Request('https://evil.example/api'));
    assert.equal(carried(issuer.log.at(-1)), null);
  });

  it('does not follow a base element to another origin', () => {
    const { auth: based } = browser.openTab({
      storage: 'memory',
      surroundings: { pageUrl: () => 'https://evil.example/' },
    });
    assert.equal(based.mayAttachTo('/api/profile'), false);
  });

  it('given apiOrigins take the place of the page', async () => {
    const { auth: given } = browser.openTab({ storage: 'memory', apiOrigins: ['https://api.example'] });
    assert.equal(given.mayAttachTo('https://api.example/orders'), true);
    assert.equal(given.mayAttachTo('/api/profile'), false);
    assert.equal(given.mayAttachTo(`${issuer.url}/v1/me`), true);
  });

  it('on a server only the issuer receives the token', () => {
    const surroundings = { isServer: true, pageUrl: () => undefined, pageOrigin: () => undefined };
    const { auth: server } = browser.openTab({ storage: 'memory', surroundings });
    assert.equal(server.mayAttachTo(`${issuer.url}/v1/me`), true);
    assert.equal(server.mayAttachTo('https://shop.example/'), false);
    assert.equal(server.mayAttachTo('/api'), false);
  });

  it('leaves an Authorization header of the caller alone, and its 401 too', async () => {
    issuer.api = invalidToken;
    const answer = await auth.fetch('/api', { headers: { Authorization: 'Basic eDp5' } });
    assert.equal(answer.status, 401);
    assert.equal(carried(issuer.log.at(-1)), 'Basic eDp5');
    assert.equal(issuer.log.length, 1);
  });

  it('sends a request without a token when nobody is signed in', async () => {
    await auth.signOut();
    issuer.api = invalidToken;
    const answer = await auth.fetch('/api');
    assert.equal(answer.status, 401);
    assert.equal(carried(issuer.log.at(-1)), null);
  });

  it('renews once and retries once on invalid_token, with the same body', async () => {
    guard(new Set([`Bearer ${await auth.accessToken()}`]));
    const answer = await auth.fetch('/api', { method: 'POST', body: '{"a":1}', headers: { 'x-own': '1' } });
    assert.deepEqual(await answer.json(), { a: 1 });
    assert.deepEqual(
      issuer.log.map(({ url }) => url.pathname),
      ['/api', '/v1/refresh', '/api'],
    );
    assert.equal(issuer.log[2]?.headers.get('x-own'), '1');
  });

  it('one renewal serves every request that was refused at a time', async () => {
    guard(new Set([`Bearer ${await auth.accessToken()}`]));
    const answers = await Promise.all(Array.from({ length: 10 }, () => auth.fetch('/api')));
    assert.ok(answers.every(({ status }) => status === 200));
    assert.equal(issuer.refreshes().length, 1);
  });

  it('gives the second refusal to the caller, and stops there', async () => {
    issuer.api = invalidToken;
    for (let call = 0; call < 5; call += 1) assert.equal((await auth.fetch('/api')).status, 401);
    assert.equal(issuer.refreshes().length, 1, 'A-271: at most one in five seconds');
    assert.equal(auth.user?.id, 'ann');
    browser.nowMs += 5_000;
    await auth.fetch('/api');
    assert.equal(issuer.refreshes().length, 2);
  });

  it('passes every other refusal through', async () => {
    const refusals = [
      json(401, {}, { 'www-authenticate': 'Bearer' }),
      json(401, {}),
      json(401, {}, { 'www-authenticate': 'Bearer error="insufficient_user_authentication"' }),
      json(401, {}, { 'www-authenticate': 'Bearer error_description="error=invalid_token"' }),
      json(401, {}, { 'www-authenticate': 'Bearer error_description="invalid_token"' }),
      json(403, {}, { 'www-authenticate': 'Bearer error="insufficient_scope"' }),
    ];
    for (const refusal of refusals) {
      issuer.api = () => refusal;
      assert.equal(await auth.fetch('/api'), refusal);
    }
    assert.equal(issuer.refreshes().length, 0);
  });

  it('finds invalid_token among several challenges', async () => {
    const { isInvalidToken } = await import('../src/challenge.ts');
    for (const value of [
      'Bearer realm="a, b", error="invalid_token", error_description="no"',
      'DPoP algs="ES256", error=invalid_token',
      'Basic realm="x", Bearer ERROR="invalid_token"',
    ]) {
      assert.equal(isInvalidToken(value), true, value);
    }
  });

  it('does not send a stream twice', async () => {
    guard(new Set([`Bearer ${await auth.accessToken()}`]));
    const body = new Blob(['x']).stream();
    const streamed: RequestInit & { duplex: 'half' } = { method: 'POST', body, duplex: 'half' };
    issuer.fault = ({ url }) => (url.pathname === '/v1/refresh' ? 'cut' : undefined);
    const answer = await auth.fetch('/api', streamed);
    assert.equal(answer.status, 401);
    assert.equal(issuer.log.filter(({ url }) => url.pathname === '/api').length, 1);
    issuer.fault = undefined;
    browser.nowMs += 5_000;
    issuer.log.length = 0;
    const request = new Request('https://shop.example/api', { method: 'POST', body: 'x' });
    const renewed = new Promise<void>((resolve) => auth.on('renewed', resolve));
    assert.equal((await auth.fetch(request)).status, 401);
    await renewed;
    assert.equal(issuer.refreshes().length, 1, 'for the next request');
    assert.equal((await auth.fetch(request.clone())).status, 200);
  });

  it('waits for the end of the pause when a token is refused shortly before it', async () => {
    const dead = new Set([`Bearer ${await auth.accessToken()}`]);
    guard(dead);
    assert.equal((await auth.fetch('/api')).status, 200);
    dead.add(`Bearer ${await auth.accessToken()}`);
    browser.nowMs += 2_999;
    assert.equal((await auth.fetch('/api')).status, 401, 'more than 2 s are left');
    assert.equal(issuer.refreshes().length, 1);
    browser.nowMs += 1;
    const answers = await Promise.all(Array.from({ length: 10 }, () => auth.fetch('/api')));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(issuer.refreshes().length, 2);
  });

  it('says why when a refused token cannot be renewed, and signs nobody out', async () => {
    guard(new Set([`Bearer ${await auth.accessToken()}`]));
    issuer.fault = ({ url }) => (url.pathname === '/v1/refresh' ? 'cut' : undefined);
    await assert.rejects(auth.fetch('/api'), { code: 'network' });
    assert.equal(auth.user?.id, 'ann');
  });

  it('gives the 401 to the caller when the session is over', async () => {
    guard(new Set([`Bearer ${await auth.accessToken()}`]));
    issuer.revoke(issuer.liveSessions()[0] ?? '');
    assert.equal((await auth.fetch('/api')).status, 401);
    assert.equal(auth.state.status, 'signed-out');
  });

  it('new roles arrive with the renewal that their change asked for', async () => {
    guard(new Set([`Bearer ${await auth.accessToken()}`]));
    issuer.roles = ['admin'];
    await auth.fetch('/api');
    assert.deepEqual(auth.user?.roles, ['admin']);
  });
});
