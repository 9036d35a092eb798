import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import type { Route } from '../../src/http/route.ts';
import { listRoutes } from '../../src/http/routes.ts';
import { sql } from '../../src/store/sql.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { addFollower } from '../feed/feed-ground.ts';
import { checkAnswer } from './check-answer.ts';
import {
  type Call,
  fromBrowser,
  memberOf,
  type Person,
  type Seen,
  send,
  signUp,
  unknownId,
} from './http-ground.ts';

const routes = listRoutes();
const withBody = routes.filter((route) => route.input.body !== undefined);
const guarded = routes.filter((route) => ['user', 'permission', 'machine'].includes(route.who.kind));

let server: TestServer;
let accessToken: string;
let admin: Person;
let machineToken: string;

before(async () => {
  server = await startTestServer();
  admin = await signUp(server, ['admin']);
  accessToken = admin.accessToken;
  machineToken = (await addFollower(server)).token;
});
after(() => server.close());

/** A path that fits the route and names nothing. */
function pathOf(route: Route): string {
  const prefix = route.path.includes('/clients/') ? 'c_' : route.path.includes('/webhooks/') ? 'wh_' : '';
  const id = route.path.includes('/invites/') ? 'A'.repeat(43) : prefix + unknownId;
  return route.path
    .replace('{id}', id)
    .replace('{name}', 'nobody')

    .replace('{seq}', '7');
}

async function ask(route: Route, call: Call): Promise<Seen> {
  // A call is a tenth of a second after the last: the budget of the address lasts.
  server.clock.advanceMs(4);
  if (route.errorStyle === 'page') return askPage(route, call);
  const needsToken = route.who.kind !== 'anyone' && route.who.kind !== 'client';
  const token = needsToken ? { token: route.who.kind === 'machine' ? machineToken : accessToken } : {};
  const seen = await send(server, { method: route.method, path: pathOf(route), ...token, ...call });
  checkAnswer(route, seen);
  return seen;
}

async function askPage(route: Route, call: Call): Promise<Seen> {
  const { headers } = fromBrowser(server, route.who.kind === 'browser' ? admin : undefined);
  const path = pathOf(route);
  const seen = await send(server, {
    method: route.method,
    path,
    ...call,
    headers: { ...headers, ...call.headers },
  });
  checkAnswer(route, seen);
  return seen;
}

function typeOf(route: Route): { readonly 'content-type': string } {
  return {
    'content-type':
      route.input.bodyType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded',
  };
}

const nonsense: readonly (readonly [name: string, body: string | Uint8Array<ArrayBuffer>])[] = [
  ['not JSON', '{"a'],
  ['a list', '[]'],
  ['a text', '"x"'],
  ['null', 'null'],
  ['a number', '1'],
  ['an unknown member', '{"surprise":1}'],
  ['A-137: a member twice', '{"password":"a","password":"b"}'],
  ['A-364: ten thousand levels', '['.repeat(8000) + ']'.repeat(8000)],
  ['A-364: many members', `{${Array.from({ length: 1500 }, (_, n) => `"m${n}":1`).join()}}`],
  ['A-364: a long number', `{"a":${'9'.repeat(15_000)}}`],
  ['A-365: a prototype', '{"__proto__":{"roles":["admin"]},"constructor":{"prototype":{"x":1}}}'],
  ['A-369: NUL', '{"\\u0000":"\\u0000"}'],
  ['A-369: half a character', '{"a":"\\ud800"}'],
  ['not UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['a byte order mark', '\ufeff{}'],
];

for (const [name, raw] of nonsense) {
  test(`a body that is nonsense is refused as such on every route: ${name}`, async () => {
    for (const route of withBody) {
      const seen = await ask(route, { raw, headers: typeOf(route) });
      // A form without any field is refused for what it is not tied to.
      const isEmptyForm = route.errorStyle === 'page' && seen.status === 403;
      assert.ok(seen.status === 400 || isEmptyForm, `${route.method} ${route.path}: ${seen.text}`);
    }
    assert.equal(memberOf({}, 'roles'), undefined);
    assert.equal('x' in {}, false);
  });
}

const wrongTypes: readonly string[] = [
  'text/plain',
  'text/plain;charset=UTF-8',
  'multipart/form-data; boundary=x',
  'application/jsonx',
  'application/json; charset=utf-16',
  'application/json, text/plain',
  'application/json;',
  'application/json; profile=x',
  'application/ json',
  'application\tjson',
  'application/x-www-form-urlencoded, application/json',
  '__proto__',
  'constructor',
  'json',
];

test('A-344, A-362, A-363: another content type is never read', async () => {
  for (const route of withBody) {
    for (const contentType of wrongTypes) {
      const seen = await ask(route, { raw: '{}', headers: { 'content-type': contentType } });
      assert.equal(seen.status, 415, `${route.path} ${contentType}`);
      if (route.errorStyle === 'problem') assert.equal(memberOf(seen.json, 'code'), 'unsupported_media_type');
    }
  }
});

test('A-361: a content coding is refused on every route', async () => {
  for (const route of withBody) {
    const seen = await ask(route, { raw: '{}', headers: { ...typeOf(route), 'content-encoding': 'gzip' } });
    assert.equal(seen.status, 415, route.path);
  }
});

test('A-360: a body over 16 KiB is refused, announced or not', async () => {
  for (const route of withBody) {
    const whole = 'x'.repeat(16_385);
    const pieces = new ReadableStream({
      start(controller) {
        for (let n = 0; n < 17; n++) controller.enqueue(new TextEncoder().encode('x'.repeat(1024)));
        controller.close();
      },
    });
    const lying = { 'content-length': '2' };
    for (const call of [{ raw: whole }, { raw: pieces }, { raw: whole, headers: lying }]) {
      const seen = await ask(route, { ...call, headers: { ...typeOf(route), ...call.headers } });
      assert.equal(seen.status, 413, route.path);
    }
  }
});

test('a body that breaks off is refused and nothing else happens', async () => {
  for (const route of withBody) {
    const broken = new ReadableStream({
      pull(controller) {
        controller.error(new Error('gone'));
      },
    });
    const seen = await ask(route, { raw: broken, headers: typeOf(route) });
    assert.equal(seen.status, 400, route.path);
  }
});

const confused: readonly unknown[] = [{ $ne: 1 }, ['x'], 7, true, { toString: 'x' }];

test('A-137: a member of another type is refused on every route', async () => {
  for (const route of withBody.filter(({ input }) => input.bodyType === 'json')) {
    const names = ['email', 'password', 'identifier', 'refresh_token', 'current_password', 'new_password'];
    for (const value of confused) {
      const json = Object.fromEntries(names.map((name) => [name, value]));
      const seen = await ask(route, { json });
      assert.equal(seen.status, 400, `${route.path}: ${seen.text}`);
    }
  }
});

test('A-302, A-304: a malformed form is refused', async () => {
  for (const route of withBody.filter(({ input }) => input.bodyType === 'form')) {
    for (const form of [
      'a=1&a=2',
      'grant_type=%',
      'grant_type=%ff',
      '%zz=1',
      'grant_type=%00',
      'a&'.repeat(80),
    ]) {
      assert.equal((await ask(route, { form })).status, 400, form);
    }
  }
});

test('A-138, A-366: the API takes no parameters that it does not know, and none twice', async () => {
  for (const route of routes.filter(({ path }) => path.startsWith('/v1/'))) {
    for (const query of [
      '?password=x',
      '?access_token=x',
      '?limit=1&limit=2',
      '?limit[]=1',
      '?%=1',
      '?a=%00',
    ]) {
      const seen = await ask(route, {
        path: pathOf(route) + query,
        json: route.method === 'GET' ? undefined : {},
      });
      assert.equal(seen.status, 400, `${route.method} ${route.path}${query}: ${seen.text}`);
    }
  }
});

const badAuthorization: readonly string[] = [
  'Bearer',
  'Bearer %',
  'Bearer \t',
  'Bearer a b',
  'Bearer a,b',
  'bearer x.y.z',
  'Bearer eyJhbGciOiJub25lIn0.e30.',
  `Bearer ${'a'.repeat(65_536)}`,
];

test('A-070, A-073: every bad access token gets the same answer on every route', async () => {
  for (const route of guarded) {
    const bodies = new Set<string>();
    for (const authorization of badAuthorization) {
      const path = pathOf(route);
      const seen = await send(server, { method: route.method, path, headers: { authorization } });
      checkAnswer(route, seen);
      assert.equal(seen.status, 401, `${route.path} ${authorization.slice(0, 20)}`);
      assert.equal(seen.headers.get('www-authenticate'), 'Bearer error="invalid_token"');
      bodies.add(seen.text.replace(seen.headers.get('x-request-id') ?? '', ''));
      server.clock.advanceMs(4);
    }
    assert.equal(bodies.size, 1, route.path);
  }
});

test('A-392: no route of somebody answers a stranger', async () => {
  for (const route of guarded) {
    for (const headers of [
      {},
      { authorization: 'Basic YTpi' },
      { 'x-user-id': 'admin', cookie: 'session=1' },
    ]) {
      const seen = await send(server, { method: route.method, path: pathOf(route), headers });
      checkAnswer(route, seen);
      assert.equal(seen.status, 401, route.path);
      assert.equal(seen.headers.get('www-authenticate'), 'Bearer');
    }
  }
});

test('whoever is not signed in is led to the sign-in by every page of somebody, and back', async () => {
  const pages = routes.filter(({ who }) => who.kind === 'browser');
  assert.ok(pages.length > 4);
  for (const route of pages) {
    for (const cookie of ['', `cs_session=${unknownId}${'A'.repeat(43)}`]) {
      const headers = { origin: server.issuer, cookie, 'content-type': 'application/x-www-form-urlencoded' };
      const raw = route.method === 'GET' ? {} : { raw: 'a=b' };
      const seen = await send(server, { method: route.method, path: pathOf(route), headers, ...raw });
      checkAnswer(route, seen);
      assert.equal(seen.status, 303, route.path);
      assert.equal(seen.headers.get('location'), `/sign-in?return_to=${encodeURIComponent(pathOf(route))}`);
    }
  }
});

test('A-341, A-342, A-343: no form is taken from another page, whatever the browser says of it', async () => {
  const strangers = [
    {},
    { origin: 'null' },
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { referer: 'http://localhost:4000/sign-in' },
  ];
  for (const route of withBody.filter(({ errorStyle }) => errorStyle === 'page')) {
    const { headers, form } = fromBrowser(server, route.who.kind === 'browser' ? admin : undefined);
    for (const stranger of strangers) {
      const { origin: _ours, ...rest } = headers;
      const seen = await send(server, {
        method: 'POST',
        path: pathOf(route),
        form,
        headers: { ...rest, ...stranger },
      });
      checkAnswer(route, seen);
      assert.equal(seen.status, 403, route.path);
      assert.match(seen.text, /data-code="foreign_origin"/);
    }
  }
});

test('A-387: a token of a machine client opens nothing of the API', async () => {
  const token = server.house.keys.issueAccessToken({
    sub: `c_${unknownId}`,
    client_id: `c_${unknownId}`,
    iat: claimsIat(),
    rvs: 1,
    scope: 'users:read',
    permissions: ['users:read'],
  });
  for (const route of guarded) {
    assert.equal((await ask(route, { token })).status, 401, route.path);
  }
});

function claimsIat(): Parameters<TestServer['house']['keys']['issueAccessToken']>[0]['iat'] {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).iat;
}

test('A-256, A-267: permissions are those of the database, not those of the token', async () => {
  const person = await signUp(server, ['admin']);
  const remove = sql`DELETE FROM user_roles WHERE user_id = ${person.user.id}`;
  await server.house.store.commit([remove]);
  for (const route of routes.filter(({ who }) => who.kind === 'permission')) {
    const seen = await ask(route, { token: person.accessToken });
    assert.equal(seen.status, 403, route.path);
    assert.equal(memberOf(seen.json, 'code'), 'insufficient_scope');
  }
});

test('A-243, A-380: another method is refused and says which there are', async () => {
  const byPath = Map.groupBy(routes, ({ path }) => path);
  for (const [path, rows] of byPath) {
    const allowed = rows.map(({ method }): string => method);
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY', 'BREW'];
    for (const method of others.filter((name) => !allowed.includes(name))) {
      const [route] = rows;
      assert.ok(route !== undefined);
      server.clock.advanceMs(4);
      const seen = await send(server, {
        method,
        path: pathOf(route),
        headers: { 'x-http-method-override': allowed[0] ?? '' },
      });
      checkAnswer(route, seen);
      assert.equal(seen.status, 405, `${method} ${path}`);
      for (const name of allowed) assert.ok(seen.headers.get('allow')?.split(', ').includes(name));
    }
  }
});

test('A-380: HEAD answers like GET, without a body', async () => {
  for (const route of routes.filter(({ method }) => method === 'GET')) {
    const token = route.who.kind === 'anyone' ? {} : { token: accessToken };
    const got = await send(server, { path: pathOf(route), ...token });
    const seen = await send(server, { method: 'HEAD', path: pathOf(route), ...token });
    assert.equal(seen.status, got.status, route.path);
    assert.equal(seen.text, '');
    assert.equal(seen.headers.get('content-type'), got.headers.get('content-type'));
  }
});

test('A-119, A-357, A-382: an address has one spelling', async () => {
  const known = ['/v1/login', '/v1/me', '/docs', '/.well-known/jwks.json'];
  const twist = (path: string): readonly string[] => [
    `/${path}`,
    `${path}/`,
    path.toUpperCase(),
    path.replace(/^\/(.)/, (_, letter: string) => `/%${letter.charCodeAt(0).toString(16)}`),
    `${path}%00`,
    `${path};a=b`,
    `${path}%2f`,
    `${path}.css`,
    `/x%2f..${path}`,
    `/%2e%2e${path}`.replace('/%2e%2e', '/x/%2e.%2f'),
  ];
  for (const path of known.flatMap(twist)) {
    for (const method of ['GET', 'POST']) {
      server.clock.advanceMs(4);
      const seen = await send(server, { method, path: `http://localhost:4000${path}` });
      checkAnswer(undefined, seen);
      assert.equal(seen.status, 404, `${method} ${path}`);
      assert.equal(memberOf(seen.json, 'code'), 'not_found');
    }
  }
});

test('A-119: an id has one spelling too', async () => {
  const person = await signUp(server);
  const id = person.sessionId;
  const spelled = `%${id.charCodeAt(0).toString(16)}${id.slice(1)}`;
  for (const path of [`/v1/me/sessions/${spelled}`, `/v1/me/sessions/${id}/`, `/v1/me//sessions/${id}`]) {
    const seen = await send(server, { method: 'DELETE', path, token: person.accessToken });
    checkAnswer(undefined, seen);
    assert.equal(seen.status, 404, path);
  }
  const own = { method: 'DELETE', path: `/v1/me/sessions/${id}`, token: person.accessToken };
  assert.equal((await send(server, own)).status, 204);
});

test('A-360: a body without an end is left once it is too large', async () => {
  for (const route of withBody) {
    let kibibytes = 0;
    let isLeft = false;
    const endless = new ReadableStream({
      pull(controller) {
        kibibytes += 1;
        // As the refusal that is missing would look, were it missing.
        if (kibibytes > 64) controller.close();
        else controller.enqueue(new Uint8Array(1024));
      },
      cancel() {
        isLeft = true;
      },
    });
    const seen = await ask(route, { raw: endless, headers: typeOf(route) });
    assert.equal(seen.status, 413, route.path);
    assert.ok(isLeft && kibibytes < 24, `${route.path} read ${kibibytes} KiB`);
  }
});
