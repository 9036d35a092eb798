import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { z } from 'zod';
import { Refusal } from '../../src/base/refusal.ts';
import { refusals } from '../../src/base/refusals.ts';
import { disableUser } from '../../src/flows/admin/disable-user.ts';
import { answerError } from '../../src/http/answer-error.ts';
import { createDoor } from '../../src/http/door.ts';
import { refuseUnreadable } from '../../src/http/refuse-unreadable.ts';
import { route } from '../../src/http/route.ts';
import { anyone } from '../../src/http/who.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { checkHeaders } from './check-answer.ts';
import { anotherPassword, memberOf, password, type Seen, send, signUp, source } from './http-ground.ts';

async function open(t: TestContext, options?: Parameters<typeof startTestServer>[0]): Promise<TestServer> {
  const server = await startTestServer(options);
  t.after(() => server.close());
  return server;
}

function logIn(server: TestServer, identifier: string): Promise<Seen> {
  const json = { identifier, password: anotherPassword };
  return send(server, { method: 'POST', path: '/v1/login', json });
}

test('A-107: an unknown, a disabled and a known account are refused with the same bytes', async (t) => {
  const server = await open(t);
  const known = await signUp(server);
  const disabled = await signUp(server);
  const actor = { kind: 'command-line' } as const;
  await disableUser(server.house, { actor, userId: disabled.user.id }, source);
  const right = await send(server, {
    method: 'POST',
    path: '/v1/login',
    json: { identifier: disabled.email, password },
  });
  const seen = [right];
  for (const identifier of [
    known.email,
    disabled.email,
    'nobody@example.com',
    'nobody',
    '@',
    "' OR 1=1 --",
  ]) {
    seen.push(await logIn(server, identifier));
  }
  const shown = seen.map(({ status, headers, text }) => {
    const requestId = headers.get('x-request-id') ?? '';
    return JSON.stringify([status, [...headers], text]).replaceAll(requestId, '');
  });
  assert.equal(new Set(shown).size, 1, [...new Set(shown)].join('\n'));
  assert.equal(seen[0]?.status, 401);
});

test('a spent budget says when to come back', async (t) => {
  const server = await open(t);
  let seen = await logIn(server, 'nobody@example.com');
  for (let n = 0; n < 10; n++) seen = await logIn(server, 'nobody@example.com');
  assert.equal(seen.status, 429);
  assert.equal(memberOf(seen.json, 'code'), 'too_many_requests');
  assert.match(seen.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  checkHeaders(seen.headers);
});

test('the budget of an address is spent before anything else, on unknown paths too', async (t) => {
  const server = await open(t);
  let last: Seen | undefined;
  for (let n = 0; n < 2001; n++) last = await send(server, { path: '/nope' });
  assert.equal(last?.status, 429);
  server.clock.advanceMs(10_000);
  assert.equal((await send(server, { path: '/nope' })).status, 404);
});

const boom = route({
  method: 'POST',
  path: '/boom',
  tag: 'Test',
  summary: 'Fail',
  who: anyone,
  limits: [],
  input: { body: z.strictObject({ how: z.string().max(10) }) },
  output: { status: 204 },
  refusals: [],
  answer(_, { body }) {
    if (body.how === 'reject') return Promise.reject(new TypeError('SELECT secret FROM /srv/data.ts'));
    if (body.how === 'odd') throw Object.create(null);
    throw new TypeError('SELECT secret FROM /srv/data.ts');
  },
});

for (const how of ['throw', 'reject', 'odd']) {
  test(`A-379, A-381: a fault is answered by its request id alone and kept for the log: ${how}`, async (t) => {
    const { house, logLines } = await open(t);
    const door = createDoor(house, {
      issuer: 'https://auth.example.com',
      corsOrigins: [],
      trustedProxies: [],
      catalogues: new Map(),
      pageName: 'Countersign',
      pageAccent: '#0b57c4',
      pageLogo: undefined,
      pageCss: undefined,
      securityContact: undefined,
    });
    const request = new Request('https://auth.example.com/boom', {
      method: 'POST',
      body: JSON.stringify({ how }),
      headers: { 'content-type': 'application/json', 'x-request-id': 'theirs' },
    });
    const response = await door.answer([boom], { request, params: {}, incoming: undefined });
    checkHeaders(response.headers);
    assert.equal(response.headers.get('strict-transport-security'), 'max-age=31536000');
    assert.equal(response.status, 500);
    const body: unknown = await response.json();
    assert.deepEqual(Object.keys(Object(body)), ['type', 'title', 'status', 'code', 'request_id']);
    assert.equal(memberOf(body, 'code'), 'server_error');
    const line = logLines.at(-1) ?? '';
    const id = response.headers.get('x-request-id') ?? 'missing';
    assert.ok(line.includes(id) && line.includes('"level":"error"') && line.includes('"status":500'), line);
    assert.ok(line.includes('"client_request_id":"theirs"'));
    if (how !== 'odd') assert.ok(line.includes('SELECT secret'), line);
  });
}

test('a database that is gone is told as it is, and the process goes on', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-http-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const server = await startTestServer({ directory });
  t.after(() => server.house.keys.close());
  await server.house.store.close();
  const ready = await send(server, { path: '/health/ready' });
  assert.equal(ready.status, 503);
  assert.equal(memberOf(ready.json, 'code'), 'unavailable');
  assert.equal((await send(server, { path: '/health/live' })).status, 200);
});

test('every refusal of the catalogue leaves as its row, in both styles', () => {
  for (const [code, row] of Object.entries(refusals)) {
    const found = Object.keys(refusals).find((name): name is keyof typeof refusals => name === code);
    assert.ok(found !== undefined);
    const refusal = new Refusal(found, { reason: 'private', retryAfterSeconds: 1.2 });
    const problem = answerError(refusal, { style: 'problem', requestId: 'r' });
    assert.equal(problem.status, row.status);
    assert.equal(problem.headers['Retry-After'], '2');
    assert.equal(
      Boolean(problem.headers['WWW-Authenticate']),
      [401].includes(row.status) || code === 'insufficient_scope',
    );
    const oauth = answerError(refusal, { style: 'oauth', requestId: 'r' });
    assert.equal(memberOf(JSON.parse(oauth.body), 'error'), row.oauthError);
    for (const { body } of [problem, oauth]) assert.ok(!body.includes('private'));
  }
});

test('how the database refused stands in the log and leaves with no answer', () => {
  const refusal = new Refusal('email_taken', { databaseSaid: 'canary' });
  for (const style of ['problem', 'oauth'] as const) {
    const answer = answerError(refusal, { style, requestId: 'r' });
    assert.equal(answer.private.reason, 'canary');
    assert.ok(!answer.body.includes('canary'));
  }
});

test('challenges say what RFC 6750 and RFC 9470 ask for', () => {
  const challenge = (refusal: Refusal): string | undefined =>
    answerError(refusal, { style: 'problem', requestId: 'r' }).headers['WWW-Authenticate'];
  assert.equal(challenge(new Refusal('token_missing')), 'Bearer');
  assert.equal(
    challenge(new Refusal('invalid_token', { reason: 'expired' })),
    'Bearer error="invalid_token"',
  );
  assert.equal(
    challenge(new Refusal('insufficient_scope', { scope: 'a b' })),
    'Bearer error="insufficient_scope", scope="a b"',
  );
  assert.equal(
    challenge(new Refusal('insufficient_user_authentication', { maxAgeSeconds: 300 })),
    'Bearer error="insufficient_user_authentication", max_age="300"',
  );
  assert.equal(
    challenge(new Refusal('insufficient_user_authentication', { maxAgeSeconds: 300, acrValues: 'aal2' })),
    'Bearer error="insufficient_user_authentication", max_age="300", acr_values="aal2"',
  );
});

test('A-378: a log line holds the pattern of the route, never what was sent', async (t) => {
  const server = await open(t);
  const { accessToken, refreshToken, sessionId } = await signUp(server);
  await send(server, {
    method: 'DELETE',
    path: `/v1/me/sessions/${sessionId}`,
    token: accessToken,
    headers: {
      cookie: `cs_refresh=${refreshToken}`,
      'x-request-id': 'a b"\t',
      'user-agent': 'x"}{"level":"y',
    },
  });
  await send(server, { path: `/v1/me?password=${anotherPassword.replaceAll(' ', '+')}` });
  const lines = server.logLines.filter((line) => line.includes('"event":"request"'));
  assert.equal(lines.length, 2);
  for (const line of lines) {
    const parsed: unknown = JSON.parse(line);
    assert.deepEqual(
      Object.keys(Object(parsed)).filter((name) => !['user', 'code', 'reason', 'address'].includes(name)),
      ['at', 'level', 'event', 'request_id', 'method', 'route', 'status', 'ms'],
    );
  }
  assert.ok(lines[0]?.includes('"route":"/v1/me/sessions/{id}"'));
  const all = server.logLines.join('');
  for (const secret of [accessToken, refreshToken, 'seven', sessionId, 'level":"y'])
    assert.ok(!all.includes(secret));
});

const unreadable: readonly (readonly [string | undefined, number, string])[] = [
  ['HPE_HEADER_OVERFLOW', 431, 'header_too_large'],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'request_timeout'],
  ['HPE_INVALID_CONSTANT', 400, 'invalid_request'],
  ['__proto__', 400, 'invalid_request'],
  [undefined, 400, 'invalid_request'],
];

for (const [error, status, code] of unreadable) {
  test(`what is no request is refused like one: ${error} is ${code}`, () => {
    const text = refuseUnreadable({ code: error }, { 'X-Content-Type-Options': 'nosniff' });
    const [head = '', body = ''] = text.split('\r\n\r\n');
    const lines = head.split('\r\n');
    assert.match(lines[0] ?? '', new RegExp(`^HTTP/1\\.1 ${status} [A-Z][A-Za-z ]+$`));
    assert.ok(lines.includes('X-Content-Type-Options: nosniff') && lines.includes('Connection: close'));
    assert.ok(lines.includes(`Content-Length: ${Buffer.byteLength(body)}`));
    assert.equal(memberOf(JSON.parse(body), 'code'), code);
  });
}
