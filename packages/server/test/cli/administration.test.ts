import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { makeFolder } from '../settings/settings-folder.ts';
import { nowMs, type Recorded, run } from './recorded-terminal.ts';

const password = 'correct horse battery staple 99';

/** A running server over the folder in which commands are typed, as beside a real one. */
async function startBeside(context: TestContext, directory: string): Promise<TestServer> {
  const server = await startTestServer({ directory, startMs: nowMs });
  context.after(() => server.close());
  return server;
}

function logIn(server: TestServer, identifier: string, secret: string = password): Promise<Response> {
  return server.fetch('/v1/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ identifier, password: secret }),
  });
}

function createUser(directory: string, email: string, more: readonly string[] = []): Promise<Recorded> {
  return run(['users', 'create', '--email', email, '--password-stdin', '--json', ...more], {
    directory,
    input: password,
  });
}

async function auditRows(server: TestServer): Promise<readonly unknown[]> {
  const rows = await server.house.store.read<{ action: string; actor: string }>({
    sql: "SELECT action, actor FROM audit WHERE actor = 'cli' ORDER BY seq",
    parameters: [],
  });
  return rows.map(({ action, actor }) => `${action} ${actor}`);
}

test('the first administrator comes from the command line and signs in', async (context) => {
  const directory = makeFolder(context);
  const made = await createUser(directory, 'Ann@example.com', [
    '--admin',
    '--username',
    'ann',
    '--name',
    'Ann',
  ]);
  assert.equal(made.exitCode, 0, made.errors);
  const { user } = JSON.parse(made.output);
  assert.deepEqual(user.roles, ['admin', 'user']);
  const server = await startBeside(context, directory);
  const answer = await logIn(server, 'ann');
  assert.equal(answer.status, 200);
  assert.deepEqual(await auditRows(server), ['user.created cli']);
});

test('somebody is invited from the command line, by mail alone', async (context) => {
  const directory = makeFolder(context);
  const { exitCode, output, errors } = await run(
    ['users', 'invite', '--email', 'Bob@example.com', '--role', 'user', '--json'],
    { directory },
  );
  assert.equal(exitCode, 0, errors);
  const { invite } = JSON.parse(output);
  assert.deepEqual([invite.email, invite.roles], ['Bob@example.com', ['user']]);
  const server = await startBeside(context, directory);
  assert.deepEqual(await auditRows(server), ['invite.created cli']);
  const other = await run(['users', 'invite', '--email', 'bob2@example.com'], { directory });
  assert.match(other.output, /^Invited bob2@example\.com with the roles user, until .* in 7 days\.\n?$/);
  assert.equal((await run(['users', 'invite'], { directory })).exitCode, 2);
});

test('a generated password is printed once, and works', async (context) => {
  const directory = makeFolder(context);
  const { output } = await run(
    ['users', 'create', '--email', 'b@example.com', '--password-generate', '--json'],
    { directory },
  );
  const generated: string = JSON.parse(output).password;
  assert.ok(generated.length >= 20);
  const server = await startBeside(context, directory);
  assert.equal((await logIn(server, 'b@example.com', generated)).status, 200);
  assert.ok(server.logLines.every((line) => !line.includes(generated)));
});

test('a password that is asked for must be typed twice the same', async (context) => {
  const directory = makeFolder(context);
  const typed = ['users', 'create', '--email', 'c@example.com'];
  const differing = await run(typed, { directory, answers: [password, `${password}!`] });
  assert.equal(differing.exitCode, 2);
  const same = await run(typed, { directory, answers: [password, password] });
  assert.equal(same.exitCode, 0, same.errors);
  assert.ok(!same.output.includes(password));
});

test('a question that is broken off ends quietly, says so in a line and leaves nothing', async (context) => {
  const directory = makeFolder(context);
  for (const answers of [[], [password]]) {
    const typed = ['users', 'create', '--email', 'c@example.com'];
    assert.deepEqual(await run(typed, { directory, answers }), {
      exitCode: 1,
      output: '',
      errors: 'Nothing was made.',
    });
  }
  const other = await run(['users', 'set-password', 'c@example.com'], { directory, answers: [] });
  assert.equal(other.errors, 'Nothing was changed.');
  const { output } = await run(['users', 'list', '--json'], { directory });
  assert.deepEqual(JSON.parse(output).items, []);
});

const refusedUsers: readonly (readonly [
  name: string,
  typed: readonly string[],
  input: string,
  said: RegExp,
])[] = [
  ['a short password', ['--email', 'd@example.com'], 'short', /password_too_short/],
  ['a common password', ['--email', 'd@example.com'], 'passwordpassword', /password_too_common/],
  ['no password', ['--email', 'd@example.com'], '', /password_too_short/],
  ['a malformed address', ['--email', 'nobody'], password, /email is not one e-mail address/],
  ['a taken address', ['--email', 'TAKEN@example.com'], password, /email_taken/],
  ['an unknown role', ['--email', 'd@example.com', '--role', 'ghost'], password, /names ghost, which/],
];
test('refused accounts are exit code 1, say why, and leave nothing', async (context) => {
  const directory = makeFolder(context);
  await createUser(directory, 'taken@example.com');
  for (const [name, typed, input, said] of refusedUsers) {
    const { exitCode, errors, output } = await run(['users', 'create', ...typed, '--password-stdin'], {
      directory,
      input,
    });
    assert.equal(exitCode, 1, name);
    assert.match(errors, said, name);
    assert.equal(output, '', name);
    assert.ok(!errors.includes('\n    at '), name);
    assert.doesNotMatch(errors, /database|unique|reference/, name);
  }
  const { output } = await run(['users', 'list', '--json'], { directory });
  assert.equal(JSON.parse(output).items.length, 1);
});

test('a disabled account is out at once, beside a running server, and comes back when enabled', async (context) => {
  const directory = makeFolder(context);
  const server = await startBeside(context, directory);
  await createUser(directory, 'e@example.com');
  const session = await (await logIn(server, 'e@example.com')).json();
  assert.equal((await run(['users', 'disable', 'E@EXAMPLE.com'], { directory })).exitCode, 0);
  assert.equal((await logIn(server, 'e@example.com')).status, 401);
  const refreshed = await server.fetch('/v1/refresh', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refresh_token: session.refresh_token }),
  });
  assert.equal(refreshed.status, 401);
  assert.equal((await run(['users', 'enable', 'e@example.com'], { directory })).exitCode, 0);
  assert.equal((await logIn(server, 'e@example.com')).status, 200);
  assert.deepEqual(await auditRows(server), ['user.created cli', 'user.disabled cli', 'user.enabled cli']);
});

test('the last administrator cannot be disabled or demoted', async (context) => {
  const directory = makeFolder(context);
  await createUser(directory, 'f@example.com', ['--admin']);
  for (const typed of [
    ['users', 'disable', 'f@example.com'],
    ['users', 'set-roles', 'f@example.com', '--none'],
  ]) {
    const { exitCode, errors } = await run(typed, { directory });
    assert.equal(exitCode, 1);
    assert.match(errors, /last_administrator/);
  }
});

test('another password replaces the old one', async (context) => {
  const directory = makeFolder(context);
  const server = await startBeside(context, directory);
  await createUser(directory, 'g@example.com');
  const next = 'an entirely different sentence 5';
  assert.equal(
    (await run(['users', 'set-password', 'g@example.com', '--password-stdin'], { directory, input: next }))
      .exitCode,
    0,
  );
  assert.equal((await logIn(server, 'g@example.com')).status, 401);
  assert.equal((await logIn(server, 'g@example.com', next)).status, 200);
});

test('roles are set as a whole', async (context) => {
  const directory = makeFolder(context);
  await createUser(directory, 'admin@example.com', ['--admin']);
  await createUser(directory, 'h@example.com');
  const { output } = await run(['users', 'set-roles', 'h@example.com', '--role', 'admin', '--json'], {
    directory,
  });
  assert.deepEqual(JSON.parse(output).user.roles, ['admin']);
});

test('a role that does not exist is named, and the others are not given', async (context) => {
  const directory = makeFolder(context);
  await createUser(directory, 'l@example.com');
  const typed = ['users', 'set-roles', 'l@example.com', '--role', 'admin', '--role', 'nope'];
  const { exitCode, errors } = await run(typed, { directory });
  assert.equal(exitCode, 1);
  assert.equal(
    errors,
    'countersign: There is no such role (unknown_role)\n  roles names nope, which does not exist',
  );
  const { output } = await run(['users', 'list', '--json'], { directory });
  assert.deepEqual(JSON.parse(output).items[0].roles, ['user']);
});

test('an id names a user before a user name that looks like it', async (context) => {
  const directory = makeFolder(context);
  const { user, email } = await createUserWithNameLikeId(directory);
  await createUser(directory, 'impostor@example.com', ['--username', user.id]);
  await run(['users', 'disable', user.id], { directory });
  const { output } = await run(['users', 'list', '--json'], { directory });
  const disabled = JSON.parse(output).items.filter(
    (item: { disabled_at: string | null }) => item.disabled_at !== null,
  );
  assert.deepEqual(
    disabled.map((item: { email: string }) => item.email),
    [email],
  );
});

/** Random ids may begin or end with - or _, which user names may not. */
async function createUserWithNameLikeId(directory: string): Promise<{ user: { id: string }; email: string }> {
  for (let n = 0; n < 50; n += 1) {
    const email = `i${n}@example.com`;
    const { user } = JSON.parse((await createUser(directory, email)).output);
    if (/^[A-Za-z0-9].*[A-Za-z0-9]$/.test(user.id)) return { user, email };
  }
  throw new Error('no id in fifty can be a user name');
}

test('a user that is not there is exit code 1', async (context) => {
  const directory = makeFolder(context);
  for (const typed of [
    ['users', 'disable', 'ghost'],
    ['users', 'enable', 'ghost@example.com'],
  ]) {
    const { exitCode, errors } = await run(typed, { directory });
    assert.equal(exitCode, 1);
    assert.match(errors, /There is no such thing \(not_found\)\n {2}no such user/);
  }
});

test('lists are tables for people and pages for programs', async (context) => {
  const directory = makeFolder(context);
  for (const name of ['j1', 'j2', 'k1']) await createUser(directory, `${name}@example.com`);
  const table = await run(['users', 'list', '--search', 'j'], { directory });
  assert.match(table.output, /^ID +E-MAIL/);
  assert.equal(table.output.split('\n').length, 3);
  const first = await run(['users', 'list', '--limit', '2', '--json'], { directory });
  const { items, next_cursor } = JSON.parse(first.output);
  assert.equal(items.length, 2);
  const rest = await run(['users', 'list', '--cursor', next_cursor, '--json'], { directory });
  assert.equal(JSON.parse(rest.output).items.length, 1);
  assert.equal((await run(['users', 'list', '--cursor', 'nonsense'], { directory })).exitCode, 1);
});

test('a client gets a token with the secret that is shown once', async (context) => {
  const directory = makeFolder(context);
  const server = await startBeside(context, directory);
  const typed = [
    'clients',
    'create',
    '--name',
    'job',
    '--scope',
    'orders:read',
    '--scope',
    'orders:write',
    '--json',
  ];
  const { client, client_secret } = JSON.parse((await run(typed, { directory })).output);
  const answer = await server.fetch('/oauth2/token', {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client.id}:${client_secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read' }),
  });
  assert.equal(answer.status, 200);
  const listed = await run(['clients', 'list', '--json'], { directory });
  assert.equal(JSON.parse(listed.output).items.length, 1);
  assert.ok(!listed.output.includes(client_secret));
});

test('keys are listed, rotated once at a time, and a running server learns of it', async (context) => {
  const directory = makeFolder(context);
  const server = await startBeside(context, directory);
  const rotated = await run(['keys', 'rotate', '--json'], { directory });
  assert.equal(rotated.exitCode, 0, rotated.errors);
  const { key_id, signs_from } = JSON.parse(rotated.output);
  const again = await run(['keys', 'rotate'], { directory });
  assert.equal(again.exitCode, 1);
  assert.match(again.errors, /rotation_pending/);
  const listed = JSON.parse((await run(['keys', 'list', '--json'], { directory })).output);
  assert.ok(listed.items.some((item: { key_id: string }) => item.key_id === key_id));
  await server.house.keys.reload();
  const planned = server.house.keys.list().find((key) => key.keyId === key_id);
  assert.equal(planned?.signsFromMs, Date.parse(signs_from));
  assert.deepEqual(await auditRows(server), ['key.rotated cli']);
});
