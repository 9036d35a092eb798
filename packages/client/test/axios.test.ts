import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import axios from 'axios';
import { attachToAxios } from '../src/axios.ts';
import { type Auth, createClient } from '../src/create-client.ts';
import { startApi, refuseToken } from './api-server.ts';
import { createScriptedIssuer, type ScriptedIssuer } from './scripted-issuer.ts';

async function signInWith(issuer: ScriptedIssuer, apiOrigins: readonly string[]): Promise<Auth> {
  const auth = createClient({ issuer: issuer.url, storage: 'memory', apiOrigins, fetch: issuer.fetch });
  await auth.signIn({ identifier: 'ann', password: 'right' });
  return auth;
}

/** A guard that refuses the first token it sees. */
function startGuard(): ReturnType<typeof startApi> {
  let dead: string | undefined;
  return startApi((request, response) => {
    dead ??= request.headers.authorization;
    if (request.headers.authorization === dead) refuseToken(response);
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}');
  });
}

describe('attachToAxios', () => {
  it('attaches, renews once and retries once with the same body', async () => {
    await using api = await startGuard();
    const issuer = createScriptedIssuer();
    const auth = await signInWith(issuer, [api.origin]);
    const instance = axios.create({ baseURL: api.origin });
    attachToAxios(auth, instance);
    const answer = await instance.post('/orders', { item: 'a"b' }, { params: { q: 1 } });
    assert.deepEqual(answer.data, { ok: true });
    assert.deepEqual(
      api.seen.map(({ path, body }) => [path, body]),
      [
        ['/orders?q=1', '{"item":"a\\"b"}'],
        ['/orders?q=1', '{"item":"a\\"b"}'],
      ],
    );
    assert.equal(issuer.refreshes().length, 1);
    auth.close();
  });

  it('applies a transformRequest of the application once to each sending', async () => {
    await using api = await startGuard();
    const auth = await signInWith(createScriptedIssuer(), [api.origin]);
    const transformRequest = (data: unknown): string => `<${String(data)}>`;
    const instance = axios.create({ baseURL: api.origin, transformRequest });
    attachToAxios(auth, instance);
    await instance.post('/orders', 'x');
    assert.deepEqual(
      api.seen.map(({ body }) => body),
      ['<x>', '<x>'],
    );
    auth.close();
  });

  it('works where every status is a success', async () => {
    await using api = await startGuard();
    const auth = await signInWith(createScriptedIssuer(), [api.origin]);
    const instance = axios.create({ baseURL: api.origin, validateStatus: () => true });
    attachToAxios(auth, instance);
    assert.equal((await instance.get('/')).status, 200);
    auth.close();
  });

  it('gives the second refusal to the caller and stops there', async () => {
    await using api = await startApi((_request, response) => refuseToken(response));
    const issuer = createScriptedIssuer();
    const auth = await signInWith(issuer, [api.origin]);
    const instance = axios.create({ baseURL: api.origin });
    attachToAxios(auth, instance);
    for (let call = 0; call < 3; call += 1) await assert.rejects(instance.get('/'), { status: 401 });
    assert.equal(issuer.refreshes().length, 1);
    assert.equal(api.seen.length, 4);
    auth.close();
  });

  it('does not send a stream twice', async () => {
    await using api = await startGuard();
    const auth = await signInWith(createScriptedIssuer(), [api.origin]);
    const instance = axios.create({ baseURL: api.origin });
    attachToAxios(auth, instance);
    const renewed = new Promise<void>((resolve) => auth.on('renewed', resolve));
    await assert.rejects(instance.post('/', Readable.from(['x'])), { status: 401 });
    assert.equal(api.seen.length, 1);
    await renewed;
    assert.equal((await instance.post('/', Readable.from(['x']))).status, 200);
    auth.close();
  });

  it('sends nothing of ours to another origin, and leaves an own header alone', async () => {
    await using api = await startApi((_request, response) => response.end('{}'));
    const auth = await signInWith(createScriptedIssuer(), []);
    const instance = axios.create();
    attachToAxios(auth, instance);
    await instance.get(api.origin);
    await instance.get(api.origin, { headers: { Authorization: 'Basic eDp5' } });
    assert.deepEqual(
      api.seen.map(({ authorization }) => authorization),
      [undefined, 'Basic eDp5'],
    );
    auth.close();
  });

  it('detached, it is gone', async () => {
    await using api = await startApi((_request, response) => response.end('{}'));
    const auth = await signInWith(createScriptedIssuer(), [api.origin]);
    const instance = axios.create({ baseURL: api.origin });
    attachToAxios(auth, instance)();
    await instance.get('/');
    assert.equal(api.seen[0]?.authorization, undefined);
    auth.close();
  });
});
