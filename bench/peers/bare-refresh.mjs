// The limit of a durable refresh in one process: node:http, SQLite's commit of what came in one turn of the loop, and one
// ES256 signature. Nothing is checked beyond the row itself: no budgets, headers, log, roles, MAC, or second thread.
import { generateKeyPairSync, hash, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

const [, , count = '2048', port = '4992'] = process.argv;
const folder = mkdtempSync(join(tmpdir(), 'countersign-limit-'));
const database = new DatabaseSync(join(folder, 'limit.db'));
database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
  CREATE TABLE sessions (id TEXT PRIMARY KEY, refresh_id TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL, counter INTEGER NOT NULL,
    request_hash BLOB, rotated_at_ms INTEGER NOT NULL, address TEXT NOT NULL, filling TEXT NOT NULL)`);
const insert = database.prepare('INSERT INTO sessions VALUES (?, ?, ?, 0, NULL, 0, ?, ?)');
const randomText = () => randomBytes(16).toString('base64url');
const tokens = Array.from({ length: Number(count) }, () => {
  const refreshId = randomText();
  // As much as the columns that are left out.
  insert.run(randomText(), refreshId, randomText(), '127.0.0.1', 'x'.repeat(100));
  return `${refreshId}.0.${'x'.repeat(48)}`;
});
const begin = database.prepare('BEGIN IMMEDIATE');
const commit = database.prepare('COMMIT');
const spend =
  database.prepare(`UPDATE sessions SET counter = counter + 1, request_hash = ?, rotated_at_ms = ?, address = ?
  WHERE refresh_id = ? AND counter = ? RETURNING id, user_id, counter`);
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const header = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'limit' })).toString(
  'base64url',
);

let waiting = [];
function commitWaiting() {
  const group = waiting;
  waiting = [];
  begin.run();
  const rows = group.map(({ refreshId, counter }) =>
    spend.get(hash('sha256', refreshId, 'buffer'), Date.now(), '127.0.0.1', refreshId, Number(counter)),
  );
  commit.run();
  for (const [at, { response, refreshId, filling }] of group.entries())
    answer(response, rows[at], `${refreshId}.${rows[at]?.counter}.${filling}`);
}

function answer(response, row, refreshToken) {
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    iss: 'http://localhost',
    sub: row.user_id,
    aud: 'http://localhost',
    client_id: 'first-party',
    iat,
  };
  const others = {
    exp: iat + 300,
    jti: row.id,
    sid: row.id,
    rvs: 1,
    auth_time: iat,
    amr: ['pwd'],
    roles: ['admin'],
    permissions: [],
  };
  const input = `${header}.${Buffer.from(JSON.stringify({ ...claims, ...others })).toString('base64url')}`;
  const accessToken = `${input}.${sign('sha256', Buffer.from(input, 'latin1'), privateKey).toString('base64url')}`;
  const text = JSON.stringify({
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: 300,
    refresh_token: refreshToken,
  });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length });
  response.end(text);
}

const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8');
  request.on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    const [refreshId, counter, filling] = JSON.parse(text).refresh_token.split('.');
    if (waiting.push({ response, refreshId, counter, filling }) === 1) setImmediate(commitWaiting);
  });
});
server.listen(Number(port), '127.0.0.1', () => process.send?.({ tokens }));
process.on('SIGTERM', () => {
  rmSync(folder, { recursive: true, force: true });
  process.exit(0);
});
