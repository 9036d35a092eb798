import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createRemoteKeySet,
  exportJwk,
  exportPrivateJwk,
  type RemoteKeySetOptions,
  type TokenErrorCode,
} from '../../src/index.ts';
import { forge, goodClaims, goodHeader, keyOf, nowSeconds, verifierFor } from '../forge.ts';
import { type KeyServer, respondJson, startKeyServer } from './key-server.ts';

const es = exportJwk(keyOf('ES256'));
const rs = exportJwk(keyOf('RS256'));
const ed = exportJwk(keyOf('Ed25519'));
const esQuery = { algorithm: 'ES256', keyId: es.kid } as const;
const rsQuery = { algorithm: 'RS256', keyId: rs.kid } as const;

/** A remote set on a clock that the test moves. */
function follow(server: KeyServer, more: RemoteKeySetOptions = {}) {
  let seconds = nowSeconds;
  const set = createRemoteKeySet(server.url, { dangerAllowHttp: true, now: () => seconds * 1000, ...more });
  return {
    set,
    wait: (by: number): void => {
      seconds += by;
    },
  };
}

const rejects = (promise: Promise<void>, code: TokenErrorCode): Promise<void> =>
  assert.rejects(promise, { name: 'TokenError', code });

test('nothing is fetched before it is asked for; then keys are found without waiting', async (t) => {
  const server = await startKeyServer(t, respondJson({ keys: [es, rs] }));
  const { set } = follow(server);
  assert.equal(set.find(esQuery), undefined);
  assert.equal(set.status.state, 'empty');
  assert.equal(server.requests(), 0);
  await set.refresh();
  assert.equal(set.find(esQuery)?.algorithm, 'ES256');
  assert.equal(set.find({ algorithm: 'RS256', keyId: es.kid }), undefined);
  assert.deepEqual(set.status, {
    state: 'fresh',
    keys: 2,
    skippedKeys: 0,
    fetchedAtMs: nowSeconds * 1000,
    fault: undefined,
  });
});

test('a verifier over the set: key_unknown, refresh, once more', async (t) => {
  const key = keyOf('ES256');
  const server = await startKeyServer(t, respondJson({ keys: [es] }));
  const { set } = follow(server);
  const verify = verifierFor(key, { keys: set });
  const token = forge(goodHeader(key), goodClaims, key);
  assert.throws(() => verify(token), { code: 'key_unknown' });
  await set.refresh();
  assert.equal(verify(token).claims.sub, 'user-1');
});

test('A-083: a flood of unknown kids fetches once in a cooldown', async (t) => {
  const server = await startKeyServer(t, respondJson({ keys: [es] }));
  const { set, wait } = follow(server);
  for (let count = 0; count < 100; count++) {
    if (set.find({ algorithm: 'ES256', keyId: `forged-${count}` }) === undefined) await set.refresh();
    if (count === 49) wait(29);
  }
  assert.equal(server.requests(), 1);
  wait(1);
  await set.refresh();
  assert.equal(server.requests(), 2);
});

test('A-084: a thousand who ask at once share one fetch', async (t) => {
  const server = await startKeyServer(t, respondJson({ keys: [es] }));
  const { set } = follow(server);
  await Promise.all(Array.from({ length: 1000 }, () => set.refresh()));
  assert.equal(server.requests(), 1);
});

test('a renewal does not wait for the cooldown, and begins after the fetch that is under way', async (t) => {
  const server = await startKeyServer(t, respondJson({ keys: [es] }));
  const { set } = follow(server);
  const first = set.refresh();
  const renewal = set.renew();
  await first;
  server.answerWith(respondJson({ keys: [rs] }));
  await renewal;
  assert.equal(server.requests(), 2);
  assert.equal(set.find(rsQuery)?.keyId, rs.kid);
  server.answerWith(respondJson({ keys: [es] }));
  await set.renew();
  assert.equal(set.find(esQuery)?.keyId, es.kid);
});

test('a stale set answers at once and is renewed behind the scenes', async (t) => {
  const server = await startKeyServer(t, respondJson({ keys: [es] }));
  const { set, wait } = follow(server, { cacheMaxAgeSeconds: 100 });
  await set.refresh();
  wait(99);
  set.find(esQuery);
  assert.equal(server.requests(), 1);
  server.answerWith(respondJson({ keys: [rs] }));
  wait(1);
  assert.equal(set.status.state, 'stale');
  for (let count = 0; count < 50; count++) assert.equal(set.find(esQuery)?.keyId, es.kid);
  await set.refresh();
  assert.equal(server.requests(), 2);
  assert.equal(set.find(esQuery), undefined);
  assert.equal(set.find(rsQuery)?.keyId, rs.kid);
});

for (const [name, header, freshFor] of [
  ['a shorter max-age', 'public, max-age=60', 60],
  ['max-age in quotes and capitals', 'MAX-AGE="60"', 60],
  ['a longer max-age', 'max-age=99999999', 600],
  ['no-store, within the cooldown', 'no-store', 30],
  ['max-age 0, within the cooldown', 'max-age=0', 30],
  ['nonsense', 'max-age=-1, s-maxage=5', 600],
] as const) {
  test(`Cache-Control: ${name} keeps the set fresh for ${freshFor} s`, async (t) => {
    const server = await startKeyServer(t, respondJson({ keys: [es] }, { 'cache-control': header }));
    const { set, wait } = follow(server);
    await set.refresh();
    wait(freshFor - 1);
    assert.equal(set.status.state, 'fresh');
    wait(1);
    assert.equal(set.status.state, 'stale');
  });
}

test('version rises when other bytes are published and only then', async (t) => {
  const server = await startKeyServer(t, respondJson({ keys: [es] }));
  const { set, wait } = follow(server);
  assert.equal(set.version, 0);
  await set.refresh();
  assert.equal(set.version, 1);
  const found = set.find(esQuery);
  wait(30);
  await set.refresh();
  assert.equal(set.version, 1);
  assert.equal(set.find(esQuery), found);
  server.answerWith(respondJson({ keys: [es, rs] }));
  wait(30);
  await set.refresh();
  assert.equal(set.version, 2);
});

const bad: readonly (readonly [string, Parameters<typeof respondJson>[0], TokenErrorCode])[] = [
  ['A-089: HTML with status 200', '<!doctype html><title>Sign in</title>', 'key_set_invalid'],
  ['A-089: an empty object', {}, 'key_set_invalid'],
  ['A-089: keys is an object', { keys: { es } }, 'key_set_invalid'],
  ['A-089: a list of keys without the set', [es], 'key_set_invalid'],
  ['A-089: no keys', { keys: [] }, 'key_set_invalid'],
  ['A-089: a key that is text', { keys: ['a'] }, 'key_set_invalid'],
  ['A-089: nothing', '', 'key_set_invalid'],
  ['A-023: keys twice', `{"keys":[],"keys":[${JSON.stringify(es)}]}`, 'key_set_invalid'],
  ['A-079: a repeated kid', { keys: [es, { ...rs, kid: es.kid }] }, 'key_set_invalid'],
  ['A-080: a secret', { keys: [es, exportPrivateJwk(keyOf('HS256'))] }, 'key_set_invalid'],
  ['A-080: a secret without its bytes', { keys: [es, { kty: 'oct', kid: 'hidden' }] }, 'key_set_invalid'],
  ['A-082: an ML-DSA private key', { keys: [es, exportPrivateJwk(keyOf('ML-DSA-44'))] }, 'key_set_invalid'],
  ['A-082: a private key', { keys: [es, exportPrivateJwk(keyOf('RS256'))] }, 'key_set_invalid'],
  [
    'A-082: a private key of an unknown kind',
    { keys: [es, { kty: 'AKP', alg: 'ML-DSA-44', priv: 'x', d: 'x' }] },
    'key_set_invalid',
  ],
  ['only keys that cannot be used', { keys: [{ ...es, use: 'enc' }] }, 'key_set_invalid'],
  [
    'A-086: too many keys',
    { keys: Array.from({ length: 101 }, (_, index) => ({ ...es, kid: `${index}` })) },
    'key_set_invalid',
  ],
  ['A-086: too many bytes', ' '.repeat(524_289), 'key_set_unavailable'],
];

for (const [name, body, code] of bad) {
  test(`${name}: refused, and the last good set stays`, async (t) => {
    const server = await startKeyServer(t, respondJson({ keys: [es] }));
    const { set, wait } = follow(server);
    await set.refresh();
    server.answerWith(respondJson(body));
    wait(30);
    await rejects(set.refresh(), code);
    assert.equal(set.status.fault, code);
    assert.equal(set.find(esQuery)?.keyId, es.kid);
    assert.equal(set.version, 1);
  });
}

for (const status of [204, 301, 302, 307, 404, 500, 503]) {
  test(`A-085, A-087: status ${status} is refused, followed nowhere, and the last good set stays`, async (t) => {
    const elsewhere = await startKeyServer(t, respondJson({ keys: [rs] }));
    const server = await startKeyServer(t, respondJson({ keys: [es] }));
    const { set, wait } = follow(server);
    await set.refresh();
    server.answerWith((_request, response) => {
      response.writeHead(status, { location: elsewhere.url });
      response.end();
    });
    wait(30);
    await rejects(set.refresh(), 'key_set_unavailable');
    assert.equal(elsewhere.requests(), 0);
    assert.equal(set.find(esQuery)?.keyId, es.kid);
    assert.equal(set.find(rsQuery), undefined);
  });
}

test('A-085: connections refused: no keys, an error, never open', async (t) => {
  const server = await startKeyServer(t, (request) => request.socket.destroy());
  const { set } = follow(server);
  await rejects(set.refresh(), 'key_set_unavailable');
  assert.equal(set.find(esQuery), undefined);
  assert.equal(set.status.state, 'empty');
});

test('A-085: bad fetches are tried again after 1, 2, 4, … seconds, at most the cooldown', async (t) => {
  const server = await startKeyServer(t, (request) => request.socket.destroy());
  const { set, wait } = follow(server);
  await rejects(set.refresh(), 'key_set_unavailable');
  for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
    const before = server.requests();
    wait(seconds - 0.5);
    await rejects(set.refresh(), 'key_set_unavailable');
    assert.equal(server.requests(), before, `too early before ${seconds} s`);
    wait(0.5);
    await rejects(set.refresh(), 'key_set_unavailable');
    assert.equal(server.requests(), before + 1, `not tried after ${seconds} s`);
  }
  server.answerWith(respondJson({ keys: [es] }));
  wait(30);
  await set.refresh();
  assert.equal(set.status.fault, undefined);
});

test('A-085: a set that nobody could renew for maxStaleSeconds answers nothing', async (t) => {
  const server = await startKeyServer(t, respondJson({ keys: [es] }));
  const { set, wait } = follow(server, { maxStaleSeconds: 1000 });
  await set.refresh();
  server.answerWith((request) => request.socket.destroy());
  wait(999);
  assert.equal(set.find(esQuery)?.keyId, es.kid);
  await rejects(set.refresh(), 'key_set_unavailable');
  wait(1);
  assert.equal(set.status.state, 'expired');
  assert.equal(set.find(esQuery), undefined);
  server.answerWith(respondJson({ keys: [es] }));
  await set.refresh();
  assert.equal(set.find(esQuery)?.keyId, es.kid);
});

test('a clock that is set back takes no key away', async (t) => {
  const server = await startKeyServer(t, respondJson({ keys: [es] }));
  const { set, wait } = follow(server);
  await set.refresh();
  wait(-100_000);
  assert.equal(set.status.state, 'stale');
  assert.equal(set.find(esQuery)?.keyId, es.kid);
  await set.refresh();
  assert.equal(set.status.state, 'fresh');
});

test('A-086: an answer that never comes is given up at the deadline', async (t) => {
  const server = await startKeyServer(t, () => undefined);
  await rejects(follow(server, { timeoutMs: 20 }).set.refresh(), 'key_set_unavailable');
});

test('A-086: an answer that never ends is given up at the deadline', async (t) => {
  const server = await startKeyServer(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{"keys":[');
  });
  await rejects(follow(server, { timeoutMs: 50 }).set.refresh(), 'key_set_unavailable');
});

test('keys that cannot be used are passed over and counted', async (t) => {
  const others = [
    { ...rs, use: 'enc' },
    { ...rs, alg: 'RSA-OAEP' },
    { ...rs, alg: 'ES512' },
    { kty: 'AKP', alg: 'ML-DSA-44', pub: 'AAAA' },
    { kty: 'OKP', crv: 'X25519', x: 'AAAA' },
    { ...es, kid: 'off', y: es.x },
    {},
  ];
  const server = await startKeyServer(t, respondJson({ keys: [...others, es], extra: true }));
  const { set } = follow(server);
  await set.refresh();
  assert.deepEqual([set.status.keys, set.status.skippedKeys], [1, others.length]);
  assert.equal(set.find(esQuery)?.keyId, es.kid);
});

test('A-008: a key without alg counts when one wanted algorithm fits it', async (t) => {
  const nameless = [es, rs, ed].map(({ alg: _, ...jwk }) => jwk);
  const server = await startKeyServer(t, respondJson({ keys: nameless }));
  const any = follow(server).set;
  await any.refresh();
  assert.deepEqual([any.status.keys, any.status.skippedKeys], [1, 2]);
  const chosen = follow(server, { algorithms: ['ES256', 'RS256', 'Ed25519'] }).set;
  await chosen.refresh();
  assert.equal(chosen.status.keys, 3);
  assert.equal(chosen.find(rsQuery)?.algorithm, 'RS256');
});

test('keys of algorithms nobody wants are left out', async (t) => {
  const server = await startKeyServer(t, respondJson({ keys: [es, rs] }));
  const { set } = follow(server, { algorithms: ['RS256'] });
  await set.refresh();
  assert.equal(set.find(esQuery), undefined);
  assert.equal(set.find(rsQuery)?.keyId, rs.kid);
});

test('the request carries no credentials and says what it wants', async (t) => {
  const seen: (string | undefined)[] = [];
  const server = await startKeyServer(t, (request, response) => {
    seen.push(request.method, request.headers.accept, request.headers.cookie, request.headers.authorization);
    respondJson({ keys: [es] })(request, response);
  });
  await follow(server).set.refresh();
  assert.deepEqual(seen, ['GET', 'application/jwk-set+json, application/json', undefined, undefined]);
});

const create = (url: unknown, options: unknown): unknown =>
  Reflect.apply(createRemoteKeySet, undefined, [url, options]);
const https = 'https://issuer.example/jwks.json';

for (const [name, url, options] of [
  ['plain http', 'http://issuer.example/jwks.json', {}],
  ['a file', 'file:///etc/jwks.json', { dangerAllowHttp: true }],
  ['data', 'data:application/json,{}', { dangerAllowHttp: true }],
  ['no address', undefined, {}],
  ['a relative address', '/jwks.json', {}],
  ['a password in the address', 'https://me:secret@issuer.example/', {}],
  ['secrets as algorithms', https, { algorithms: ['HS256'] }],
  ['no algorithms', https, { algorithms: [] }],
  ['an unknown algorithm', https, { algorithms: ['XX'] }],
  ['fetch is no function', https, { fetch: 'x' }],
  ['an option nobody reads', https, { cooldown: 5 }],
  ['dangerAllowHttp as text', 'http://issuer.example/', { dangerAllowHttp: 'false' }],
  ['a stale limit below the age limit', https, { maxStaleSeconds: 10 }],
] as const) {
  test(`a mistake shows when the set is made: ${name}`, () =>
    assert.throws(() => create(url, options), TypeError));
}

test('A-102: durations and limits that are no positive numbers', () => {
  for (const name of [
    'cacheMaxAgeSeconds',
    'maxStaleSeconds',
    'cooldownSeconds',
    'timeoutMs',
    'maxBytes',
    'maxKeys',
  ]) {
    for (const value of [Number.NaN, -1, 0, Number.POSITIVE_INFINITY, '5']) {
      assert.throws(() => create(https, { [name]: value }), TypeError, `${name}: ${value}`);
    }
  }
});

test('A-089: an answer of 200 without a body is no key set', async () => {
  const fetch = async (): Promise<Response> => new Response(null, { status: 200 });
  const set = createRemoteKeySet(https, { fetch, now: () => nowSeconds * 1000 });
  await rejects(set.refresh(), 'key_set_invalid');
});
