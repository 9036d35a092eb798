import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { beginApp } from '../../src/flows/begin-app.ts';
import { beginCodeFactor, type CodeFactor } from '../../src/flows/begin-code-factor.ts';
import { confirmApp } from '../../src/flows/confirm-app.ts';
import { confirmCodeFactor } from '../../src/flows/confirm-code-factor.ts';
import { finishSecondFactor } from '../../src/flows/finish-second-factor.ts';
import { listFactors } from '../../src/flows/list-factors.ts';
import { logIn } from '../../src/flows/log-in.ts';
import type { CodeKind } from '../../src/flows/mailed-code.ts';
import { sendCode } from '../../src/flows/send-code.ts';
import { makeOneTimeCode } from '../../src/proofs/one-time-code.ts';
import { sql } from '../../src/store/sql.ts';
import type { TestServerOptions } from '../../src/testing.ts';
import { alice, appCode, beginAsAlice, readSecret, readSentCode } from './factor-ground.ts';
import { claimsOf, signInAlice, source } from './test-house.ts';

const wrong = { code: 'wrong_code' };
const phone = '+491701234567';
const factors = { email: { kind: 'email' }, sms: { kind: 'sms', phone } } as const satisfies Record<
  CodeKind,
  CodeFactor
>;

async function openGround(t: TestContext, options?: TestServerOptions) {
  const ground = await signInAlice(t, options);
  const { house } = ground;
  await house.store.commit([sql`UPDATE users SET email_verified_at_ms = 1`]);
  return {
    ...ground,
    begin: (kind: CodeKind) =>
      beginCodeFactor(house, { caller: ground.caller, factor: factors[kind] }, source),
    confirm: (kind: CodeKind, code: string) =>
      confirmCodeFactor(house, { caller: ground.caller, kind, code }, source),
    /** Password, a code that was asked for, and its challenge. */
    async ask(kind: CodeKind, challengeId?: string) {
      const id = challengeId ?? (await beginAsAlice(house)).challengeId;
      await sendCode(house, { challengeId: id, factor: kind }, source);
      return { challengeId: id, code: await readSentCode(house) };
    },
    finish: (kind: CodeKind, { challengeId, code }: { challengeId: string; code: string }) =>
      finishSecondFactor(house, { challengeId, factor: kind, code }, source),
  };
}

async function withCodes(t: TestContext, kind: CodeKind, options?: TestServerOptions) {
  const ground = await openGround(t, options);
  await ground.begin(kind);
  await ground.confirm(kind, await readSentCode(ground.house));
  return ground;
}

for (const [kind, level] of [
  ['email', 'aal1'],
  ['sms', 'aal2'],
] as const) {
  test(`A-188: a code by ${kind} signs in once, as ${level}`, async (t) => {
    const { ask, finish, house, clock } = await withCodes(t, kind);
    const asked = await ask(kind);
    const claims = claimsOf((await finish(kind, asked)).accessToken);
    assert.equal(claims.acr, level);
    await assert.rejects(finish(kind, asked), { code: 'challenge_expired' });
    const { challengeId } = await beginAsAlice(house);
    await assert.rejects(finish(kind, { ...asked, challengeId }), wrong);
    clock.advanceMs(1);
  });

  test(`A-182: another code by ${kind} ends the one before, keeps the tries, and comes three times`, async (t) => {
    const { ask, finish } = await withCodes(t, kind);
    const first = await ask(kind);
    const second = await ask(kind, first.challengeId);
    // One in a million.
    if (first.code !== second.code) await assert.rejects(finish(kind, first), wrong);
    for (let n = 0; n < 3; n += 1) {
      const code = second.code === '000000' ? '000001' : '000000';
      await assert.rejects(finish(kind, { ...second, code }), wrong);
    }
    const third = await ask(kind, first.challengeId);
    await assert.rejects(ask(kind, first.challengeId), { code: 'too_many_requests' });
    await finish(kind, third);
  });

  test(`A-182: five wrong codes by ${kind} end the challenge, whatever was sent since`, async (t) => {
    const { ask, finish } = await withCodes(t, kind);
    const first = await ask(kind);
    const wrongOne = (right: string) => (right === '000000' ? '000001' : '000000');
    for (let n = 0; n < 5; n += 1) {
      await assert.rejects(finish(kind, { ...first, code: wrongOne(first.code) }), wrong);
    }
    const second = await ask(kind, first.challengeId);
    await assert.rejects(finish(kind, second), { code: 'challenge_expired' });
  });
}

test('A-181: a code is over with its challenge', async (t) => {
  const { ask, finish, clock } = await withCodes(t, 'sms');
  const asked = await ask('sms');
  clock.advanceMs(300_000);
  await assert.rejects(finish('sms', asked), { code: 'challenge_expired' });
});

test('A-181: a code that confirms is over after ten minutes', async (t) => {
  const { begin, confirm, house, clock } = await openGround(t, { settings: { recentSignInSeconds: 86_400 } });
  const { expiresInSeconds } = await begin('sms');
  assert.equal(expiresInSeconds, 600);
  const code = await readSentCode(house);
  clock.advanceMs(600_000);
  await assert.rejects(confirm('sms', code), { code: 'challenge_expired' });
});

test('A-180: a code of one channel is none of the other, and one that confirms does not sign in', async (t) => {
  const ground = await withCodes(t, 'email');
  const { house, ask, finish, begin, confirm } = ground;
  await begin('sms');
  await confirm('sms', await readSentCode(house));
  const mailed = await ask('email');
  await assert.rejects(finish('sms', mailed), wrong);
  await finish('email', mailed);
});

test('A-189: a number counts once its code came back, and not before', async (t) => {
  const { house, caller, begin, confirm } = await openGround(t);
  await begin('sms');
  assert.equal((await logIn(house, alice, source)).kind, 'signed-in');
  const code = await readSentCode(house);
  await assert.rejects(confirm('sms', code === '000000' ? '000001' : '000000'), wrong);
  const { recoveryCodes } = await confirm('sms', code);
  assert.equal(recoveryCodes?.length, 10);
  assert.deepEqual(
    (await listFactors(house, caller)).factors.map(({ kind, target }) => [kind, target]),
    [['sms', '•••••••••••67']],
  );
});

test('A-189: another number is another factor: it takes a sign-in of two, and proves itself', async (t) => {
  const { begin, confirm, house } = await withCodes(t, 'sms');
  await assert.rejects(begin('sms'), { code: 'insufficient_user_authentication' });
  await assert.rejects(confirm('sms', '123456'), { code: 'insufficient_user_authentication' });
  const [row] = await house.store.read(sql<{ n: number }>`SELECT count(*) AS n FROM factors`);
  assert.equal(row?.n, 1);
});

test('A-150: codes by mail take an address that was proven', async (t) => {
  const { house, begin } = await openGround(t);
  await house.store.commit([sql`UPDATE users SET email_verified_at_ms = NULL`]);
  await assert.rejects(begin('email'), { code: 'email_not_proven' });
});

test('a number that is none is refused', async (t) => {
  const { house, caller } = await openGround(t);
  for (const number of ['0170 1234567', '+0491701234567', '+49', `+${'1'.repeat(16)}`, '+49170123456x']) {
    const call = beginCodeFactor(house, { caller, factor: { kind: 'sms', phone: number } }, source);
    await assert.rejects(call, { code: 'invalid_request' }, number);
  }
});

test('A-188: codes by mail can be switched off, also for accounts that have them', async (t) => {
  const ground = await withCodes(t, 'email');
  const house = { ...ground.house, policy: { ...ground.house.policy, emailCodes: false } };
  assert.equal((await logIn(house, alice, source)).kind, 'signed-in');
  const call = beginCodeFactor(house, { caller: ground.caller, factor: factors.email }, source);
  await assert.rejects(call, { code: 'channel_unavailable' });
});

test('a server without SMS offers none', async (t) => {
  const { house, caller } = await openGround(t);
  const mute = { ...house, messages: { ...house.messages, canSms: false } };
  const call = beginCodeFactor(mute, { caller, factor: factors.sms }, source);
  await assert.rejects(call, { code: 'channel_unavailable' });
});

test('A-169: a code is sent for what the sign-in asks for', async (t) => {
  const { house } = await withCodes(t, 'email');
  const { challengeId } = await beginAsAlice(house);
  const call = sendCode(house, { challengeId, factor: 'sms' }, source);
  await assert.rejects(call, { code: 'invalid_request' });
  const other = sendCode(house, { challengeId: 'A'.repeat(22), factor: 'email' }, source);
  await assert.rejects(other, { code: 'challenge_expired' });
});

test('A-185: codes are uniform, over each of their digits', () => {
  const counts = Array.from({ length: 6 }, () => new Array<number>(10).fill(0));
  const draws = 100_000;
  for (let n = 0; n < draws; n += 1) {
    const code = makeOneTimeCode();
    assert.match(code, /^[0-9]{6}$/);
    for (const [place, digit] of [...code].entries()) {
      const row = counts[place];
      if (row !== undefined) row[Number(digit)] = (row[Number(digit)] ?? 0) + 1;
    }
  }
  for (const row of counts) {
    const expected = draws / 10;
    const chiSquare = row.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // Nine degrees of freedom: more than 45 comes once in a million.
    assert.ok(chiSquare < 45, String(chiSquare));
  }
});

test('A-179, A-186: no secret and no code stands in the database, the audit table or the log', async (t) => {
  const ground = await withCodes(t, 'sms');
  const { house, ask, finish, directory, logLines } = ground;
  const asked = await ask('sms');
  const strong = await finish('sms', asked);
  const { caller } = ground;
  const recent = { ...caller, amr: claimsOf(strong.accessToken).amr };
  const { secret, address } = await beginApp(house, recent, source);
  const appSecret = readSecret({ secret });
  await confirmApp(house, { caller: recent, code: appCode(appSecret, ground.clock.now()) }, source);
  const last = await ask('sms');
  const [row] = await house.store.read(
    sql<{ n: number }>`SELECT count(*) AS n FROM challenges WHERE code_mac IS NOT NULL`,
  );
  assert.equal(row?.n, 1, 'a code is open');
  await house.messages.settled();
  const files = ['countersign.db', 'countersign.db-wal'].map((name) =>
    readFileSync(join(directory, 'data', name)),
  );
  const audit = JSON.stringify(await house.store.read(sql`SELECT * FROM audit`));
  for (const canary of [secret, address, asked.code, last.code, asked.challengeId, last.challengeId]) {
    // Six digits may stand in any number; as a text of their own they may not.
    const isShort = canary.length === 6;
    if (!isShort) for (const file of files) assert.ok(!file.includes(canary));
    assert.ok(!audit.includes(isShort ? `"${canary}"` : canary));
  }
  for (const file of files) assert.ok(!file.includes(Buffer.from(appSecret)));
  const lines = logLines.filter((line) => !line.includes('message.shown')).join('\n');
  assert.ok(!lines.includes(secret) && !lines.includes(last.challengeId));
});
