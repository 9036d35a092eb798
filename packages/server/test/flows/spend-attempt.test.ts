import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { House } from '../../src/base/house.ts';
import { Refusal } from '../../src/base/refusal.ts';
import { setPassword } from '../../src/flows/admin/set-password.ts';
import { changePassword } from '../../src/flows/change-password.ts';
import { deleteAccount } from '../../src/flows/delete-account.ts';
import { logIn } from './log-in.ts';
import { register } from '../../src/flows/register.ts';
import { type Authenticator, spendAttempt } from '../../src/flows/spend-attempt.ts';
import { attemptLimits, decideAttempt } from '../../src/rules/attempt-decision.ts';
import { sql } from '../../src/store/sql.ts';
import { startTestServer, type TestClock, type TestServer } from '../../src/testing.ts';
import { openTestHouse, password, readActions, signInAlice, source } from './test-house.ts';

const alice = { identifier: 'alice@example.com', password };
const from = (address: string): typeof source => ({ ...source, address });
const stranger = from('198.51.100.1');
const quarterMs = 900_000;

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

function guess(house: House, where = stranger, identifier = alice.identifier): Promise<string> {
  return codeOf(logIn(house, { identifier, password: 'a guess of somebody' }, where));
}

/** Guesses as often as it may, until it may no more. @returns how many were looked at */
async function guessForYears(house: House, clock: TestClock, where = stranger): Promise<number> {
  let evaluated = 0;
  for (let n = 0; n < 300; n++) {
    if ((await guess(house, where)) === 'invalid_credentials') evaluated += 1;
    clock.advanceMs(quarterMs);
  }
  return evaluated;
}

/** Lets work that was started in the background finish. */
async function settle(house: House): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await house.store.commit([]);
}

async function makeFolder(t: TestContext): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-attempts-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function openIn(directory: string): Promise<TestServer> {
  return startTestServer({ directory });
}

test('A-117: of 400 guesses at once, from everywhere and by two instances, ten are looked at', async (t) => {
  const directory = await makeFolder(t);
  const one = await openIn(directory);
  const other = await openIn(directory);
  try {
    await register(one.house, { email: alice.identifier, password, username: 'alice' }, source);
    const names = ['alice', 'ALICE', 'alice@example.com', 'Alice@Example.com'];
    const codes = await Promise.all(
      Array.from({ length: 400 }, (_, n) =>
        guess(n % 2 === 0 ? one.house : other.house, from(`198.51.${n}.1`), names[n % names.length]),
      ),
    );
    assert.equal(codes.filter((code) => code === 'invalid_credentials').length, 10);
    assert.equal(codes.filter((code) => code === 'too_many_requests').length, 390);
  } finally {
    await one.close();
    await other.close();
  }
});

test('A-117: a restart gives no guess anew', async (t) => {
  const directory = await makeFolder(t);
  const before = await openIn(directory);
  await register(before.house, { email: alice.identifier, password }, source);
  for (let n = 0; n < 10; n++) assert.equal(await guess(before.house), 'invalid_credentials');
  await before.close();
  const after = await openIn(directory);
  assert.equal(await guess(after.house), 'too_many_requests');
  await after.close();
});

test('A-114: a hundred wrong passwords in a row are all that is ever looked at, until another one is set', async (t) => {
  const { house, clock, signedIn } = await signInAlice(t);
  assert.equal(await guessForYears(house, clock), 100);
  await assert.rejects(logIn(house, alice, stranger), { code: 'too_many_requests' });
  const newPassword = 'another wristband for alice';
  await setPassword(
    house,
    { actor: { kind: 'command-line' }, userId: signedIn.user.id, newPassword },
    source,
  );
  await logIn(house, { ...alice, password: newPassword }, stranger);
});

test('A-113: strangers who use up a password for good do not shut out its owner', async (t) => {
  const { house, clock } = await signInAlice(t);
  await guessForYears(house, clock);
  assert.equal(await guess(house, source), 'invalid_credentials');
  await logIn(house, alice, source);
  // The right password starts anew, for all sources.
  assert.equal(await guess(house), 'invalid_credentials');
});

test('A-113: a source where the account was signed in is one /64, and no other', async (t) => {
  const { house } = await signInAlice(t);
  await logIn(house, alice, from('2001:db8:1:2::1'));
  for (let n = 0; n < 11; n++) await guess(house);
  await assert.rejects(logIn(house, alice, from('2001:db8:1:3::1')), { code: 'too_many_requests' });
  await logIn(house, alice, from('2001:db8:1:2::ffff'));
});

test('A-114: a source where the account was signed in has no more than a hundred either', async (t) => {
  const { house, clock } = await signInAlice(t);
  assert.equal(await guessForYears(house, clock, source), 100);
});

test('A-124: asking for the password again spends the same budget, and a right one restores it', async (t) => {
  const { house, caller } = await signInAlice(t);
  const again = (currentPassword: string, where = stranger): Promise<string> =>
    codeOf(
      changePassword(house, { caller, currentPassword, newPassword: 'another wristband for alice' }, where),
    );
  for (let n = 0; n < 5; n++) {
    assert.equal(await guess(house), 'invalid_credentials');
    assert.equal(await again('a guess of somebody'), 'invalid_credentials');
  }
  assert.equal(await guess(house), 'too_many_requests');
  assert.equal(await again('a guess of somebody'), 'too_many_requests');
  assert.equal(await again(password, source), 'done');
  assert.equal(await guess(house), 'invalid_credentials');
});

const secondProofs = ['totp', 'email-code', 'sms-code', 'recovery-code'] as const;
for (const authenticator of secondProofs) {
  test(`A-164, A-165, A-166: guesses at a ${authenticator} are counted for the account, wherever they come from`, async (t) => {
    const { house, caller, clock } = await signInAlice(t);
    const spend = (n: number): Promise<string> =>
      codeOf(
        spendAttempt(house, { authenticator, account: { id: caller.userId }, source: from(`10.0.${n}.1`) }),
      );
    for (let n = 0; n < 10; n++) assert.equal(await spend(n), 'done');
    assert.equal(await spend(11), 'too_many_requests');
    // A right password and a new session are no right code.
    await logIn(house, alice, stranger);
    assert.equal(await spend(12), 'too_many_requests');
    let evaluated = 10;
    for (let n = 0; n < 200; n++) {
      clock.advanceMs(quarterMs);
      if ((await spend(n)) === 'done') evaluated += 1;
    }
    assert.equal(evaluated, 100);
  });
}

test('A-192: kinds of codes do not share a budget, and a right one restores its own', async (t) => {
  const { house, caller } = await signInAlice(t);
  const spend = (authenticator: Authenticator): ReturnType<typeof spendAttempt> =>
    spendAttempt(house, { authenticator, account: { id: caller.userId }, source: stranger });
  for (let n = 0; n < 10; n++) await spend('totp');
  await assert.rejects(spend('totp'), { code: 'too_many_requests' });
  const attempt = await spend('recovery-code');
  await house.store.commit([attempt.succeeded()]);
  await assert.rejects(spend('totp'), { code: 'too_many_requests' });
  for (let n = 0; n < 10; n++) await spend('recovery-code');
  await assert.rejects(spend('recovery-code'), { code: 'too_many_requests' });
});

test('A-111: a name that nobody has is refused alike, in time and wait', async (t) => {
  const { house, clock } = await signInAlice(t);
  const seen = async (identifier: string): Promise<string> => {
    const error = await logIn(house, { identifier, password: 'a guess of somebody' }, stranger).catch(
      (e: unknown) => e,
    );
    if (!(error instanceof Refusal)) throw error;
    return `${error.code} ${error.details.retryAfterSeconds}`;
  };
  for (let n = 0; n < 140; n++) {
    assert.equal(await seen('nobody@example.com'), await seen(alice.identifier), `guess ${n}`);
    clock.advanceMs(n % 3 === 0 ? quarterMs : 20_000);
  }
});

test('A-459: names that nobody has leave no name behind, and a bounded number of rows', async (t) => {
  const { house } = await openTestHouse(t);
  await guess(house, stranger, 'somebody@example.net');
  const rows = await house.store.read(sql<{ account: string }>`SELECT account FROM attempts`);
  assert.equal(rows.length, 1);
  assert.match(rows[0]?.account ?? '', /^nobody \d{1,7}$/);
  assert.ok(Number(rows[0]?.account.slice(7)) < 2 ** 20);
});

test('a guess that was not looked at is not counted', async (t) => {
  const { house, clock } = await signInAlice(t);
  const hashing = {
    waiting: 0,
    run: () => Promise.reject(new Refusal('overloaded')),
  };
  for (let n = 0; n < 20; n++) assert.equal(await guess({ ...house, hashing }), 'overloaded');
  clock.advanceMs(60_000);
  const tooLong = { identifier: alice.identifier, password: 'x'.repeat(2000) };
  for (let n = 0; n < 20; n++)
    assert.equal(await codeOf(logIn(house, tooLong, stranger)), 'password_too_long');
  await logIn(house, alice, stranger);
});

test('A-411: throttled guesses leave no rows in the audit table', async (t) => {
  const { house } = await signInAlice(t);
  for (let n = 0; n < 30; n++) await guess(house);
  const failed = (await readActions(house)).filter((action) => action === 'log-in.failed');
  assert.equal(failed.length, 10);
});

test('A-439: a deleted account leaves no counters', async (t) => {
  const { house, caller } = await signInAlice(t);
  await guess(house);
  await deleteAccount(house, { caller, password }, source);
  assert.deepEqual(await house.store.read(sql`SELECT 1 FROM attempts`), []);
  assert.deepEqual(await house.store.read(sql`SELECT 1 FROM known_devices`), []);
});

test('old counters are forgotten, but not of an account whose budget is used up', async (t) => {
  const { house, clock } = await signInAlice(t);
  await guess(house, stranger, 'nobody@example.com');
  await guess(house, source);
  assert.equal(await guessForYears(house, clock), 100);
  await settle(house);
  clock.advanceMs(91 * 86_400_000);
  await settle(house);
  const rows = await house.store.read(sql<{ failures: number }>`SELECT failures FROM attempts`);
  assert.deepEqual(
    rows.map(({ failures }) => failures),
    [100],
  );
});

test('the statement that reserves and the rule agree, whatever the clock does', async (t) => {
  const { house, caller, clock } = await signInAlice(t);
  const steps = [0, 1, 29_999, 30_000, 60_000, 120_000, 899_999, 900_000, -1, -60_000, -60_001, -3_600_000];
  let row: { failures: number; triedAtMs: number } | undefined;
  for (let n = 0; n < 600 && (row?.failures ?? 0) < attemptLimits.maxFailures; n++) {
    clock.advanceMs(steps[(n * 7 + (n >> 3)) % steps.length] ?? 0);
    const expected = decideAttempt(row, clock.now());
    const code = await codeOf(
      spendAttempt(house, { authenticator: 'totp', account: { id: caller.userId }, source: stranger }),
    );
    assert.equal(code, expected.kind === 'open' ? 'done' : 'too_many_requests', `step ${n}`);
    if (code === 'done') row = { failures: (row?.failures ?? 0) + 1, triedAtMs: clock.now() };
  }
  assert.equal(row?.failures, attemptLimits.maxFailures);
});
