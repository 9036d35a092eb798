import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { changeUser } from '../../src/flows/admin/change-user.ts';
import { askForReset } from '../../src/flows/ask-for-reset.ts';
import { logIn as logInAnyway } from '../../src/flows/log-in.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { resetPassword } from '../../src/flows/reset-password.ts';
import { findLink } from '../../src/flows/try-link.ts';
import { verifyEmail } from '../../src/flows/verify-email.ts';
import { sql } from '../../src/store/sql.ts';
import { findUser } from '../../src/store/users.ts';
import { logIn } from './log-in.ts';
import {
  checkNowhere,
  countRows,
  countWinners,
  lastMail,
  lastToken,
  readMail,
  roomy,
} from './mailbox-ground.ts';
import { callerOf, openTestHouse, password, readEvents, signInAlice, source } from './test-house.ts';

const email = 'alice@example.com';
const newPassword = 'seven boats on a green lake';
const invalidLink = { code: 'invalid_link' };
const badCredentials = { code: 'invalid_credentials' };

type Ground = Awaited<ReturnType<typeof signInAlice>>;

async function askForLink(t: TestContext, given?: Ground): Promise<Ground & { readonly token: string }> {
  const ground = given ?? (await signInAlice(t));
  askForReset(ground.house, 'alice', source);
  return { ...ground, token: await lastToken(ground.house, 'reset-password', email) };
}

async function proveMailbox({ house, caller }: Ground): Promise<void> {
  await verifyEmail(house, { token: await lastToken(house, 'verify-email', email), caller }, source);
}

/** As enrolling does it. */
async function enrolFactors({ house, caller }: Ground): Promise<void> {
  await house.store.commit([
    sql`INSERT INTO factors (id, user_id, kind, created_at_ms, confirmed_at_ms)
      VALUES (${'f1'}, ${caller.userId}, ${'totp'}, ${house.now()}, ${house.now()})`,
    sql`INSERT INTO remembered_devices (id, user_id, created_at_ms, last_used_at_ms, expires_at_ms)
      VALUES (${'d1'}, ${caller.userId}, ${house.now()}, ${house.now()}, ${house.now() + 1e9})`,
  ]);
}

test('A-140, A-141: a link sets another password once, ends every session and signs nobody in', async (t) => {
  const server = await askForLink(t);
  const { house, token, signedIn } = server;
  await resetPassword(house, { token, newPassword }, source);
  await assert.rejects(callerOf(house, signedIn), { code: 'invalid_token' });
  await assert.rejects(refresh(house, { refreshToken: signedIn.refreshToken, requestId: '1' }, source), {
    code: 'invalid_grant',
  });
  await assert.rejects(logIn(house, { identifier: email, password }, source), badCredentials);
  assert.equal(
    (await logIn(house, { identifier: email, password: newPassword }, source)).user.emailVerified,
    true,
  );
  await assert.rejects(
    resetPassword(house, { token, newPassword: 'another one of somebody' }, source),
    invalidLink,
  );
  assert.deepEqual(
    (await readEvents(house)).map(({ scope }) => scope),
    ['user'],
  );
  await lastMail(house, 'password-changed', email);
  await checkNowhere(server, token);
});

test('A-142: of a hundred resets with one link, one holds', async (t) => {
  const { house, token } = await askForLink(t);
  const wins = await countWinners(
    (n) => resetPassword(roomy(house), { token, newPassword: `seven boats on lake ${n}` }, source),
    ['invalid_link', 'overloaded'],
  );
  assert.equal(wins, 1);
  assert.equal((await readEvents(house)).length, 1);
});

test('A-141: a link is worth nothing after half an hour, after another one, and after a changed password', async (t) => {
  const { house, clock, token, ...ground } = await askForLink(t);
  const again = await askForLink(t, { house, clock, ...ground });
  await assert.rejects(resetPassword(house, { token, newPassword }, source), invalidLink);
  clock.advanceMs(30 * 60_000);
  await assert.rejects(resetPassword(house, { token: again.token, newPassword }, source), invalidLink);
  const third = await askForLink(t, { house, clock, ...ground });
  const fourth = await askForLink(t, { house, clock, ...ground });
  await resetPassword(house, { token: fourth.token, newPassword }, source);
  await assert.rejects(resetPassword(house, { token: third.token, newPassword }, source), invalidLink);
});

test('A-187: a password that is refused leaves the link, and counts a try', async (t) => {
  const { house, token } = await askForLink(t);
  await assert.rejects(resetPassword(house, { token, newPassword: 'short' }, source), {
    code: 'password_too_short',
  });
  await resetPassword(house, { token, newPassword }, source);
  const next = await askForLink(t);
  for (let n = 0; n < 10; n++) {
    await assert.rejects(resetPassword(next.house, { token: next.token, newPassword: 'short' }, source), {
      code: 'password_too_short',
    });
  }
  await assert.rejects(resetPassword(next.house, { token: next.token, newPassword }, source), invalidLink);
});

test('A-144, A-171: a reset does not lead around a second factor, and devices are asked again', async (t) => {
  const ground = await signInAlice(t);
  await proveMailbox(ground);
  await enrolFactors(ground);
  const { house, token } = await askForLink(t, ground);
  await resetPassword(house, { token, newPassword }, source);
  const outcome = await logInAnyway(house, { identifier: email, password: newPassword }, source);
  assert.equal(outcome.kind, 'second-factor-required');
  assert.equal(await countRows(house, 'remembered_devices'), 0);
});

test('A-152: what was enrolled before anybody proved the mailbox goes with its first proof', async (t) => {
  const ground = await signInAlice(t);
  await enrolFactors(ground);
  const { house, token } = await askForLink(t, ground);
  await resetPassword(house, { token, newPassword }, source);
  assert.equal((await logIn(house, { identifier: email, password: newPassword }, source)).kind, 'signed-in');
  assert.equal(await countRows(house, 'factors'), 0);
});

test('A-143, A-169, A-180: a link of another purpose, and text that is no link, change nothing', async (t) => {
  const { house } = await signInAlice(t);
  const token = await lastToken(house, 'verify-email', email);
  for (const wrong of [token, 'A'.repeat(22), '', `${token}x`, "' OR 1=1"]) {
    await assert.rejects(resetPassword(house, { token: wrong, newPassword }, source), invalidLink);
  }
  await logIn(house, { identifier: email, password }, source);
});

test('A-151: an address that an administrator changes takes its links along', async (t) => {
  const { house, token, caller } = await askForLink(t);
  const actor = { kind: 'command-line' } as const;
  const change = { email: 'alice@other.example' };
  await changeUser(house, { actor, userId: caller.userId, change }, source);
  await assert.rejects(resetPassword(house, { token, newPassword }, source), invalidLink);
  const [row] = await house.store.read(findUser(caller.userId));
  assert.equal(row?.emailVerifiedAtMs, null);
});

test('A-147: looking at a link counts no try and spends nothing', async (t) => {
  const { house, token, caller } = await askForLink(t);
  for (let n = 0; n < 20; n++) {
    const link = await findLink(house, { purpose: 'reset-password', token });
    assert.equal(link?.userId, caller.userId);
  }
  assert.equal(await findLink(house, { purpose: 'verify-email', token }), undefined);
  await resetPassword(house, { token, newPassword }, source);
  assert.equal(await findLink(house, { purpose: 'reset-password', token }), undefined);
});

test('A-110: for nobody, and for a disabled account, nothing is mailed', async (t) => {
  const { house, caller } = await signInAlice(t);
  const before = (await readMail(house)).length;
  askForReset(house, 'nobody@example.com', source);
  const actor = { kind: 'command-line' } as const;
  await changeUser(house, { actor, userId: caller.userId, change: { disabled: true } }, source);
  askForReset(house, email, source);
  assert.equal((await readMail(house)).length, before);
});

test('A-157: one source cannot have mail sent without end', async (t) => {
  const { house } = await openTestHouse(t);
  for (let n = 0; n < 10; n++) askForReset(house, `user-${n}@example.com`, source);
  assert.throws(() => askForReset(house, email, source), { code: 'too_many_requests' });
});

test('A-145, A-146: a link begins with the issuer of the settings', async (t) => {
  const { house, issuer } = await askForLink(t);
  const { text } = await lastMail(house, 'reset-password', email);
  assert.ok(text.includes(`${issuer}/reset-password?token=`));
});

test('A-397: where there is no mail, what works by mail does not exist', async (t) => {
  const { house } = await signInAlice(t);
  const mute = { ...house, messages: { ...house.messages, canMail: false } };
  assert.throws(() => askForReset(mute, email, source), { code: 'not_found' });
});
