import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Actor } from '../../../src/base/actor.ts';
import { toEpochSeconds } from '../../../src/base/clock.ts';
import type { Caller, House } from '../../../src/base/house.ts';
import type { Account } from '../../../src/flows/admin/account.ts';
import { createRole } from '../../../src/flows/admin/create-role.ts';
import { createUser } from '../../../src/flows/admin/create-user.ts';
import { logIn } from '../log-in.ts';
import type { SignedIn } from '../../../src/flows/signed-in.ts';
import { sql } from '../../../src/store/sql.ts';
import type { TestServerOptions } from '../../../src/testing.ts';
import { openTestHouse, source } from '../test-house.ts';

export const password = 'a lantern in the harbour';
export const commandLine: Actor = { kind: 'command-line' };

export interface AdminHouse {
  readonly house: House;
  readonly databaseFile: string;
  readonly clock: { advanceMs(ms: number): void };
}

/** A house with a database of its own, and a clock that stands. */
export async function openAdminHouse(
  t: TestContext,
  settings: TestServerOptions['settings'] = {},
): Promise<AdminHouse> {
  const { house, clock, directory } = await openTestHouse(t, { settings });
  return { house, clock, databaseFile: join(directory, 'data', 'countersign.db') };
}

let made = 0;

/** An account without a password: enough to act and to be acted on. */
export function addAccount(house: House, roles: readonly string[] = ['user']): Promise<Account> {
  made += 1;
  return createUser(house, { actor: commandLine, email: `user${made}@example.com`, roles }, source);
}

/** Somebody whose access token was accepted a moment ago. */
export function actorFor(house: House, account: { readonly id: string }): Actor {
  const caller: Caller = {
    userId: account.id,
    sessionId: 'S'.repeat(22),
    clientId: 'first-party',
    roles: [],
    permissions: [],
    withheld: { roles: [], permissions: [] },
    authTime: toEpochSeconds(house.now()),
    amr: ['pwd'],
  };
  return { kind: 'user', caller };
}

export async function addActor(
  house: House,
  roles: readonly string[],
): Promise<Actor & { readonly kind: 'user' }> {
  const actor = actorFor(house, await addAccount(house, roles));
  if (actor.kind !== 'user') throw new Error('an account is a user');
  return actor;
}

/** Someone whose only role permits exactly this. */
export async function addHolder(
  house: House,
  role: string,
  permissions: readonly string[],
): Promise<Actor & { readonly kind: 'user' }> {
  await createRole(house, { actor: commandLine, name: role, description: '', permissions }, source);
  return addActor(house, [role]);
}

export function signIn(house: House, identifier: string): Promise<SignedIn> {
  return logIn(house, { identifier, password }, source);
}

export interface RecordedEvent {
  readonly scope: string;
  readonly subject: string;
}

export async function readEvents(house: House): Promise<RecordedEvent[]> {
  const rows = await house.store.read(
    sql<RecordedEvent>`SELECT scope, subject FROM revocations ORDER BY seq`,
  );
  return rows.map(({ scope, subject }) => ({ scope, subject }));
}

/** How many rows of a table name this user. */
export async function countRows(
  house: House,
  table: 'passwords' | 'user_roles' | 'sessions',
  userId: string,
): Promise<number> {
  const from = { passwords: sql`passwords`, user_roles: sql`user_roles`, sessions: sql`sessions` }[table];
  const [row] = await house.store.read(
    sql<{ n: number }>`SELECT count(*) AS n FROM ${from} WHERE user_id = ${userId}`,
  );
  return row?.n ?? 0;
}

/** For `assert.rejects`: exactly this code. */
export function refusal(code: string): { readonly name: 'Refusal'; readonly code: string } {
  return { name: 'Refusal', code };
}
