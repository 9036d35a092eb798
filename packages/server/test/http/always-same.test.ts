import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { anotherPassword, type Person, type Seen, send, signUp } from './http-ground.ts';

/** What must not tell whether an account is there: the call, with the name of somebody or of nobody. */
const calls: readonly {
  readonly path: string;
  readonly status: number;
  readonly bodyFor: (email: string) => object;
}[] = [
  {
    path: '/v1/register',
    status: 202,
    bodyFor: (email) => ({ email, password: anotherPassword }),
  },
  { path: '/v1/email/verify/send', status: 202, bodyFor: (email) => ({ email }) },
  { path: '/v1/magic-link', status: 202, bodyFor: (email) => ({ identifier: email }) },
  { path: '/v1/password/forgot', status: 202, bodyFor: (email) => ({ identifier: email }) },
];

async function openServer(t: TestContext): Promise<{ readonly server: TestServer; readonly person: Person }> {
  const server = await startTestServer({ settings: { registration: 'verify-first', magicLink: true } });
  t.after(() => server.close());
  return { server, person: await signUp(server) };
}

/** All but the id of the request. */
function shown({ status, headers, text }: Seen): object {
  const named = [...headers].filter(([name]) => name !== 'x-request-id');
  // The secret that a browser is given is another one each time.
  return { status, headers: named, text: text.replace(/"[A-Za-z0-9_-]{22}"/, '"secret"') };
}

for (const { path, status, bodyFor } of calls) {
  test(`A-107, A-109, A-110: POST ${path} answers by the same bytes for somebody and nobody`, async (t) => {
    const { server, person } = await openServer(t);
    const ask = (email: string): Promise<Seen> =>
      send(server, { method: 'POST', path, json: bodyFor(email) });
    const known = await ask(person.email);
    assert.equal(known.status, status, known.text);
    assert.deepEqual(shown(await ask('nobody@example.com')), shown(known));
  });
}

test('A-147: a link in the query of a page stands in no line of the log', async (t) => {
  const { server } = await openServer(t);
  const canary = 'canary-canary-canary-1';
  for (const path of ['/verify-email', '/reset-password', '/v1/me', '/nowhere']) {
    for (const method of ['GET', 'POST']) {
      await send(server, { method, path: `${path}?token=${canary}` });
    }
  }
  assert.ok(server.logLines.length >= 8);
  assert.ok(!server.logLines.some((line) => line.includes('canary')));
});
