import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { createLog } from '../../src/base/log.ts';
import { type Server, startServer } from '../../src/main.ts';
import { settingsOf } from '../../src/settings/load-settings.ts';
import { sql } from '../../src/store/sql.ts';
import { checkHeaders } from './check-answer.ts';

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

const nowMs = Date.UTC(2026, 0, 1);
const host = 'Host: localhost:4000';
const json = 'Content-Type: application/json';

/** One request as bytes, one answer as it came, on a connection of its own. */
function exchange(port: number, lines: readonly string[], body = ''): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const chunks: Buffer[] = [];
  const socket = connect({ port, host: '127.0.0.1' }, () => {
    socket.write(`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`);
  });
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('close', () => resolve(parseAnswer(Buffer.concat(chunks).toString())));
  // A server that refuses to read on may reset the connection after its answer.
  socket.on('error', (error) => chunks.length === 0 && reject(error));
  return promise;
}

function parseAnswer(text: string): Answer {
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [statusLine = '', ...fields] = head.split('\r\n');
  const headers = new Headers();
  for (const field of fields)
    headers.append(field.slice(0, field.indexOf(':')), field.slice(field.indexOf(':') + 1));
  return { status: Number(statusLine.split(' ')[1]), headers, body: rest.join('\r\n\r\n') };
}

interface Row {
  readonly name: string;
  readonly lines: readonly string[];
  readonly body?: string;
  readonly status: number;
  readonly contains?: string;
  /** Refused by Node or its adapter, before our headers. */
  readonly isBare?: boolean;
}

const chunked = (text: string): string =>
  `${text.length.toString(16)}\r\n${text}\r\n`.repeat(20).concat('0\r\n\r\n');

const rows: readonly Row[] = [
  { name: 'a plain call', lines: ['GET /health/live HTTP/1.1', host], status: 200, contains: '"ok"' },
  { name: 'HEAD has no body', lines: ['HEAD /health/live HTTP/1.1', host], status: 200 },
  { name: 'A-380: TRACE', lines: ['TRACE / HTTP/1.1', host], status: 405, contains: 'method_not_allowed' },
  { name: 'A-380: an unknown method', lines: ['PROPFIND /v1/login HTTP/1.1', host], status: 405 },
  {
    name: 'A-380: an overridden method',
    lines: ['POST /v1/me HTTP/1.1', host, 'X-HTTP-Method-Override: DELETE', 'Content-Length: 0'],
    status: 405,
  },
  { name: 'A-119: two slashes', lines: ['GET //health/live HTTP/1.1', host], status: 404 },
  { name: 'A-119: a slash at the end', lines: ['GET /health/live/ HTTP/1.1', host], status: 404 },
  { name: 'A-119: an encoded letter', lines: ['GET /%68ealth/live HTTP/1.1', host], status: 404 },
  { name: 'A-357: dot segments', lines: ['GET /x/../health/live HTTP/1.1', host], status: 404 },
  { name: 'A-357: encoded dot segments', lines: ['GET /x/%2e%2e/health/live HTTP/1.1', host], status: 404 },
  { name: 'A-357: a path parameter', lines: ['GET /health/live;a=b HTTP/1.1', host], status: 404 },
  {
    name: 'A-356: another address in a field',
    lines: ['GET /nope HTTP/1.1', host, 'X-Original-URL: /health/live', 'X-Forwarded-Uri: /health/live'],
    status: 404,
  },
  {
    name: 'an absolute target (RFC 9112 §3.2.2)',
    lines: ['GET http://localhost:4000/health/live HTTP/1.1', host],
    status: 200,
  },
  {
    name: 'A-353: a foreign host changes nothing',
    lines: [
      'GET /.well-known/openid-configuration HTTP/1.1',
      'Host: evil.example',
      'X-Forwarded-Host: evil.example',
      'X-Forwarded-Proto: https',
      'Forwarded: host=evil.example;proto=https',
    ],
    status: 200,
    contains: '"issuer":"http://localhost:4000"',
  },
  {
    name: 'A-070: two Authorization fields',
    lines: ['GET /v1/me HTTP/1.1', host, 'Authorization: Bearer a', 'Authorization: Bearer b'],
    status: 401,
    contains: 'invalid_token',
  },
  {
    name: 'A-358: a dropped Authorization field',
    lines: ['GET /v1/me HTTP/1.1', host, 'X-User-Id: admin', 'Connection: X-User-Id'],
    status: 401,
    contains: 'token_missing',
  },
  {
    name: 'two content types',
    lines: ['POST /v1/login HTTP/1.1', host, json, 'Content-Type: text/plain', 'Content-Length: 2'],
    body: '{}',
    status: 415,
  },
  {
    name: 'A-360: a body announced as too large',
    lines: ['POST /v1/login HTTP/1.1', host, json, 'Content-Length: 16385'],
    body: 'x'.repeat(16_385),
    status: 413,
  },
  {
    name: 'A-360: a chunked body that grows too large',
    lines: ['POST /v1/login HTTP/1.1', host, json, 'Transfer-Encoding: chunked'],
    body: chunked('x'.repeat(1024)),
    status: 413,
  },
  {
    name: 'a chunked body',
    lines: ['POST /v1/refresh HTTP/1.1', host, json, 'Transfer-Encoding: chunked'],
    body: '2\r\n{}\r\n0\r\n\r\n',
    status: 401,
    contains: 'invalid_grant',
  },
  {
    name: 'no body where it may be absent',
    lines: ['POST /v1/refresh HTTP/1.1', host],
    status: 401,
    contains: 'invalid_grant',
  },
  {
    name: 'A-359: Content-Length and Transfer-Encoding',
    lines: ['POST /v1/login HTTP/1.1', host, json, 'Content-Length: 2', 'Transfer-Encoding: chunked'],
    body: '2\r\n{}\r\n0\r\n\r\n',
    status: 400,
    contains: 'invalid_request',
  },
  {
    name: 'A-359: two lengths',
    lines: ['POST /v1/login HTTP/1.1', host, json, 'Content-Length: 2', 'Content-Length: 3'],
    body: '{}',
    status: 400,
    contains: 'invalid_request',
  },
  {
    name: 'A-359: a folded field',
    lines: ['GET /health/live HTTP/1.1', host, 'X-A: b', ' c'],
    status: 400,
    contains: 'invalid_request',
  },
  {
    name: 'A-359: a space before the colon',
    lines: ['GET /health/live HTTP/1.1', host, 'X-A : b'],
    status: 400,
    contains: 'invalid_request',
  },
  {
    name: 'A-370: 20 KiB of header',
    lines: ['GET /health/live HTTP/1.1', host, `X-A: ${'a'.repeat(20_480)}`],
    status: 431,
    contains: 'header_too_large',
  },
  {
    name: 'A-352: a cookie header of 12 KiB',
    lines: ['GET /health/live HTTP/1.1', host, `Cookie: ${'__proto__=%;'.repeat(1000)}`],
    status: 200,
  },
  { name: 'A-357: a backslash', lines: ['GET /health\\live HTTP/1.1', host], status: 400, isBare: true },
  { name: 'no host, before HTTP/1.1 asked for one', lines: ['GET /health/live HTTP/1.0'], status: 200 },
  { name: 'no host', lines: ['GET /health/live HTTP/1.1'], status: 400, isBare: true },
];

/**
 * The same calls over real connections, for a server that owns its process and
 * for one inside another: they read requests by different code.
 */
export function testOverSockets(ownsProcess: boolean): void {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-sockets-'));
  const proxied = { trustedProxies: ['127.0.0.1'] };
  let server: Server;
  let port: number;

  const start = (trusting: object): Promise<Server> => {
    const settings = settingsOf(
      {
        mode: 'development',
        issuer: 'http://localhost:4000',
        port: 0,
        argon2MemoryKib: 64,
        argon2Passes: 1,
        ...trusting,
      },
      { directory, nowMs },
    );
    const log = createLog({ level: 'error', now: () => nowMs, sink: { write: (line) => assert.fail(line) } });
    return startServer(settings, { now: () => nowMs, log, ownsProcess });
  };

  before(async () => {
    server = await start({});
    ({ port } = await server.listen());
  });
  after(async () => {
    await server.close();
    rmSync(directory, { recursive: true });
  });

  for (const { name, lines, body, status, contains = '', isBare = false } of rows) {
    test(`over a socket: ${name}`, async () => {
      const answer = await exchange(port, lines, body);
      assert.equal(answer.status, status, answer.body);
      assert.ok(answer.body.includes(contains), answer.body);
      if (!isBare) checkHeaders(answer.headers);
      if (lines[0]?.startsWith('HEAD') === true) assert.equal(answer.body, '');
      assert.equal((await exchange(port, ['GET /health/live HTTP/1.1', host])).status, 200);
    });
  }

  const failedLogIn = async (to: number): Promise<string | null | undefined> => {
    const body = '{"identifier":"nobody@example.com","password":"a wristband for alice"}';
    const fields = [host, json, `Content-Length: ${body.length}`, 'X-Forwarded-For: 1.1.1.1, 203.0.113.9'];
    assert.equal((await exchange(to, ['POST /v1/login HTTP/1.1', ...fields], body)).status, 401);
    const [row] = await server.house.store.read(
      sql<{ address: string | null }>`SELECT address FROM audit ORDER BY seq DESC LIMIT 1`,
    );
    return row?.address;
  };

  test('A-354, A-355: X-Forwarded-For counts behind a trusted proxy only', async (t) => {
    assert.equal(await failedLogIn(port), '127.0.0.1');
    const behindProxy = await start(proxied);
    t.after(() => behindProxy.close());
    assert.equal(await failedLogIn((await behindProxy.listen()).port), '203.0.113.9');
  });
}
