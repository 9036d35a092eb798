import assert from 'node:assert/strict';
import test from 'node:test';
import { resetFactors } from '../../src/flows/admin/reset-factors.ts';
import { logIn } from '../../src/flows/log-in.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { giveRoles } from '../../src/flows/give-roles.ts';
import { sql } from '../../src/store/sql.ts';
import { alice, appCode, enrolApp, withApp } from './factor-ground.ts';
import { callerOf, readActions, signInAlice, source } from './test-house.ts';

const commandLine = { kind: 'command-line' } as const;

test('A-197: factors go with sessions and sign-ins under way; the owner is told, and it is audited', async (t) => {
  const { house, clock, secret, caller, signedIn, begin, finish } = await withApp(t);
  const { challengeId } = await begin();
  await resetFactors(house, { actor: commandLine, userId: caller.userId }, source);
  const finished = finish(challengeId, appCode(secret, clock.now()));
  await assert.rejects(finished, { code: 'challenge_expired' });
  const renewed = refresh(house, { refreshToken: signedIn.refreshToken, requestId: 'r' }, source);
  await assert.rejects(renewed, { code: 'invalid_grant' });
  assert.equal((await logIn(house, alice, source)).kind, 'signed-in');
  assert.ok((await readActions(house)).includes('user.factors-reset'));
  await house.messages.settled();
  assert.ok(house.messages.shown?.some(({ template }) => template === 'factor-removed'));
});

test('A-197: an administrator who has a second factor resets by two', async (t) => {
  const { house, caller, signedIn } = await signInAlice(t);
  await house.store.commit([
    ...giveRoles(caller.userId, ['admin']),
    sql`UPDATE users SET updated_at_ms = updated_at_ms`,
  ]);
  const actor = { kind: 'user', caller: await callerOf(house, signedIn) } as const;
  const input = { actor, userId: caller.userId };
  await enrolApp(house, caller.userId);
  await assert.rejects(resetFactors(house, input, source), { code: 'insufficient_user_authentication' });
  const strong = { ...actor, caller: { ...actor.caller, amr: ['pwd', 'otp', 'mfa'] } };
  await resetFactors(house, { ...input, actor: strong }, source);
});

test('an account that is not there is not found', async (t) => {
  const { house } = await signInAlice(t);
  const call = resetFactors(house, { actor: commandLine, userId: 'A'.repeat(22) }, source);
  await assert.rejects(call, { code: 'not_found' });
});
