import assert from 'node:assert/strict';
import test from 'node:test';
import type { House } from '../../src/base/house.ts';
import { listSessions } from '../../src/flows/list-sessions.ts';
import { openSession } from '../../src/flows/open-session.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { decideSecondFactor } from '../../src/rules/second-factor-needed.ts';
import { firstPartyClientId } from '../../src/store/clients.ts';
import { sql } from '../../src/store/sql.ts';
import { findForSignIn } from '../../src/store/users.ts';
import { logIn } from './log-in.ts';
import { password, readActions, readEvents, signInAlice, source } from './test-house.ts';

const alice = { identifier: 'alice@example.com', password };

function capped(house: House, maxSessionsOfUser: number): House {
  return { ...house, policy: { ...house.policy, maxSessionsOfUser } };
}

async function readOpen(house: House): Promise<readonly string[]> {
  const rows = await house.store.read(
    sql<{ id: string }>`SELECT id FROM sessions WHERE revoked_at_ms IS NULL ORDER BY created_at_ms, id`,
  );
  return rows.map(({ id }) => id);
}

test('A-264: one session more than may be open ends the one that was not used for the longest time', async (t) => {
  const { house, clock, signedIn } = await signInAlice(t);
  const small = capped(house, 3);
  const next = async (): ReturnType<typeof logIn> => {
    clock.advanceMs(1000);
    return logIn(small, alice, source);
  };
  const second = await next();
  const third = await next();
  clock.advanceMs(1000);
  await refresh(small, { refreshToken: signedIn.refreshToken, requestId: '1' }, source);
  const fourth = await next();
  assert.deepEqual(
    await readOpen(house),
    [signedIn, third, fourth].map(({ sessionId }) => sessionId),
  );
  assert.deepEqual(
    (await readEvents(house)).map(({ scope, subject }) => `${scope} ${subject}`),
    [`session ${second.sessionId}`],
  );
  assert.deepEqual((await readActions(house)).slice(-2).sort(), ['log-in.succeeded', 'session.ended']);
});

test('A-264: of twenty sign-ins at once no more stay open than may be, and each was opened', async (t) => {
  const { house, caller } = await signInAlice(t);
  const small = capped(house, 5);
  const [user] = await house.store.read(
    findForSignIn({ column: 'id', value: caller.userId }, firstPartyClientId),
  );
  const decision = decideSecondFactor({ proven: ['password'], enrolled: [], isRememberedDevice: false });
  assert.ok(user !== undefined && decision.kind === 'enough');
  const opening = { user, factors: decision.factors, readAtMs: house.now() };
  const opened = await Promise.all(Array.from({ length: 20 }, () => openSession(small, opening, source)));
  assert.equal(new Set(opened.map(({ sessionId }) => sessionId)).size, 20);
  assert.equal((await readOpen(house)).length, 5);
  // Each session that ended has its event.
  assert.equal((await readEvents(house)).length, 16);
  assert.ok((await listSessions(house, caller)).length <= 5);
});

test('a cap that was lowered ends as many as are too many', async (t) => {
  const { house } = await signInAlice(t);
  for (let n = 0; n < 6; n++) await logIn(house, alice, source);
  const last = await logIn(capped(house, 2), alice, source);
  const open = await readOpen(house);
  assert.equal(open.length, 2);
  assert.ok(open.includes(last.sessionId));
});

test('sessions that ended by themselves do not count', async (t) => {
  const { house, clock } = await signInAlice(t);
  const small = capped(house, 1);
  clock.advanceMs(house.policy.sessionIdleSeconds * 1000 + 1);
  await logIn(small, alice, source);
  assert.deepEqual(await readEvents(house), []);
});
