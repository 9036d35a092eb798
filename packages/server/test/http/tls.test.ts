import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import test from 'node:test';
import { startTestServer } from '../../src/testing.ts';
import { findFreePort } from '../free-port.ts';

/** For tests alone: the key is public. */
const readVector = (name: string): string =>
  readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8');
const cert = readVector('loopback-certificate.pem');
const key = readVector('loopback-key.pem');

function getJwks(port: number): Promise<{ status: number | undefined; hsts: string | undefined }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number | undefined;
    hsts: string | undefined;
  }>();
  get(`https://localhost:${port}/.well-known/jwks.json`, { ca: cert }, (response) => {
    response.resume();
    resolve({ status: response.statusCode, hsts: response.headers['strict-transport-security'] });
  }).on('error', reject);
  return promise;
}

test('with a certificate and its key the server speaks HTTPS, and nothing else', async (t) => {
  const port = await findFreePort();
  const server = await startTestServer({
    settings: { issuer: `https://localhost:${port}`, port, tlsCert: cert, tlsKey: key },
    startMs: Date.now(),
  });
  t.after(() => server.close());
  const { url } = await server.listen();
  assert.equal(url, `https://127.0.0.1:${port}`);
  const answer = await getJwks(port);
  assert.equal(answer.status, 200);
  assert.match(answer.hsts ?? '', /max-age=\d+/);
  await assert.rejects(fetch(`http://localhost:${port}/.well-known/jwks.json`));
});

test('a cookie of an https issuer is bound to its host and sent over https alone', async (t) => {
  const server = await startTestServer({ settings: { issuer: 'https://auth.example.com' } });
  t.after(() => server.close());
  const post = (path: string, body: object): Promise<Response> =>
    server.fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: 'https://auth.example.com' },
      body: JSON.stringify(body),
    });
  const password = 'a wristband for alice';
  await post('/v1/register', { email: 'alice@example.com', password });
  const signedIn = await post('/v1/login', { identifier: 'alice@example.com', password, storage: 'cookie' });
  const cookie = signedIn.headers.get('set-cookie') ?? '';
  assert.match(cookie, /^__Host-cs_refresh=cs_rt_/);
  for (const flag of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/'])
    assert.ok(cookie.includes(flag), flag);
});
