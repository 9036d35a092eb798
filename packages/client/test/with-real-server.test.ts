import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startTestServer, type TestServer } from 'countersign/testing';
import { type Auth, createClient } from '../src/create-client.ts';
import type { CustomStorage } from '../src/storage/custom.ts';
import type { StorageChoice } from '../src/storage/open-storage.ts';

const password = 'a long enough phrase of four';

describe('with the real server', () => {
  let server: TestServer;
  const opened: Auth[] = [];
  before(async () => {
    server = await startTestServer();
  });
  after(async () => {
    for (const auth of opened) auth.close();
    await server.close();
  });

  const open = (storage: StorageChoice, send: typeof fetch = sendToServer): Auth => {
    const now = (): number => server.clock.now();
    const auth = createClient({ issuer: server.issuer, storage, fetch: send, now });
    opened.push(auth);
    return auth;
  };
  const sendToServer: typeof fetch = (input, init) => server.fetch(new Request(input, init));

  /** What a browser adds for a page of the issuer's own origin: its origin and its cookie. */
  const openJar = (): typeof fetch => {
    let cookie: string | undefined;
    return async (input, init) => {
      const request = new Request(input, init);
      request.headers.set('origin', server.issuer);
      if (cookie !== undefined && init?.credentials === 'include') request.headers.set('cookie', cookie);
      const answer = await server.fetch(request);
      for (const line of answer.headers.getSetCookie()) {
        if (line.startsWith('cs_refresh=')) cookie = line.split(';')[0];
      }
      return answer;
    };
  };

  let people = 0;
  const signUp = async (auth: Auth): Promise<string> => {
    people += 1;
    const email = `person-${people}@example.com`;
    assert.equal((await auth.signUp({ email, password })).kind, 'registered');
    return email;
  };

  const openVault = (): CustomStorage => {
    let kept: string | undefined;
    return {
      read: () => kept,
      write: (value) => {
        kept = value;
      },
      remove: () => {
        kept = undefined;
      },
    };
  };

  it('signs up, in, renews, reads the profile and signs out', async () => {
    const auth = open('memory');
    const identifier = await signUp(auth);
    assert.equal((await auth.signIn({ identifier, password })).kind, 'signed_in');
    assert.equal(auth.user?.email, identifier);
    const first = await auth.accessToken();
    server.clock.advanceMs(301_000);
    assert.notEqual(await auth.accessToken(), first);
    assert.equal((await auth.readUser()).id, auth.user?.id);
    const me = await auth.fetch(`${server.issuer}/v1/me`);
    assert.equal(me.status, 200);
    await auth.signOut();
    assert.equal((await auth.fetch(`${server.issuer}/v1/me`)).status, 401);
  });

  it('names a wrong password by its code', async () => {
    const auth = open('memory');
    const identifier = await signUp(auth);
    await assert.rejects(auth.signIn({ identifier, password: 'wrong' }), {
      code: 'invalid_credentials',
      status: 401,
    });
  });

  it('A-268: ten clients of one storage that refresh at once, twenty times, raise no alarm', async () => {
    const vault = openVault();
    const first = open(vault);
    const identifier = await signUp(first);
    await first.signIn({ identifier, password });
    const clients = Array.from({ length: 10 }, () => open(vault));
    for (let round = 0; round < 20; round += 1) {
      server.clock.advanceMs(301_000);
      const tokens = await Promise.all(clients.map((auth) => auth.accessToken()));
      assert.ok(tokens.every((token) => token !== undefined));
    }
    const { length } = await first.sessions.list();
    assert.equal(length, 1);
    assert.ok(!server.logLines.some((line) => line.includes('reuse') || line.includes('rollback')));
  });

  it('repeats a refresh whose answer was lost, and stays signed in', async () => {
    let isLost = false;
    const auth = open('memory', async (input, init) => {
      const answer = await sendToServer(input, init);
      if (isLost) throw new TypeError('terminated');
      return answer;
    });
    const identifier = await signUp(auth);
    await auth.signIn({ identifier, password });
    server.clock.advanceMs(301_000);
    isLost = true;
    await assert.rejects(auth.accessToken(), { code: 'network' });
    isLost = false;
    server.clock.advanceMs(3_600_000);
    assert.equal(typeof (await auth.accessToken()), 'string', 'an hour later, as after sleep');
  });

  it('a thief of the refresh token alone ends the session instead of sharing it', async () => {
    const vault = openVault();
    const auth = open(vault);
    const identifier = await signUp(auth);
    await auth.signIn({ identifier, password });
    const stolen = JSON.parse(String(await vault.read())).refreshToken;
    server.clock.advanceMs(301_000);
    await auth.accessToken();
    const answer = await server.fetch('/v1/refresh', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'a-guess' },
      body: JSON.stringify({ refresh_token: stolen }),
    });
    assert.equal(answer.status, 401);
    server.clock.advanceMs(301_000);
    assert.equal(await auth.accessToken(), undefined);
    assert.equal(auth.state.status, 'signed-out');
  });

  it('lives in the HttpOnly cookie, over reloads and sign-out', async () => {
    const jar = openJar();
    const auth = open('cookie', jar);
    const identifier = await signUp(auth);
    await auth.signIn({ identifier, password });
    server.clock.advanceMs(301_000);
    assert.equal(typeof (await auth.accessToken()), 'string');
    assert.equal((await open('cookie', jar).restore())?.email, identifier);
    await auth.signOut();
    assert.equal(await open('cookie', jar).restore(), undefined);
  });

  it('a changed password ends the other sessions and keeps this one', async () => {
    const auth = open('memory');
    const identifier = await signUp(auth);
    const other = open('memory');
    await other.signIn({ identifier, password });
    await auth.signIn({ identifier, password });
    assert.equal((await auth.sessions.list()).length, 2);
    await auth.changePassword({ currentPassword: password, newPassword: `${password} and more` });
    assert.equal((await auth.readUser()).email, identifier);
    await assert.rejects(other.readUser(), { code: 'invalid_token' });
    assert.equal(other.state.status, 'signed-out');
  });

  it('ends another device, signs out everywhere and deletes the account', async () => {
    const auth = open('memory');
    const identifier = await signUp(auth);
    const other = open('memory');
    await other.signIn({ identifier, password });
    await auth.signIn({ identifier, password });
    const device = (await auth.sessions.list()).find(({ current }) => !current);
    await auth.sessions.end(device?.id ?? '');
    assert.equal((await auth.sessions.list()).length, 1);
    await auth.signOutEverywhere();
    assert.equal(auth.state.status, 'signed-out');
    await auth.signIn({ identifier, password });
    await auth.deleteAccount({ password });
    await assert.rejects(auth.signIn({ identifier, password }), { code: 'invalid_credentials' });
  });
});
