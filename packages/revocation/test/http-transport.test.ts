import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import test, { type TestContext } from 'node:test';
import { encodeBase64url, exportJwk, exportPrivateJwk, generateKey } from '@countersign/tokens';
import { createHttpTransport, encodeBatch, type FeedTransport, maxBatchEvents } from '../src/index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface Feed {
  readonly transport: FeedTransport;
  readonly requests: {
    readonly method: string;
    readonly url: string;
    readonly headers: IncomingMessage['headers'];
  }[];
}

const signal = new AbortController().signal;
const key = generateKey('ES256', { keyId: 'feed-1' });
const start = { after: 5, lastHead: 'a.b.c' };
const batch = { after: 5, events: new Uint8Array(48).fill(3), head: 'd.e.f' };

async function serve(context: TestContext, answer: Answer): Promise<Feed> {
  const requests: Feed['requests'] = [];
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  let tokens = 0;
  const transport = createHttpTransport({
    feedUrl: `${base}/revocations`,
    keysUrl: `${base}/issuer/keys`,
    accessToken: async (refused) =>
      refused === undefined && tokens > 0 ? `token-${tokens}` : `token-${++tokens}`,
    acknowledgementKey: new Uint8Array(32),
    fetch,
  });
  return { transport, requests };
}

const text =
  (body: string, status = 200, type = 'application/json'): Answer =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  };

test('a batch is read as it was written, and the call says from where and what was seen last', async (context) => {
  const { transport, requests } = await serve(context, text(encodeBatch(batch)));
  const answer = await transport.fetchLog(start, 20, signal);
  assert.ok(!('kind' in answer));
  assert.deepEqual({ ...answer, events: Uint8Array.from(answer.events) }, batch);
  assert.equal(requests[0]?.url, '/revocations/log?after=5&wait=20');
  assert.equal(requests[0]?.headers['revocation-last-head'], 'a.b.c');
  assert.equal(requests[0]?.headers.authorization, 'Bearer token-1');
});

test('an idle answer is a batch without events', async (context) => {
  const { transport } = await serve(context, text(encodeBatch({ ...batch, events: new Uint8Array() })));
  const answer = await transport.fetchLog(start, 0, signal);
  assert.deepEqual(answer, { after: 5, events: Buffer.alloc(0), head: 'd.e.f' });
});

test('410 is an answer: the log, a snapshot and the stream are gone', async (context) => {
  const { transport } = await serve(context, text('', 410));
  const gone = { kind: 'gone' };
  assert.deepEqual(await transport.fetchLog(start, 0, signal), gone);
  assert.deepEqual(await transport.fetchSnapshot(5, signal), gone);
  assert.deepEqual(await transport.openStream(start, () => assert.fail(), signal), gone);
  await assert.rejects(transport.fetchHead(signal), { code: 'not_answered' });
});

test('a refused token is dropped and another one tried, once', async (context) => {
  let refusals = 1;
  const { transport, requests } = await serve(context, (request, response) =>
    text('{"head":"a.b.c"}', refusals-- > 0 ? 401 : 200)(request, response),
  );
  assert.equal(await transport.fetchHead(signal), 'a.b.c');
  assert.deepEqual(
    requests.map(({ headers }) => headers.authorization),
    ['Bearer token-1', 'Bearer token-2'],
  );
  refusals = 2;
  await assert.rejects(transport.fetchHead(signal), { code: 'unauthorized' });
  assert.equal(requests.length, 4);
});

test('redirects are not followed: the credential goes nowhere else', async (context) => {
  const { transport, requests } = await serve(context, (_request, response) => {
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  await assert.rejects(transport.fetchHead(signal), { code: 'not_answered' });
  assert.deepEqual(
    requests.map(({ url }) => url),
    ['/revocations/head'],
  );
});

test('the stream hands out each batch and ends with the connection', async (context) => {
  const { transport, requests } = await serve(context, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`: hello\n\nid: 7\ndata: ${encodeBatch(batch)}\n\nid: 7\ndata: {"head":"g.h.i"}\n\n`);
  });
  const heads: string[] = [];
  assert.equal(await transport.openStream(start, ({ head }) => heads.push(head), signal), undefined);
  assert.deepEqual(heads, ['d.e.f', 'g.h.i']);
  const { url, headers } = requests[0] ?? assert.fail();
  assert.deepEqual(
    [url, headers['last-event-id'], headers.accept],
    ['/revocations/stream?after=5', '5', 'text/event-stream'],
  );
});

test('what is no stream, or no batch in it, is given up', async (context) => {
  const page = await serve(context, text('<html>', 200, 'text/html'));
  await assert.rejects(
    page.transport.openStream(start, () => assert.fail(), signal),
    { code: 'answer_malformed' },
  );
  const nonsense = await serve(context, text('data: {"head":7}\n\n', 200, 'text/event-stream'));
  await assert.rejects(
    nonsense.transport.openStream(start, () => assert.fail(), signal),
    { code: 'answer_malformed' },
  );
});

test('an answer without end is given up at its limit', async (context) => {
  const { transport } = await serve(context, (_request, response) => {
    const more = (): void => {
      if (!response.destroyed) response.write('x'.repeat(65_536), more);
    };
    more();
  });
  await assert.rejects(transport.fetchHead(signal), { code: 'answer_too_large' });
  await assert.rejects(transport.fetchKeys(signal), { code: 'answer_too_large' });
  await assert.rejects(transport.fetchLog(start, 0, signal), { code: 'answer_too_large' });
});

test('a batch of more events than are ever sent is refused, as are half events and other alphabets', async (context) => {
  const many = encodeBatch({ ...batch, events: new Uint8Array((maxBatchEvents + 1) * 24) });
  const bodies = [
    [many, 'answer_too_large'],
    [encodeBatch({ ...batch, events: new Uint8Array(25) }), 'answer_malformed'],
    ['{"after":5,"events":"AA==","head":"a.b.c"}', 'answer_malformed'],
    ['{"after":-1,"events":"","head":"a.b.c"}', 'answer_malformed'],
    ['{"after":5,"events":""}', 'answer_malformed'],
    ['[]', 'answer_malformed'],
    ['head', 'answer_malformed'],
  ] as const;
  for (const [body, code] of bodies) {
    const { transport } = await serve(context, text(body));
    await assert.rejects(transport.fetchLog(start, 0, signal), { code }, body.slice(0, 60));
  }
});

test('keys come from the address of the keys; those of other algorithms are left out', async (context) => {
  const document = {
    issuer: 'https://id.example',
    fingerprint_key: encodeBase64url(new Uint8Array(16)),
    keys: [
      { ...exportJwk(key), alg: 'ES256' },
      { kty: 'AKP', alg: 'ML-DSA-44', kid: 'later', pub: 'AA' },
    ],
  };
  const { transport, requests } = await serve(context, text(JSON.stringify(document)));
  const keys = await transport.fetchKeys(signal);
  assert.equal(requests[0]?.url, '/issuer/keys');
  assert.equal(keys.issuer, 'https://id.example');
  assert.equal(keys.keys.find({ algorithm: 'ES256', keyId: 'feed-1' })?.keyId, 'feed-1');
  const wrong = [
    { ...document, keys: [{ ...exportPrivateJwk(key), alg: 'ES256' }] },
    { ...document, keys: [] },
    { ...document, fingerprint_key: 'AAAA' },
    { ...document, issuer: undefined },
    { ...document, keys: Array(17).fill(document.keys[0]) },
  ];
  for (const one of wrong) {
    const { transport } = await serve(context, text(JSON.stringify(one)));
    await assert.rejects(transport.fetchKeys(signal), { code: 'answer_malformed' });
  }
});

test('an acknowledgement is posted with its MAC and no secret', async (context) => {
  let body = '';
  const { transport, requests } = await serve(context, (request, response) => {
    request.setEncoding('utf8').on('data', (piece: string) => {
      body += piece;
    });
    request.on('end', () => response.writeHead(204).end());
  });
  const acknowledgement = {
    clientId: 'orders',
    process: 'p'.repeat(22),
    seq: 9,
    hash: new Uint8Array(32),
    maxStalenessSeconds: 5,
  };
  await transport.acknowledge(acknowledgement, signal);
  assert.deepEqual([requests[0]?.method, requests[0]?.url], ['POST', '/revocations/ack']);
  const { mac, ...members } = JSON.parse(body);
  assert.match(mac, /^[\w-]{43}$/);
  assert.deepEqual(members, {
    client_id: 'orders',
    process: 'p'.repeat(22),
    seq: 9,
    hash: encodeBase64url(new Uint8Array(32)),
    max_staleness_seconds: 5,
  });
});

test('a signal that fires ends a call that is never answered', async (context) => {
  const { transport } = await serve(context, () => undefined);
  const ending = new AbortController();
  const call = transport.fetchHead(ending.signal);
  ending.abort(new Error('enough'));
  await assert.rejects(call, { message: 'enough' });
});
