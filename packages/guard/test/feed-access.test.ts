import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, test } from 'node:test';
import {
  createGuard,
  type Fetch,
  type Guard,
  type GuardBasics,
  type GuardOptions,
  type RefusalReport,
} from '@countersign/guard';
import { generateKey } from '@countersign/tokens';
import { createFeedToken } from '../src/feed-token.ts';
import { CLIENT, publishFeed, startFeed, type TinyFeed } from './tiny-feed.ts';
import { AUDIENCE, mint, START_MS, startIssuer, type TinyIssuer } from './tiny-issuer.ts';

let nowMs: number;
const now = (): number => nowMs;
const stops: (() => unknown)[] = [];
const reports: RefusalReport[] = [];

beforeEach(() => {
  nowMs = START_MS;
  reports.length = 0;
});

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

interface Started {
  readonly issuer: TinyIssuer;
  readonly feed: TinyFeed;
}

async function start(): Promise<Started> {
  const issuer = await startIssuer();
  const feed = await startFeed({ issuer, now });
  stops.push(
    () => issuer.stop(),
    () => feed.stop(),
  );
  return { issuer, feed };
}

function open(
  options: Pick<GuardOptions, 'issuer'> & Partial<GuardBasics> & Pick<GuardOptions, 'feed'>,
): Guard {
  const onRefusal = (report: RefusalReport): void => void reports.push(report);
  const guard = Reflect.apply(createGuard, undefined, [{ audience: AUDIENCE, now, onRefusal, ...options }]);
  stops.push(() => guard.close());
  return guard;
}

function token({ issuer, feed }: Started, claims: Record<string, unknown> = {}): string {
  return mint({ key: issuer.key, issuer: issuer.url, nowMs, claims: { rvs: feed.seq, ...claims } });
}

describe('the feed is found in the metadata:', () => {
  test('with the credential in no address, and the secret in no token call but in the Basic field', async () => {
    const started = await start();
    const guard = open({ issuer: started.issuer.url, feed: CLIENT });
    await guard.ready();
    await guard.verify(token(started));
    const { requests, credentials } = started.feed;
    assert.deepEqual(requests.slice(0, 2), ['POST /token', 'GET /revocations/keys']);
    assert.ok(requests.every((request) => !request.includes('?')));
    assert.equal(credentials.filter((field) => field.startsWith('Basic ')).length, 1);
    assert.equal(guard.status().revocation, 'following');
    assert.match(guard.status().notice, /followed/);
  });

  const rows: readonly {
    readonly name: string;
    readonly members: Record<string, unknown>;
    readonly fault: string;
  }[] = [
    { name: 'A-259: none named', members: {}, fault: 'feed_missing' },
    { name: 'no address', members: { revocation_feed: 'feed' }, fault: 'feed_missing' },
    { name: 'a list', members: { revocation_feed: ['https://a.example'] }, fault: 'feed_missing' },
    { name: 'in the clear', members: { revocation_feed: 'http://feed.example/r' }, fault: 'feed_insecure' },
    { name: 'a file', members: { revocation_feed: 'file:///feed' }, fault: 'feed_insecure' },
    {
      name: 'no token endpoint',
      members: { revocation_feed: 'https://feed.example/r' },
      fault: 'token_endpoint_missing',
    },
    {
      name: 'a token endpoint in the clear',
      members: { revocation_feed: 'https://feed.example/r', token_endpoint: 'http://feed.example/t' },
      fault: 'token_endpoint_insecure',
    },
  ];
  for (const { name, members, fault } of rows) {
    test(`${name}: the guard stays closed, and says why to the log`, async () => {
      const started = await start();
      publishFeed(started.issuer, members);
      const guard = open({ issuer: started.issuer.url, feed: CLIENT });
      await assert.rejects(guard.ready(), new RegExp(`no revocations of .*: ${fault}`));
      await assert.rejects(guard.verify(token(started)), { status: 503 });
      assert.deepEqual([reports[0]?.reason, reports[0]?.fault], ['unsynchronised', fault]);
      assert.equal(guard.status().issuers[0]?.revocations.fault, fault);
      assert.deepEqual(started.feed.requests, []);
    });
  }

  test('keys that were given are no reason to go without', async () => {
    const started = await start();
    const guard = open({ issuer: started.issuer.url, feed: CLIENT, keys: [started.issuer.key] });
    await guard.ready();
    await guard.verify(token(started, { jti: 'x' }));
    started.feed.revoke('token', 'x');
    nowMs += 1;
    await heard(guard, 1);
    await assert.rejects(guard.verify(token(started, { jti: 'x' })), { code: 'invalid_token' });
  });
});

describe('a relay:', () => {
  test('is asked for everything but the feed’s keys', async () => {
    const started = await start();
    const relay = await startFeed({ issuer: await startIssuerFor(), now });
    stops.push(() => relay.stop());
    const seen: string[] = [];
    const fetch: Fetch = (input, init) => {
      const url = new URL(input);
      seen.push(url.pathname);
      const isRelayed = url.pathname.startsWith('/relayed/');
      const target = isRelayed
        ? started.feed.url + url.pathname.slice('/relayed'.length) + url.search
        : input;
      if (isRelayed) assert.equal(url.host, new URL(relay.url).host);
      return globalThis.fetch(target, init);
    };
    const url = `${new URL(relay.url).origin}/relayed/`;
    const guard = open({ issuer: started.issuer.url, feed: { ...CLIENT, url }, fetch });
    await guard.ready();
    await guard.verify(token(started));
    assert.deepEqual(
      new Set(seen.filter((path) => !path.startsWith('/relayed/') && path !== '/jwks')),
      new Set(['/.well-known/oauth-authorization-server', '/token', '/revocations/keys']),
    );
    assert.ok(seen.includes('/relayed/stream') && seen.includes('/relayed/head'));
  });
});

async function startIssuerFor(): Promise<TinyIssuer> {
  const issuer = await startIssuer();
  stops.push(() => issuer.stop());
  return issuer;
}

describe('the credential:', () => {
  test('A-259: one that is refused keeps the guard closed, and stands in no error', async () => {
    const started = await start();
    const clientSecret = 'not the secret of anybody';
    const guard = open({ issuer: started.issuer.url, feed: { clientId: CLIENT.clientId, clientSecret } });
    const error = await guard.ready().catch((thrown: unknown) => thrown);
    assert.match(String(error), /credential_refused: the issuer refuses the client id or the secret/);
    await assert.rejects(guard.verify(token(started)), { status: 503 });
    assert.equal(reports[0]?.fault, 'credential_refused');
    for (const shown of [error, guard.status(), guard, reports, guard.metrics()]) {
      assert.doesNotMatch(inspect(shown, { depth: 9, showHidden: true }), /not the secret/);
    }
  });

  function feedTokens(
    answers: (() => Response | Promise<Response>)[],
  ): (refused?: string) => Promise<string> {
    return createFeedToken({
      client: CLIENT,
      tokenEndpoint: 'https://a.example/token',
      fetch: async () => {
        const answer = answers.shift();
        if (answer === undefined) throw new Error(`asked once too often, with ${CLIENT.clientSecret}`);
        return answer();
      },
      now,
      closed: new AbortController().signal,
    });
  }

  function granted(access_token: string, change: Record<string, unknown> = {}): () => Response {
    return () => Response.json({ access_token, token_type: 'Bearer', expires_in: 300, ...change });
  }

  test('a token is renewed at half of its life, by one call for all who ask', async () => {
    const tokenOf = feedTokens([granted('a'), granted('b')]);
    assert.deepEqual(await Promise.all([tokenOf(), tokenOf(), tokenOf()]), ['a', 'a', 'a']);
    nowMs += 149_999;
    assert.equal(await tokenOf(), 'a');
    nowMs += 1;
    assert.deepEqual(await Promise.all([tokenOf(), tokenOf()]), ['b', 'b']);
  });

  test('one at hand serves until it expires while renewing fails', async () => {
    const tokenOf = feedTokens([
      granted('a'),
      () => new Response(null, { status: 500 }),
      () => Promise.reject(new Error()),
    ]);
    await tokenOf();
    nowMs += 299_999;
    assert.equal(await tokenOf(), 'a');
    nowMs += 1;
    await assert.rejects(tokenOf(), { fault: 'token_endpoint_unreachable' });
  });

  test('one that the feed refused is not given out again', async () => {
    const tokenOf = feedTokens([granted('a'), granted('b')]);
    assert.equal(await tokenOf(), 'a');
    assert.equal(await tokenOf('a'), 'b');
    assert.equal(await tokenOf('a'), 'b');
  });

  test('A-458: a relay that refuses every token does not use up what the issuer allows the client', async () => {
    const tokenOf = feedTokens([granted('a'), granted('b'), granted('c'), granted('d'), granted('e')]);
    let last = await tokenOf();
    for (let call = 0; call < 100; call++) last = await tokenOf(last);
    assert.equal(last, 'd', 'three more, and then no call at all');
    nowMs += 149_999;
    assert.equal(await tokenOf(last), 'd');
    nowMs += 1;
    assert.equal(await tokenOf(last), 'e', 'it is renewed in its time all the same');
  });

  const answers: readonly {
    readonly name: string;
    readonly answer: () => Response;
    readonly fault: string;
  }[] = [
    {
      name: 'A-087: a redirect',
      answer: () => Response.redirect('https://b.example/'),
      fault: 'token_endpoint_unreachable',
    },
    { name: '400', answer: () => new Response(null, { status: 400 }), fault: 'credential_refused' },
    {
      name: 'a scope that the client lacks',
      answer: () => Response.json({ error: 'invalid_scope' }, { status: 400 }),
      fault: 'scope_refused',
    },
    { name: 'no JSON', answer: () => new Response('<html>'), fault: 'token_answer_invalid' },
    { name: 'a list', answer: () => Response.json([]), fault: 'token_answer_invalid' },
    { name: 'no token', answer: granted(''), fault: 'token_answer_invalid' },
    {
      name: 'a token that breaks out of its field',
      answer: granted('a\r\nb: c'),
      fault: 'token_answer_invalid',
    },
    { name: 'another type', answer: granted('a', { token_type: 'DPoP' }), fault: 'token_answer_invalid' },
    { name: 'no life', answer: granted('a', { expires_in: 0 }), fault: 'token_answer_invalid' },
    { name: 'a life in words', answer: granted('a', { expires_in: '300' }), fault: 'token_answer_invalid' },
    {
      name: 'A-086: an endless answer',
      answer: () => new Response('x'.repeat(70_000)),
      fault: 'token_endpoint_unreachable',
    },
  ];
  for (const { name, answer, fault } of answers) {
    test(`${name} is no token`, () => assert.rejects(feedTokens([answer])(), { message: fault, fault }));
  }

  test('what goes wrong on the way names no secret', async () => {
    const error = await feedTokens([])().catch((thrown: unknown) => thrown);
    assert.doesNotMatch(inspect(error, { depth: 9, showHidden: true }), /s3cret/);
  });
});

describe('several issuers:', () => {
  test('each has its own feed, and what one revokes is nothing to the others', async () => {
    const [first, second, third] = [await start(), await start(), await start()];
    const guard = open({
      issuer: [first.issuer.url, second.issuer.url, third.issuer.url],
      feed: { [first.issuer.url]: CLIENT, [second.issuer.url]: CLIENT, [third.issuer.url]: 'none' },
    });
    await guard.ready();
    for (const one of [first, second, third]) await guard.verify(token(one));
    first.feed.revoke('user', 'user-1');
    third.feed.revoke('user', 'user-1');
    await heard(guard, 1);
    await assert.rejects(guard.verify(token(first, { rvs: 0 })), { code: 'invalid_token' });
    for (const one of [second, third]) await guard.verify(token(one, { rvs: 0 }));
    const { revocation, notice, issuers } = guard.status();
    assert.equal(revocation, 'none');
    assert.match(notice, /accepted until it expires/);
    assert.deepEqual(
      issuers.map(({ revocations }) => revocations.kind),
      ['following', 'following', 'none'],
    );
    assert.deepEqual(third.feed.requests, []);
    assert.throws(() => guard.express({ maxStalenessSeconds: 5 }), TypeError);
  });

  test('one whose feed is down does not close the door to the other', async () => {
    const [first, second] = [await start(), await start()];
    first.feed.answers = false;
    const guard = open({
      issuer: [first.issuer.url, second.issuer.url],
      feed: { [first.issuer.url]: CLIENT, [second.issuer.url]: CLIENT },
    });
    await assert.rejects(guard.ready(), /no revocations of/);
    await assert.rejects(guard.verify(token(first)), { status: 503 });
    await guard.verify(token(second));
  });
});

describe('what a guard knows is told:', () => {
  test('its status and its metrics', async () => {
    const started = await start();
    const guard = open({ issuer: started.issuer.url, feed: CLIENT });
    await guard.ready();
    const bearer = token(started);
    for (let turn = 0; turn < 3; turn += 1) await guard.verify(bearer);
    started.feed.revoke('session', 'another');
    await heard(guard, 1);
    nowMs += 1_500;
    const { issuers, cache } = guard.status();
    assert.partialDeepStrictEqual(issuers[0]?.revocations, {
      kind: 'following',
      isConnected: true,
      seq: 1,
      headAgeMs: 1_500,
      entries: 1,
    });
    assert.deepEqual([cache.entries, cache.hits], [1, 2]);
    const metrics = guard.metrics();
    assert.match(
      metrics,
      /^# TYPE countersign_guard_cache_hits_total counter\ncountersign_guard_cache_hits_total 2$/m,
    );
    assert.ok(metrics.includes(`countersign_guard_feed_sequence{issuer="${started.issuer.url}"} 1\n`));
    assert.ok(
      metrics.includes(`countersign_guard_feed_head_age_seconds{issuer="${started.issuer.url}"} 1.5\n`),
    );
  });

  test('of an embedded guard: what it reads, without a credential', async () => {
    const { createChangingView } = await import('./changing-view.ts');
    const changing = createChangingView(START_MS);
    const key = generateKey('HS256');
    const issuer = 'https://a.example';
    const guard = createGuard({
      issuer,
      audience: AUDIENCE,
      revocation: changing.view,
      algorithms: ['HS256'],
      keys: [key],
      now,
    });
    await guard.ready();
    assert.equal(guard.status().revocation, 'embedded');
    const bearer = mint({ key, issuer, claims: { rvs: 0, tid: 'tenant-1' } });
    await guard.verify(bearer);
    changing.revoke('tenant', 'tenant-1');
    await assert.rejects(guard.verify(bearer), { code: 'invalid_token' });
    guard.close();
    assert.equal(changing.view.status().state, 'following');
  });
});

async function heard(guard: Guard, seq: number): Promise<void> {
  while ((guard.status().issuers[0]?.revocations.seq ?? 0) < seq) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
