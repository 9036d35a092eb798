import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ClientError } from '../src/client-error.ts';
import { type Auth, createClient } from '../src/create-client.ts';
import { type Browser, openBrowser } from './browser.ts';
import { createScriptedIssuer, invalidToken, json, problem, type ScriptedIssuer } from './scripted-issuer.ts';

const ann = { identifier: 'ann', password: 'right' };

describe('sign-in, sign-out and the account', () => {
  let issuer: ScriptedIssuer;
  let browser: Browser;
  let auth: Auth;
  beforeEach(() => {
    issuer = createScriptedIssuer();
    browser = openBrowser(issuer);
    auth = browser.openTab({ storage: 'localStorage' }).auth;
  });
  afterEach(() => browser.closeAll());

  it('signing in tells user, state and listeners', async () => {
    const heard: string[] = [];
    auth.subscribe(() => heard.push(auth.state.status));
    auth.on('signed-in', ({ email }) => heard.push(email));
    const outcome = await auth.signIn(ann);
    assert.equal(outcome.kind === 'signed_in' && outcome.user.id, 'ann');
    assert.deepEqual(heard, ['signed-in', 'ann@example.com']);
    assert.equal(auth.user, auth.state.user);
  });

  it('a listener that ended hears nothing', async () => {
    const off = auth.on('signed-in', () => assert.fail('heard'));
    off();
    await auth.signIn(ann);
  });

  it('a wrong password leaves the present session alone', async () => {
    await auth.signIn(ann);
    await assert.rejects(auth.signIn({ identifier: 'ann', password: 'wrong' }), (error) => {
      assert.ok(error instanceof ClientError);
      assert.equal(error.code, 'invalid_credentials');
      assert.equal(error.status, 401);
      assert.ok(!JSON.stringify(error).includes('wrong') && !error.message.includes('wrong'));
      return true;
    });
    assert.equal(auth.user?.id, 'ann');
    assert.equal(issuer.liveSessions().length, 1);
  });

  it('signing in again presents the session before, which ends', async () => {
    await auth.signIn(ann);
    await auth.signIn({ identifier: 'bob', password: 'right' });
    assert.equal(issuer.liveSessions().length, 1);
    assert.equal(auth.user?.id, 'bob');
  });

  it('makes a new secret for every session', async () => {
    const secrets = new Set<string>();
    for (let round = 0; round < 3; round += 1) {
      await auth.signIn(ann);
      secrets.add(JSON.parse(browser.localStorage.getItem(`countersign:${issuer.url}`) ?? '').secret);
    }
    assert.equal(secrets.size, 3);
  });

  it('registers without signing in', async () => {
    const outcome = await auth.signUp({ email: 'carl', password: 'right' });
    assert.equal(outcome.kind, 'registered');
    assert.equal(auth.user, undefined);
  });

  it('an answer in another form is not a sign-in', async () => {
    for (const answer of [{}, { access_token: 'x' }, { user: {} }, []]) {
      issuer.fault = () => json(200, answer);
      await assert.rejects(auth.signIn(ann), { code: 'unexpected_answer' });
    }
    issuer.fault = () => new Response('<html>', { status: 200 });
    await assert.rejects(auth.signIn(ann), { code: 'unexpected_answer' });
    assert.equal(auth.user, undefined);
  });

  it('never follows a redirect with a password', async () => {
    await auth.signIn(ann);
    assert.equal(issuer.log[0]?.init.redirect, 'error');
  });

  it('an expired access token is no obstacle to signing out', async () => {
    await auth.signIn(ann);
    browser.nowMs += 3_600_000;
    await auth.signOut();
    assert.deepEqual(issuer.liveSessions(), []);
    assert.equal(issuer.refreshes().length, 0);
  });

  it('signs out here even when the issuer cannot be reached, and says that it could not', async () => {
    await auth.signIn(ann);
    issuer.fault = () => 'cut';
    await assert.rejects(auth.signOut(), { code: 'network' });
    assert.equal(auth.state.status, 'signed-out');
    assert.equal(browser.localStorage.length, 0);
  });

  it('cookie: a sign-out that the issuer did not hear of is repeated by the next page, not undone', async () => {
    const first = browser.openTab({ storage: 'cookie' }).auth;
    await first.signIn(ann);
    issuer.fault = () => 'cut';
    await assert.rejects(first.signOut(), { code: 'network' });
    const offline = browser.openTab({ storage: 'cookie' }).auth;
    assert.equal(await offline.restore(), undefined);
    issuer.fault = undefined;
    const next = browser.openTab({ storage: 'cookie' }).auth;
    assert.equal(await next.restore(), undefined);
    assert.deepEqual(issuer.liveSessions(), []);
    assert.equal(issuer.refreshes().length, 0);
    await next.signIn(ann);
    assert.equal(next.user?.id, 'ann');
  });

  it('a session that is over already counts as signed out', async () => {
    await auth.signIn(ann);
    issuer.fault = () => problem(401, 'invalid_grant');
    await auth.signOut();
    assert.equal(auth.state.status, 'signed-out');
  });

  it('sign-out everywhere that failed changes nothing', async () => {
    await auth.signIn(ann);
    issuer.fault = () => 'cut';
    await assert.rejects(auth.signOutEverywhere(), { code: 'network' });
    assert.equal(auth.user?.id, 'ann');
  });

  it('a changed password goes on with the new session', async () => {
    await auth.signIn(ann);
    const before = issuer.liveSessions();
    await auth.changePassword({ currentPassword: 'right', newPassword: 'better' });
    assert.notDeepEqual(issuer.liveSessions(), before);
    browser.nowMs += 300_000;
    assert.equal(typeof (await auth.accessToken()), 'string');
  });

  it('a deleted account is signed out', async () => {
    await auth.signIn(ann);
    await auth.deleteAccount({ password: 'right' });
    assert.equal(auth.state.status, 'signed-out');
    assert.equal(browser.localStorage.length, 0);
  });

  it('lists sessions and ends one', async () => {
    await auth.signIn(ann);
    const [session] = await auth.sessions.list();
    assert.ok(session !== undefined);
    await auth.sessions.end(session.id);
    assert.equal(issuer.log.at(-1)?.url.pathname, `/v1/me/sessions/${session.id}`);
    assert.equal(issuer.log.at(-1)?.method, 'DELETE');
  });

  it('A-385: an id from a user never becomes another path', async () => {
    await auth.signIn(ann);
    const before = issuer.log.length;
    for (const id of [
      '',
      '.',
      '..',
      '../factors',
      '%2e%2e',
      'a/b',
      'a?b',
      'a#b',
      'a\\b',
      'a b',
      'a'.repeat(129),
    ]) {
      await assert.rejects(auth.sessions.end(id), { code: 'invalid_id' }, id);
    }
    assert.equal(issuer.log.length, before);
  });

  it('calls for the account renew once, like any other', async () => {
    await auth.signIn(ann);
    const dead = `Bearer ${await auth.accessToken()}`;
    issuer.fault = ({ headers }) => (headers.get('authorization') === dead ? invalidToken() : undefined);
    assert.equal((await auth.readUser()).id, 'ann');
    assert.equal(issuer.refreshes().length, 1);
  });

  it('calls for the account need a user', async () => {
    await assert.rejects(auth.readUser(), { code: 'signed_out' });
    assert.equal(issuer.log.length, 0);
  });

  it('offline, the stored user is there', async () => {
    await auth.signIn(ann);
    browser.nowMs += 3_600_000;
    issuer.fault = () => 'cut';
    const later = browser.openTab({ storage: 'localStorage' }).auth;
    assert.equal((await later.restore())?.id, 'ann');
    assert.equal(later.state.status, 'signed-in');
  });

  it('what cannot work is a TypeError when the client is made', () => {
    const make = (options: Partial<Parameters<typeof createClient>[0]>) => () =>
      createClient({ issuer: 'https://auth.example', storage: 'memory', ...options });
    assert.throws(make({ issuer: 'auth.example' }), TypeError);
    assert.throws(make({ issuer: 'javascript:alert(1)' }), TypeError);
    assert.throws(make({ issuer: 'https://user:pass@auth.example' }), TypeError);
    assert.throws(make({ issuer: 'https://auth.example/?a=b' }), TypeError);
    assert.throws(make({ timeoutSeconds: 0 }), TypeError);
    const misspelt = { issuer: 'https://auth.example', storage: 'memory', apiOrigin: [] } as const;
    assert.throws(() => createClient(misspelt), /apiOrigin is not an option/);
    assert.throws(make({ apiOrigins: ['https://api.example/path'] }), TypeError);
    assert.throws(make({ apiOrigins: ['*'] }), TypeError);
    assert.doesNotThrow(make({ apiOrigins: ['https://api.example', 'http://localhost:3000/'] }));
  });
});
