import assert from 'node:assert/strict';
import test from 'node:test';
import type { House, RequestSource } from '../../src/base/house.ts';
import type { OutgoingMessage } from '../../src/base/messages.ts';
import { setPassword } from '../../src/flows/admin/set-password.ts';
import { disownSignIn, readDisownable } from '../../src/flows/disown-sign-in.ts';
import { logOutEverywhere } from '../../src/flows/log-out-everywhere.ts';
import { openSession } from '../../src/flows/open-session.ts';
import { decideSecondFactor } from '../../src/rules/second-factor-needed.ts';
import { firstPartyClientId } from '../../src/store/clients.ts';
import { sql } from '../../src/store/sql.ts';
import { findForSignIn } from '../../src/store/users.ts';
import { logIn } from './log-in.ts';
import { callerOf, password, readActions, readEvents, signInAlice, source } from './test-house.ts';

const alice = { identifier: 'alice@example.com', password };
const firefox = (version: number): string =>
  `Mozilla/5.0 (X11; Linux x86_64; rv:${version}.0) Gecko/20100101 Firefox/${version}.0`;
const elsewhere: RequestSource = { ...source, address: '198.51.100.4', userAgent: firefox(140) };

/** All but what every registration sends. */
async function readMessages(house: House): Promise<readonly OutgoingMessage[]> {
  await house.messages.settled();
  return (house.messages.shown ?? []).filter(({ template }) => template !== 'verify-email');
}

function tokenOf(message: OutgoingMessage | undefined): string {
  const token = /\/not-me\?token=([\w-]{22})/.exec(message?.text ?? '')?.[1];
  assert.ok(token !== undefined, message?.text);
  return token;
}

/** Somebody who knows the password signs in from elsewhere, and the owner is told. */
async function signInElsewhere(house: House) {
  const stranger = await logIn(house, alice, elsewhere);
  const [message] = await readMessages(house);
  return { stranger, message, token: tokenOf(message) };
}

test('a sign-in from a new device is told to the owner, once, and the first of an account is not', async (t) => {
  const { house } = await signInAlice(t);
  await logIn(house, alice, source);
  assert.deepEqual(await readMessages(house), []);
  const { message } = await signInElsewhere(house);
  assert.equal(message?.template, 'new-device');
  assert.equal(message.recipient, alice.identifier);
  assert.match(message.text, /198\.51\.100\.4/);
  assert.match(message.text, /Firefox on Linux/);
  // A browser that updated itself is the same device.
  await logIn(house, alice, { ...elsewhere, userAgent: firefox(141) });
  assert.equal((await readMessages(house)).length, 1);
  await logIn(house, alice, { ...elsewhere, userAgent: 'curl/8.5.0' });
  assert.equal((await readMessages(house)).length, 2);
});

test('a device that is remembered is no new one, wherever it is', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  const [user] = await house.store.read(
    findForSignIn({ column: 'id', value: signedIn.user.id }, firstPartyClientId),
  );
  assert.ok(user);
  const decision = decideSecondFactor({ proven: ['password'], enrolled: [], isRememberedDevice: true });
  assert.ok(decision.kind === 'enough');
  const opening = { user, factors: decision.factors, readAtMs: house.now(), isRememberedDevice: true };
  await openSession(house, opening, elsewhere);
  assert.deepEqual(await readMessages(house), []);
});

test('"this was not me" ends every session, and the password opens nothing until another one is set', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  const { stranger, token } = await signInElsewhere(house);
  const seen = await readDisownable(house, token);
  assert.deepEqual([seen.device, seen.address], ['Firefox on Linux', '198.51.100.4']);
  assert.deepEqual(await disownSignIn(house, token, source), { needsNewPassword: true });
  for (const session of [signedIn, stranger]) {
    await assert.rejects(callerOf(house, session), { code: 'invalid_token' });
  }
  assert.deepEqual(
    (await readEvents(house)).map(({ scope, subject }) => `${scope} ${subject}`),
    [`user ${signedIn.user.id}`],
  );
  assert.equal((await readActions(house)).at(-1), 'log-in.disowned');
  for (const from of [source, elsewhere]) {
    await assert.rejects(logIn(house, alice, from), { code: 'invalid_credentials' });
  }
  const newPassword = 'another wristband for alice';
  await setPassword(
    house,
    { actor: { kind: 'command-line' }, userId: signedIn.user.id, newPassword },
    source,
  );
  await logIn(house, { ...alice, password: newPassword }, source);
});

test('a link works once, also when it is followed ten times at once', async (t) => {
  const { house } = await signInAlice(t);
  const { token } = await signInElsewhere(house);
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => disownSignIn(house, token, source)),
  );
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
  await assert.rejects(disownSignIn(house, token, source), { code: 'invalid_link' });
  await assert.rejects(readDisownable(house, token), { code: 'invalid_link' });
});

test('a link lasts a week, whatever the stranger does meanwhile', async (t) => {
  const { house, clock } = await signInAlice(t);
  const { stranger, token } = await signInElsewhere(house);
  await logOutEverywhere(house, await callerOf(house, stranger), elsewhere);
  clock.advanceMs(7 * 86_400_000 - 1);
  assert.equal((await readDisownable(house, token)).device, 'Firefox on Linux');
  clock.advanceMs(1);
  await assert.rejects(disownSignIn(house, token, source), { code: 'invalid_link' });
});

test('A-410: the link is in the message and nowhere else', async (t) => {
  const { house, logLines } = await signInAlice(t);
  const { token } = await signInElsewhere(house);
  const tables = ['audit', 'challenges', 'sessions', 'known_devices'] as const;
  for (const table of tables) {
    const rows = await house.store.read({ sql: `SELECT * FROM ${table}`, parameters: [] });
    assert.ok(!JSON.stringify(rows).includes(token), table);
  }
  assert.equal(logLines.filter((line) => line.includes(token) && !line.includes('message')).length, 0);
  const rows = await house.store.read(sql`SELECT 1 FROM challenges WHERE purpose = 'not-me'`);
  assert.equal(rows.length, 1);
});
