import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { addUser } from '../../src/flows/add-user.ts';
import { createClient } from '../../src/flows/admin/create-client.ts';
import { logIn } from '../flows/log-in.ts';
import { refresh } from '../../src/flows/refresh.ts';
import type { SignedIn } from '../../src/flows/signed-in.ts';
import { sql } from '../../src/store/sql.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { makeFolder } from '../settings/settings-folder.ts';
import { nowMs, run } from './recorded-terminal.ts';

const password = 'correct horse battery staple 99';
const source = { requestId: 'r1', address: '192.0.2.7', userAgent: undefined };
const actor = { kind: 'command-line' } as const;

interface Ground {
  readonly directory: string;
  readonly server: TestServer;
  readonly ann: SignedIn;
}

/** A running server with a signed-in user, in the folder in which commands are typed. */
async function openGround(context: TestContext): Promise<Ground> {
  const directory = makeFolder(context);
  const server = await startTestServer({ directory, startMs: nowMs });
  context.after(() => server.close());
  const { house } = server;
  const user = { email: 'ann@example.com', username: 'ann', password, roles: ['user'] };
  await addUser(house, user, { action: 'user.created', actor, source });
  return { directory, server, ann: await signIn(server) };
}

function signIn({ house }: TestServer): Promise<SignedIn> {
  return logIn(house, { identifier: 'ann', password }, source);
}

async function statusOf({ server }: Ground, { accessToken }: SignedIn): Promise<number> {
  const headers = { authorization: `Bearer ${accessToken}` };
  return (await server.fetch('/v1/me', { headers })).status;
}

async function readEvents({ server }: Ground): Promise<readonly string[]> {
  const rows = await server.house.store.read(
    sql<{ scope: string; subject: string }>`SELECT scope, subject FROM revocations ORDER BY seq`,
  );
  return rows.map(({ scope, subject }) => `${scope} ${subject}`);
}

test('A-258: what the command line revokes a running server refuses in its next call', async (context) => {
  const ground = await openGround(context);
  const { directory, server } = ground;
  const made = await createClient(server.house, { actor, name: 'x', scopes: [] }, source);
  const claims = JSON.parse(Buffer.from(ground.ann.accessToken.split('.')[1] ?? '', 'base64url').toString());
  const typed = [
    ['token', claims.jti],
    ['session', ground.ann.sessionId],
    ['user', 'ann'],
    ['claims', 'ann@example.com'],
    ['client', made.client.id],
    ['tenant', 'acme'],
    ['everything'],
  ];
  assert.equal(await statusOf(ground, ground.ann), 200);
  for (const words of typed) {
    const { exitCode, output, errors } = await run(['revoke', ...words, '--reason', 'a drill', '--json'], {
      directory,
    });
    assert.equal(exitCode, 0, errors);
    const [last] = await server.house.store.read(
      sql<{ seq: number }>`SELECT max(seq) AS seq FROM revocations`,
    );
    assert.equal(JSON.parse(output).seq, last?.seq);
    assert.equal(await statusOf(ground, ground.ann), 401);
  }
  const { id } = ground.ann.user;
  assert.deepEqual(await readEvents(ground), [
    `token ${claims.jti}`,
    `session ${ground.ann.sessionId}`,
    `user ${id}`,
    `user-claims ${id}`,
    `client ${made.client.id}`,
    'tenant acme',
    'everything ',
  ]);
});

test('a revocation without a reason or a subject is wrong usage, and of nobody is refused', async (context) => {
  const ground = await openGround(context);
  const { directory } = ground;
  assert.equal((await run(['revoke', 'everything'], { directory })).exitCode, 2);
  assert.equal((await run(['revoke', 'user', '--reason', 'x'], { directory })).exitCode, 2);
  assert.equal((await run(['revoke', 'everything', 'x', '--reason', 'x'], { directory })).exitCode, 2);
  assert.equal((await run(['revoke', 'user', 'nobody', '--reason', 'x'], { directory })).exitCode, 1);
  assert.equal((await run(['revoke', 'world', '--reason', 'x'], { directory })).exitCode, 2);
  assert.deepEqual(await readEvents(ground), []);
});

test('A-093: a key that is compromised from the command line is refused by a running server at once', async (context) => {
  const ground = await openGround(context);
  const { directory, server, ann } = ground;
  const keyId = server.house.keys.list()[0]?.keyId ?? '';
  const done = await run(['keys', 'compromise', keyId, '--reason', 'found in a log'], { directory });
  assert.equal(done.exitCode, 0, done.errors);
  assert.match(done.output, /is out of use\. Now signs: /);
  assert.equal(await statusOf(ground, ann), 401, 'before the server has read the keys again');
  const listed = await run(['keys', 'list', '--json'], { directory });
  const states = JSON.parse(listed.output).items.map((key: { state: string }) => key.state);
  assert.ok(states.includes('compromised') && states.includes('signing'));
  await server.house.keys.reload();
  const { refreshToken } = ann;
  const renewed = await refresh(server.house, { refreshToken, requestId: undefined }, source);
  assert.equal(await statusOf(ground, renewed), 200);
  const unknown = await run(['revoke', 'key', 'x', '--reason', 'x'], { directory });
  assert.equal(unknown.exitCode, 1);
});

test('sessions are listed with their ends, and ended', async (context) => {
  const { directory, ann } = await openGround(context);
  const ended = await run(['sessions', 'end', ann.sessionId], { directory });
  assert.equal(ended.exitCode, 0, ended.errors);
  assert.equal((await run(['sessions', 'end', ann.sessionId], { directory })).exitCode, 1);
  const json = await run(['sessions', 'list', 'ann', '--json'], { directory });
  const [session] = JSON.parse(json.output).items;
  assert.equal(session.id, ann.sessionId);
  assert.equal(session.ended_because, 'ended by an administrator');
  const table = await run(['sessions', 'list', 'ann'], { directory });
  assert.match(table.output, /ended by an administrator/);
  assert.ok(!table.output.includes('cs_rt_'));
});

test('A-250: a declared restore ends everything, once a person has said yes', async (context) => {
  const ground = await openGround(context);
  const { directory, server, ann } = ground;
  const typed = ['declare-restore'];
  assert.equal((await run(typed, { directory })).exitCode, 2);
  assert.equal((await run(typed, { directory, answers: ['no'] })).exitCode, 1);
  assert.equal((await run(typed, { directory, answers: [] })).exitCode, 1);
  assert.equal(await statusOf(ground, ann), 200);
  assert.equal((await run(typed, { directory, answers: ['yes'] })).exitCode, 0);
  assert.equal(await statusOf(ground, ann), 401);
  const { refreshToken } = ann;
  await assert.rejects(refresh(server.house, { refreshToken, requestId: undefined }, source), {
    code: 'invalid_grant',
  });
  assert.equal((await run([...typed, '--yes', '--json'], { directory })).exitCode, 0);
});
