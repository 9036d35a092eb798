import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { endSession } from '../../src/flows/end-session.ts';
import { findPageSession } from '../../src/flows/find-page-session.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { createBrowser } from './browser.ts';
import {
  fromBrowser,
  memberOf,
  password,
  type Person,
  send,
  signInAgain,
  signUp,
  source,
} from './http-ground.ts';

const app = 'https://app.example.com';
let server: TestServer;
let alice: Person;
let bob: Person;

before(async () => {
  server = await startTestServer({ settings: { corsOrigins: [app] } });
  alice = await signUp(server);
  bob = await signUp(server);
});
after(() => server.close());

test('a browser signs in, sees its account and signs out', async () => {
  const browser = createBrowser(server);
  await browser.open('/account');
  assert.equal(browser.path, '/sign-in?return_to=%2Faccount');
  await browser.send({ identifier: alice.email, password });
  assert.equal(browser.path, '/account');
  assert.match(browser.text, new RegExp(alice.email));
  await browser.send({}, '/sign-out');
  assert.equal(browser.path, '/signed-out');
  await browser.open('/account');
  assert.equal(browser.path, '/sign-in?return_to=%2Faccount');
});

test('A-376: after the sign-in it goes back where it came from, and nowhere else', async () => {
  for (const [wanted, location] of [
    ['/account/security', '/account/security'],
    [`${app}/orders`, `${app}/orders`],
    ['//evil.example', '/account'],
    ['https://evil.example/', '/account'],
  ] as const) {
    const browser = createBrowser(server);
    await browser.open(`/sign-in?return_to=${encodeURIComponent(wanted)}`);
    const answer = await browser.send({ identifier: alice.email, password }, undefined, 'stays');
    assert.equal(answer.headers.get('location'), location);
  }
});

test('A-376: forms may lead to listed origins, and nowhere else', async () => {
  const { headers } = await send(server, { path: '/sign-in' });
  assert.match(
    headers.get('content-security-policy') ?? '',
    /form-action 'self' https:\/\/app\.example\.com;/,
  );
});

test('A-251, A-254: each sign-in is a new session, and the one before is dead', async () => {
  const browser = createBrowser(server);
  await browser.signIn(alice.email, password);
  const first = browser.cookies.get('cs_session') ?? '';
  const kept = new Map(browser.cookies);
  browser.cookies.delete('cs_refresh');
  // Sent from a form that was open before, in another tab.
  const { token } = browser;
  await browser.send({ identifier: bob.email, password, form_token: token }, '/sign-in');
  assert.match(browser.text, new RegExp(bob.email));
  assert.notEqual(browser.cookies.get('cs_session'), first);
  const old = createBrowser(server, kept);
  await old.open('/account');
  assert.match(old.path, /^\/sign-in/);
});

test('A-253: a form of before the sign-in, and one of another session, is refused', async () => {
  const browser = createBrowser(server);
  await browser.open('/sign-in');
  const before = browser.token;
  await browser.send({ identifier: alice.email, password });
  const answer = await browser.send({ name: 'Mallory', form_token: before }, '/account');
  assert.equal(answer.status, 403);
  assert.match(browser.text, /data-code="form_expired"/);
  const other = createBrowser(server);
  await other.signIn(alice.email, password);
  assert.equal((await browser.send({ name: 'Mallory', form_token: other.token }, '/account')).status, 403);
});

test('A-252: what one browser began, another one does not go on with', async () => {
  const attacker = createBrowser(server);
  await attacker.open('/sign-in');
  const victim = createBrowser(server);
  const answer = await victim.send(
    { identifier: alice.email, password, form_token: attacker.token },
    '/sign-in',
  );
  assert.equal(answer.status, 403);
});

test('A-255: a session cookie that we did not write is none', async () => {
  const { sessionId } = await signInAgain(server, alice.email);
  const good = `${sessionId}${server.house.stamps.make('session-cookie', sessionId)}`;
  const asFlow = `${sessionId}${server.house.stamps.make('flow-cookie', sessionId)}`;
  const last = good.at(-1) === 'A' ? 'B' : 'A';
  for (const [value, isTaken] of [
    [good, true],
    [sessionId, false],
    [`${sessionId}${'A'.repeat(43)}`, false],
    [good.slice(0, -1) + last, false],
    [good.slice(0, -1), false],
    [`${good}A`, false],
    [asFlow, false],
    [good.toUpperCase(), false],
    [`${bob.sessionId}${good.slice(22)}`, false],
    ['', false],
  ] as const) {
    const seen = await send(server, { path: '/account', headers: { cookie: `cs_session=${value}` } });
    assert.equal(seen.status, isTaken ? 200 : 303, value);
  }
});

test('A-351, A-352: two session cookies are none, and a hostile header breaks nothing', async () => {
  const { headers } = fromBrowser(server, alice);
  for (const cookie of [
    `${headers['cookie']}; cs_session=x`,
    'cs_session="; __proto__=x',
    'a=b;'.repeat(3000),
  ]) {
    assert.equal((await send(server, { path: '/account', headers: { cookie } })).status, 303);
  }
});

test('A-256: a session that was ended is refused by the next page', async () => {
  const person = await signInAgain(server, alice.email);
  const other = await signInAgain(server, alice.email);
  const { caller } = (await findPageSession(server.house, other.sessionId)) ?? assert.fail();
  const { headers } = fromBrowser(server, person);
  assert.equal((await send(server, { path: '/account', headers })).status, 200);
  await endSession(server.house, { caller, sessionId: person.sessionId }, source);
  assert.equal((await send(server, { path: '/account', headers })).status, 303);
});

test('a session that is used on the pages does not idle out, and ends in any case', async (t) => {
  const own = await startTestServer({
    settings: { sessionIdleSeconds: 3600, sessionMaxSeconds: 7200, accessTokenSeconds: 60 },
  });
  t.after(() => own.close());
  const person = await signUp(own);
  const { headers } = fromBrowser(own, person);
  const status = async (): Promise<number> => (await send(own, { path: '/account', headers })).status;
  for (let n = 0; n < 3; n++) {
    own.clock.advanceMs(2_000_000);
    assert.equal(await status(), 200);
  }
  own.clock.advanceMs(1_200_000);
  assert.equal(await status(), 303, 'after the longest life of a session');
  const idle = await signUp(own);
  own.clock.advanceMs(3_600_000);
  assert.equal((await send(own, { path: '/account', headers: fromBrowser(own, idle).headers })).status, 303);
});

test('A-377: a name is shown as text, wherever it stands', async () => {
  const browser = createBrowser(server);
  await browser.signIn(bob.email, password);
  const evil = '<img src=x onerror=alert(1)>"\'&';
  await browser.send({ name: evil }, '/account');
  await browser.open('/account');
  assert.ok(browser.text.includes('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;'));
  assert.ok(!browser.text.includes('<img src=x'));
});

test('A-382: no page of somebody is kept by a cache', async () => {
  const { headers } = fromBrowser(server, alice);
  for (const path of ['/account', '/account/sessions']) {
    const seen = await send(server, { path, headers });
    assert.equal(seen.headers.get('cache-control'), 'no-store');
  }
  assert.equal((await send(server, { path: '/account.css', headers })).status, 404);
});

test('somebody who opens what is not there gets a page, and a program gets a problem', async () => {
  const page = await send(server, { path: '/nope', headers: { accept: 'text/html,*/*;q=0.8' } });
  assert.equal(page.status, 404);
  assert.match(page.text, /There is no page here/);
  assert.match(page.text, new RegExp(page.headers.get('x-request-id') ?? 'x'));
  const problem = await send(server, { path: '/nope' });
  assert.equal(problem.headers.get('content-type'), 'application/problem+json');
});

test('the log says why a page led elsewhere or was shown again, and nothing of what was typed', async () => {
  const codeOfLast = (): unknown => memberOf(JSON.parse(server.logLines.at(-1) ?? ''), 'code');
  await send(server, { path: '/account?done=x' });
  assert.equal(codeOfLast(), 'sign_in_needed');
  const { headers, form } = fromBrowser(server, alice, { name: 'Typed Name' });
  await send(server, {
    method: 'POST',
    path: '/account',
    headers,
    form: { ...form, form_token: 'A'.repeat(43) },
  });
  assert.equal(codeOfLast(), 'form_expired');
  assert.ok(!server.logLines.join().includes('Typed Name'));
});
