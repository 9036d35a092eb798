import assert from 'node:assert/strict';
import test from 'node:test';
import { commandLine } from '../../src/cli/open-house.ts';
import type { House } from '../../src/base/house.ts';
import { Refusal } from '../../src/base/refusal.ts';
import { createClient } from '../../src/flows/admin/create-client.ts';
import { maxWaitingActs } from '../../src/flows/check-room.ts';
import { issueClientToken } from '../../src/flows/issue-client-token.ts';
import { logOut } from '../../src/flows/log-out.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { sql } from '../../src/store/sql.ts';
import { signInAlice, source } from './test-house.ts';

/** As many acts as may wait, all on their way. */
function pileUp(house: House): Promise<unknown> {
  const act = [sql`DELETE FROM house WHERE name = 'nothing'`];
  return Promise.all(Array.from({ length: maxWaitingActs }, () => house.store.commit(act)));
}

const isShed = (error: unknown): boolean =>
  error instanceof Refusal &&
  error.code === 'overloaded' &&
  (error.details.retryAfterSeconds ?? 0) >= 3 &&
  (error.details.retryAfterSeconds ?? 0) <= 9;

test('A-423: a refresh is shed while too many acts wait, and goes through with the same token later', async (t) => {
  const { house, signedIn } = await signInAlice(t);
  const input = { refreshToken: signedIn.refreshToken, requestId: 'a' };
  const working = pileUp(house);
  assert.equal(house.store.waiting(), maxWaitingActs);
  await assert.rejects(refresh(house, input, source), isShed);
  await working;
  assert.equal(house.store.waiting(), 0);
  assert.equal((await refresh(house, input, source)).sessionId, signedIn.sessionId);
});

test('A-423: tokens of machine clients are shed too', async (t) => {
  const { house } = await signInAlice(t);
  const asked = { actor: commandLine, name: 'an API', scopes: ['a:b'] };
  const { client, clientSecret } = await createClient(house, asked, source);
  const working = pileUp(house);
  const request = { clientId: client.id, clientSecret, scope: undefined };
  await assert.rejects(issueClientToken(house, request, source), isShed);
  await working;
  assert.equal((await issueClientToken(house, request, source)).scope, 'a:b');
});

test('A-423: what ends a session is never shed', async (t) => {
  const { house, signedIn, caller } = await signInAlice(t);
  const working = pileUp(house);
  await logOut(house, { caller }, source);
  await working;
  const input = { refreshToken: signedIn.refreshToken, requestId: 'a' };
  await assert.rejects(refresh(house, input, source), { code: 'invalid_grant' });
});
