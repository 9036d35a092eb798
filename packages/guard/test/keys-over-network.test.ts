import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { createGuard, type Guard, type GuardBasics } from '@countersign/guard';
import { createRemoteKeySet, exportJwk, exportPrivateJwk, generateKey, type Key } from '@countersign/tokens';
import { createChangingView } from './changing-view.ts';
import { withToken } from './send.ts';
import { AUDIENCE, mint, START_MS, startIssuer, type TinyIssuer } from './tiny-issuer.ts';

const METADATA = '/.well-known/oauth-authorization-server';

let issuer: TinyIssuer;
let nowMs: number;
const opened: Guard[] = [];

beforeEach(async () => {
  issuer = await startIssuer();
  nowMs = START_MS;
});

afterEach(async () => {
  for (const guard of opened.splice(0)) guard.close();
  await issuer.stop();
});

function open(change: Partial<GuardBasics> = {}): Guard {
  const usual = { issuer: issuer.url, audience: AUDIENCE, revocation: 'none', now: () => nowMs } as const;
  const guard = createGuard({ ...usual, ...change });
  opened.push(guard);
  return guard;
}

function token(key = issuer.key): string {
  return mint({ key, issuer: issuer.url, nowMs });
}

/** The status that a request gets, as a number when it was decided at once and as a promise when not. */
function ask(guard: Guard, bearer: string): number | Promise<number> {
  const listener = guard.fetch(() => new Response());
  const headers = { authorization: `Bearer ${bearer}` };
  const answer = listener(new Request('https://api.example/', { headers }));
  return answer instanceof Promise ? answer.then(({ status }) => status) : answer.status;
}

describe('first keys:', () => {
  test('A-084: a thousand concurrent first requests share one fetch', async () => {
    const guard = open();
    const bearer = token();
    const statuses = await Promise.all(Array.from({ length: 1000 }, async () => ask(guard, bearer)));
    assert.deepEqual([...new Set(statuses)], [200]);
    assert.deepEqual(issuer.requests, [METADATA, '/jwks']);
  });

  test('a request without a token does not wait for keys', () => {
    const listener = open().fetch(() => new Response());
    const answer = listener(new Request('https://api.example/'));
    assert.ok(answer instanceof Response);
    assert.equal(answer.status, 401);
  });

  test('once the keys are here, requests are decided at once and nothing is fetched', async () => {
    const guard = open();
    await guard.ready();
    issuer.requests.length = 0;
    for (let count = 0; count < 100; count += 1) assert.equal(ask(guard, token()), 200);
    assert.deepEqual(issuer.requests, []);
    assert.equal(guard.status().issuers[0]?.state, 'fresh');
  });

  test('an issuer with OpenID Connect metadata only is found too', async () => {
    issuer.answers.set(METADATA, { status: 404, body: 'no such page' });
    const body = JSON.stringify({ issuer: issuer.url, jwks_uri: `${issuer.url}/jwks` });
    issuer.answers.set('/.well-known/openid-configuration', { body });
    assert.equal(await ask(open(), token()), 200);
  });

  test('an issuer with a path has its metadata where RFC 8414 §3.1 puts it', async () => {
    const url = `${issuer.url}/tenant-1`;
    const body = JSON.stringify({ issuer: url, jwks_uri: `${issuer.url}/jwks` });
    issuer.answers.set(`${METADATA}/tenant-1`, { body });
    const guard = open({ issuer: url });
    assert.equal(await ask(guard, mint({ key: issuer.key, issuer: url, nowMs })), 200);
  });
});

describe('keys from other places:', () => {
  test('a remote key set that was passed in is followed, and no metadata is asked for', async () => {
    const keys = createRemoteKeySet(`${issuer.url}/jwks`, { dangerAllowHttp: true, now: () => nowMs });
    const guard = open({ keys });
    assert.equal(await ask(guard, token()), 200);
    assert.deepEqual(issuer.requests, ['/jwks']);
    const next = generateKey('ES256');
    issuer.publish([issuer.key, next]);
    nowMs += 31_000;
    assert.equal(await ask(guard, token(next)), 200);
    assert.equal(guard.status().issuers[0]?.state, 'fresh');
  });

  test('an issuer in the clear on another machine needs dangerAllowHttp', async () => {
    const url = 'http://issuer.example';
    const fetched: string[] = [];
    const fetch: GuardBasics['fetch'] = async (input) => {
      fetched.push(input);
      if (input.endsWith('/jwks')) return Response.json({ keys: [exportJwk(issuer.key)] });
      return Response.json({ issuer: url, jwks_uri: `${url}/jwks` });
    };
    assert.throws(() => open({ issuer: url, fetch }), TypeError);
    const guard = open({ issuer: url, fetch, dangerAllowHttp: true });
    assert.equal(await ask(guard, mint({ key: issuer.key, issuer: url, nowMs })), 200);
    assert.deepEqual(fetched, [`${url}${METADATA}`, `${url}/jwks`]);
  });
});

test('A-093: after a key was revoked its successor is known at once, also if it was made this moment', async () => {
  const { view, revoke } = createChangingView(nowMs);
  const guard = createGuard({ issuer: issuer.url, audience: AUDIENCE, revocation: view, now: () => nowMs });
  opened.push(guard);
  const by = (key: Key): string => mint({ key, issuer: issuer.url, nowMs, claims: { rvs: 0 } });
  assert.equal(await ask(guard, by(issuer.key)), 200);
  let signer = issuer.key;
  for (const next of [generateKey('ES256'), generateKey('ES256')]) {
    issuer.publish([next]);
    revoke('key', String(signer.keyId));
    assert.equal(ask(guard, by(signer)), 401);
    assert.equal(await ask(guard, by(next)), 200);
    signer = next;
  }
});

describe('an issuer that is down:', () => {
  test('A-085: known keys go on verifying, and requests stay synchronous', async () => {
    const guard = open();
    await guard.ready();
    await issuer.stop();
    for (const afterSeconds of [1, 299, 301, 3_600, 40_000]) {
      nowMs = START_MS + afterSeconds * 1000;
      assert.equal(ask(guard, token()), 200);
      await guard.ready();
    }
  });

  test('A-085: before the first keys a request gets 503 and is told when to come back, never access', async () => {
    await issuer.stop();
    const guard = open();
    const error = await guard.verify(token()).catch((thrown: unknown) => thrown);
    assert.partialDeepStrictEqual({ ...Object(error) }, { status: 503, code: 'temporarily_unavailable' });
    assert.deepEqual(Object(error).headers, {
      'Content-Type': 'application/problem+json',
      'Cache-Control': 'no-store',
      'Retry-After': '1',
    });
    await assert.rejects(guard.ready(), /no keys of .*: unreachable/);
    const [{ revocations, ...status } = { revocations: undefined }] = guard.status().issuers;
    assert.deepEqual(status, {
      issuer: issuer.url,
      state: 'failed',
      keysFetchedAtMs: undefined,
      fault: 'unreachable',
    });
    assert.equal(revocations?.kind, 'none');
  });

  test('attempts are made on demand, with growing pauses, until the issuer is back', async () => {
    issuer.answers.set(METADATA, { status: 500, body: '' });
    const guard = open();
    const attempts: number[] = [];
    for (let second = 0; second < 40; second += 1) {
      nowMs = START_MS + second * 1000;
      const before = issuer.requests.length;
      assert.equal(await ask(guard, token()), 503);
      if (issuer.requests.length > before) attempts.push(second);
    }
    assert.deepEqual(attempts, [0, 1, 3, 7, 15, 31]);
    issuer.answers.clear();
    nowMs += 30_000;
    assert.equal(await ask(guard, token()), 200);
    issuer.answers.set('/jwks', { status: 500, body: '' });
    nowMs += 30_000;
    const refused = guard.verify(token(generateKey('ES256')));
    await assert.rejects(refused, ({ headers }) => headers['Retry-After'] === '1', 'the pauses start anew');
  });

  test('an unknown key gets 503 then, because it may be a new one', async () => {
    const guard = open();
    await guard.ready();
    await issuer.stop();
    nowMs += 31_000;
    assert.equal(await ask(guard, token(generateKey('ES256'))), 503);
    assert.equal(ask(guard, token()), 200);
  });

  test('closing ends what is being fetched and fetches nothing more', async () => {
    const fetched: (AbortSignal | null | undefined)[] = [];
    const fetch: GuardBasics['fetch'] = (_input, { signal }) => {
      fetched.push(signal);
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    };
    const guard = open({ fetch });
    const waiting = ask(guard, token());
    guard.close();
    assert.equal(fetched[0]?.aborted, true);
    assert.equal(await waiting, 503);
    nowMs += 60_000;
    assert.equal(await ask(guard, token()), 503);
    assert.equal(fetched.length, 1);
    assert.equal(guard.status().isClosed, true);
  });
});

test('an answer given by somebody else while keys are fetched is not given twice', async () => {
  issuer.answers.set(METADATA, { status: 500, body: '' });
  const guarded = open().node(() => assert.fail('there are no keys'));
  const decided: unknown[] = [];
  const server = createServer((request, response) => {
    decided.push(guarded(request, response));
    response.writeHead(504).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  const answer = await withToken(`http://127.0.0.1:${address.port}`, token());
  server.close();
  assert.equal(answer.status, 504);
  assert.deepEqual(await Promise.all(decided), [undefined]);
});

describe('rotation:', () => {
  test('A-083: a flood of unknown key ids costs one fetch per cooldown', async () => {
    const guard = open();
    await guard.ready();
    issuer.requests.length = 0;
    const strangers = Array.from({ length: 20 }, () => token(generateKey('ES256')));
    const fetches: number[] = [];
    for (let second = 0; second <= 90; second += 10) {
      nowMs = START_MS + second * 1000;
      const statuses = await Promise.all(strangers.map(async (stranger) => ask(guard, stranger)));
      assert.deepEqual([...new Set(statuses)], [401]);
      fetches.push(issuer.requests.length);
    }
    assert.deepEqual(fetches, [0, 0, 0, 1, 1, 1, 2, 2, 2, 3]);
  });

  test('a key published before it signs is here in time: no request waits, none is refused', async () => {
    const next = generateKey('ES256');
    issuer.publish([issuer.key], 'max-age=60');
    const guard = open();
    await guard.ready();
    for (let second = 0; second <= 600; second += 5) {
      nowMs = START_MS + second * 1000;
      if (second === 120) issuer.publish([issuer.key, next]);
      const key = second < 240 ? issuer.key : next;
      if (second === 540) issuer.publish([next]);
      assert.equal(ask(guard, token(key)), 200, `second ${second}`);
      // The renewal runs beside the requests; let it end before the next five seconds pass.
      await settled(guard);
    }
    const fetches = issuer.requests.filter((path) => path === '/jwks').length;
    assert.ok(fetches <= 12, `${fetches} fetches in 600 seconds at max-age=60`);
  });

  test('a key that signs before it was seen costs one fetch, shared by all', async () => {
    const next = generateKey('ES256');
    const guard = open();
    await guard.ready();
    nowMs += 31_000;
    issuer.publish([next]);
    issuer.requests.length = 0;
    const statuses = await Promise.all(Array.from({ length: 100 }, async () => ask(guard, token(next))));
    assert.deepEqual([...new Set(statuses)], [200]);
    assert.deepEqual(issuer.requests, ['/jwks']);
    assert.equal(await ask(guard, token()), 401, 'a key that is published no longer signs no longer');
  });
});

describe('A-087, A-086: an answer that cannot be trusted brings no keys:', () => {
  const rows: readonly {
    readonly name: string;
    readonly path: string;
    readonly fault: string;
    readonly answer: () => {
      readonly status?: number;
      readonly headers?: Record<string, string>;
      readonly body: string;
    };
  }[] = [
    {
      name: 'metadata behind a redirect',
      path: METADATA,
      fault: 'metadata_redirected',
      answer: () => ({ status: 302, headers: { location: '/elsewhere' }, body: '' }),
    },
    {
      name: 'keys behind a redirect',
      path: '/jwks',
      fault: 'key_set_unavailable',
      answer: () => ({ status: 302, headers: { location: '/elsewhere' }, body: '' }),
    },
    {
      name: 'metadata without end',
      path: METADATA,
      fault: 'metadata_too_large',
      answer: () => ({ body: ' '.repeat(70_000) }),
    },
    {
      name: 'keys without end',
      path: '/jwks',
      fault: 'key_set_unavailable',
      answer: () => ({ body: ' '.repeat(600_000) }),
    },
    {
      name: 'metadata that is a list',
      path: METADATA,
      fault: 'metadata_invalid',
      answer: () => ({ body: '[]' }),
    },
    {
      name: 'metadata that is no JSON',
      path: METADATA,
      fault: 'metadata_not_found',
      answer: () => ({ body: '<html>' }),
    },
    {
      name: 'A-101: metadata of another issuer',
      path: METADATA,
      fault: 'issuer_mismatch',
      answer: () => ({ body: JSON.stringify({ issuer: `${issuer.url}/`, jwks_uri: `${issuer.url}/jwks` }) }),
    },
    {
      name: 'metadata without keys',
      path: METADATA,
      fault: 'metadata_invalid',
      answer: () => ({ body: JSON.stringify({ issuer: issuer.url }) }),
    },
    {
      name: 'keys at an address in the clear',
      path: METADATA,
      fault: 'jwks_uri_insecure',
      answer: () => ({ body: JSON.stringify({ issuer: issuer.url, jwks_uri: 'http://keys.example/jwks' }) }),
    },
    {
      name: 'keys in a file',
      path: METADATA,
      fault: 'jwks_uri_insecure',
      answer: () => ({ body: JSON.stringify({ issuer: issuer.url, jwks_uri: 'file:///etc/passwd' }) }),
    },
    {
      name: 'a set that shows a private key',
      path: '/jwks',
      fault: 'key_set_invalid',
      answer: () => ({ body: JSON.stringify({ keys: [exportPrivateJwk(issuer.key)] }) }),
    },
    {
      name: 'keys with status 500',
      path: '/jwks',
      fault: 'key_set_unavailable',
      answer: () => ({ status: 500, body: '' }),
    },
  ];
  for (const { name, path, fault, answer } of rows) {
    test(name, async () => {
      issuer.answers.set(path, answer());
      const guard = open();
      assert.equal(await ask(guard, token()), 503);
      assert.equal(guard.status().issuers[0]?.fault, fault);
      assert.ok(!issuer.requests.includes('/elsewhere'));
    });
  }
});

/** Until nothing is being fetched: the state is fresh again. */
async function settled(guard: Guard): Promise<void> {
  while (guard.status().issuers[0]?.state === 'stale') await new Promise((resolve) => setImmediate(resolve));
}
