import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import { createClient } from '../../src/flows/admin/create-client.ts';
import { createRole } from '../../src/flows/admin/create-role.ts';
import { changeUser } from '../../src/flows/admin/change-user.ts';
import { acts, type Cast, commandLine, eventfulActs } from './revoking-acts.ts';
import { callerOf, password, signInAlice, source } from './test-house.ts';
import { logIn } from './log-in.ts';

async function openCast(t: TestContext): Promise<Cast & { readonly database: DatabaseSync }> {
  const { house, directory, signedIn } = await signInAlice(t);
  const actor = commandLine;
  for (const name of ['clerk', 'spare']) {
    await createRole(house, { actor, name, description: '', permissions: ['a'] }, source);
  }
  await changeUser(house, { actor, userId: signedIn.user.id, change: { roles: ['clerk', 'user'] } }, source);
  const client = await createClient(house, { actor, name: 'billing', scopes: ['a'] }, source);
  const again = await logIn(house, { identifier: 'alice@example.com', password }, source);
  const database = new DatabaseSync(join(directory, 'data', 'countersign.db'));
  t.after(() => database.close());
  return { house, client, alice: { ...again, caller: await callerOf(house, again) }, database };
}

/** As another process reads the file. */
function readEvents(database: DatabaseSync): readonly { readonly event: string; readonly seq: number }[] {
  return database
    .prepare('SELECT scope, subject, seq FROM revocations ORDER BY seq')
    .all()
    .map(({ scope, subject, seq }) => ({ event: `${String(scope)} ${String(subject)}`, seq: Number(seq) }));
}

for (const { name, act, events } of acts) {
  test(`A-258, A-261: ${name}: the events are in the file when the act is answered`, async (t) => {
    const { database, ...cast } = await openCast(t);
    const before = readEvents(database);
    const expected = events(cast);
    await act(cast);
    const after = readEvents(database).slice(before.length);
    assert.deepEqual(
      after.map(({ event }) => event),
      expected,
    );
    const feed = database.prepare('SELECT seq FROM feed').get();
    assert.equal(after.at(-1)?.seq ?? before.at(-1)?.seq, feed?.['seq'], 'numbers are dense');
  });
}

/** The last statement of the act is refused, so nothing before it may stay. */
for (const { name, act } of eventfulActs) {
  test(`A-409: ${name}: an act that is refused writes no event and changes nothing`, async (t) => {
    const { database, ...cast } = await openCast(t);
    database.exec(
      "CREATE TRIGGER full AFTER INSERT ON revocations BEGIN SELECT RAISE(ABORT, 'no room'); END",
    );
    const tables = [
      'users',
      'sessions',
      'clients',
      'roles',
      'user_roles',
      'role_permissions',
      'feed',
      'signing_keys',
      'refresh_keys',
    ];
    const read = (): readonly unknown[] =>
      tables.map((table) => database.prepare(`SELECT * FROM ${table}`).all());
    const before = read();
    const eventsBefore = readEvents(database);
    await act(cast).catch(() => undefined);
    assert.deepEqual(readEvents(database), eventsBefore);
    const after = read();
    for (const [index, table] of tables.entries()) {
      // The first of two refreshes is an act of its own.
      if (name.startsWith('reuse') && table === 'sessions') continue;
      // So are the change and its confirmation.
      if (name.endsWith('taken back') && table === 'users') continue;
      assert.deepEqual(after[index], before[index], table);
    }
  });
}
