import assert from 'node:assert/strict';
import test from 'node:test';
import { changePassword } from '../../src/flows/change-password.ts';
import { logIn } from '../../src/flows/log-in.ts';
import { idOfSecret } from '../../src/proofs/one-time-secret.ts';
import { findChallenge } from '../../src/store/challenges.ts';
import { sql } from '../../src/store/sql.ts';
import { claimsOf, password, readActions, signInAlice, source } from './test-house.ts';

const alice = { identifier: 'alice@example.com', password };

function enrol(userId: string, kind: string, confirmedAtMs: number | null) {
  return sql`INSERT INTO factors (id, user_id, kind, created_at_ms, confirmed_at_ms)
    VALUES (${`${kind} ${String(confirmedAtMs)}`}, ${userId}, ${kind}, 1, ${confirmedAtMs})`;
}

test('A-168: a correct password opens a challenge and no session where a factor is enrolled', async (t) => {
  const { house, caller } = await signInAlice(t);
  await house.store.commit([enrol(caller.userId, 'totp', 1)]);
  const count = sql<{ n: number }>`SELECT count(*) AS n FROM sessions`;
  const [before] = await house.store.read(count);
  const outcome = await logIn(house, alice, source);
  assert.equal(outcome.kind, 'second-factor-required');
  assert.deepEqual(outcome.factors, ['totp']);
  assert.deepEqual(await house.store.read(count), [before]);
  const name = { id: idOfSecret(outcome.challengeId), purpose: 'sign-in', nowMs: house.now() } as const;
  const [challenge] = await house.store.read(findChallenge(name));
  assert.equal(challenge?.userId, caller.userId);
  assert.equal(challenge.detail, JSON.stringify({ proven: ['password'], asksForTwo: false }));
  assert.equal((await readActions(house)).at(-1), 'log-in.second-factor-asked');
});

test('A-175: a factor that waits for its confirmation is not asked for', async (t) => {
  const { house, caller } = await signInAlice(t);
  await house.store.commit([enrol(caller.userId, 'totp', null)]);
  assert.equal((await logIn(house, alice, source)).kind, 'signed-in');
});

test('who asks for two factors and has none is told so', async (t) => {
  const { house } = await signInAlice(t);
  await assert.rejects(logIn(house, { ...alice, asksForTwo: true }, source), {
    code: 'second_factor_unavailable',
  });
});

test('the session after a change of password has the level of the one before', async (t) => {
  const { house, caller } = await signInAlice(t);
  const input = { currentPassword: password, newPassword: 'seven boats on a green lake' };
  const strong = { ...caller, amr: ['pwd', 'otp', 'mfa'] };
  const signedIn = await changePassword(house, { caller: strong, ...input }, source);
  assert.deepEqual(claimsOf(signedIn.accessToken).amr, ['pwd', 'otp', 'mfa']);
  assert.equal(claimsOf(signedIn.accessToken).acr, 'aal2');
});
