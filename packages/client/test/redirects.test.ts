import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import axios from 'axios';
import { attachToAxios } from '../src/axios.ts';
import { type Auth, createClient } from '../src/create-client.ts';
import { startApi } from './api-server.ts';
import { createScriptedIssuer, type ScriptedIssuer } from './scripted-issuer.ts';

/** Requests of the issuer are scripted, all others go out for real. */
async function signInWith(issuer: ScriptedIssuer, apiOrigins: readonly string[]): Promise<Auth> {
  const send: typeof fetch = (input, init) =>
    new Request(input).url.startsWith(issuer.url) ? issuer.fetch(input, init) : fetch(input, init);
  const auth = createClient({ issuer: issuer.url, storage: 'memory', apiOrigins, fetch: send });
  await auth.signIn({ identifier: 'ann', password: 'right' });
  return auth;
}

describe('a redirect to another origin', () => {
  it('leaves the token behind with auth.fetch', async () => {
    await using foreign = await startApi((_request, response) => response.end('{}'));
    await using api = await startApi((_request, response) =>
      response.writeHead(307, { location: `${foreign.origin}/take` }).end(),
    );
    const auth = await signInWith(createScriptedIssuer(), [api.origin]);
    assert.equal((await auth.fetch(`${api.origin}/go`, { method: 'POST', body: 'x' })).status, 200);
    assert.match(api.seen[0]?.authorization ?? '', /^Bearer /);
    assert.deepEqual(foreign.seen, [{ path: '/take', authorization: undefined, body: 'x' }]);
    auth.close();
  });

  it('leaves the token behind with axios', async () => {
    await using foreign = await startApi((_request, response) => response.end('{}'));
    await using api = await startApi((_request, response) =>
      response.writeHead(307, { location: `${foreign.origin}/take` }).end(),
    );
    const auth = await signInWith(createScriptedIssuer(), [api.origin]);
    const instance = axios.create({ baseURL: api.origin });
    attachToAxios(auth, instance);
    await instance.get('/go');
    assert.match(api.seen[0]?.authorization ?? '', /^Bearer /);
    assert.deepEqual(foreign.seen, [{ path: '/take', authorization: undefined, body: '' }]);
    auth.close();
  });

  it('keeps the token on a redirect within the origin', async () => {
    await using api = await startApi((request, response) =>
      request.url === '/go' ? response.writeHead(307, { location: '/there' }).end() : response.end('{}'),
    );
    const auth = await signInWith(createScriptedIssuer(), [api.origin]);
    const instance = axios.create({ baseURL: api.origin });
    attachToAxios(auth, instance);
    await instance.get('/go');
    await auth.fetch(`${api.origin}/go`);
    assert.equal(new Set(api.seen.map(({ authorization }) => authorization)).size, 1);
    assert.equal(api.seen.length, 4);
    auth.close();
  });
});
