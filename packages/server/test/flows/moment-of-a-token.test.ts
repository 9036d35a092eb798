import assert from 'node:assert/strict';
import test from 'node:test';
import type { House, Statement } from '../../src/base/house.ts';
import { createClient } from '../../src/flows/admin/create-client.ts';
import { issueClientToken } from '../../src/flows/issue-client-token.ts';
import { logIn } from './log-in.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { publishEvents } from '../../src/store/revocations.ts';
import type { TestServer } from '../../src/testing.ts';
import { claimsOf, password, readEvents, signInAlice, source } from './test-house.ts';

const secondsBetween = 10;

/** The same house, where ten seconds pass and something is revoked behind everything that is asked of the database. */
function whileOthersRevoke({ house, clock }: TestServer): House {
  const { store } = house;
  const revokeSomething = async (): Promise<void> => {
    clock.advanceMs(secondsBetween * 1000);
    const act = { id: `at ${clock.now()}`, atMs: clock.now() };
    await store.commit(
      publishEvents(house.feed, act, [{ scope: 'tenant', subject: 'others', reason: 'test' }]),
    );
    await house.feed.reload();
  };
  return {
    ...house,
    store: {
      ...store,
      async read<Row>(query: Statement<Row>) {
        const rows = await store.read(query);
        await revokeSomething();
        return rows;
      },
      async commit<const Act extends readonly Statement<unknown>[]>(act: Act) {
        const outcome = await store.commit(act);
        await revokeSomething();
        return outcome;
      },
    },
  };
}

/** Clock and feed as they are when the flow begins; `steps` were asked of the database before it read anything. */
async function assertMoment(
  server: TestServer,
  issue: (house: House) => Promise<{ readonly accessToken: string }>,
  steps = 0,
): Promise<void> {
  const iat = Math.floor(server.clock.now() / 1000) + steps * secondsBetween;
  const rvs = server.house.feed.view.seq + steps;
  const { accessToken } = await issue(whileOthersRevoke(server));
  const claims = claimsOf(accessToken);
  assert.deepEqual({ iat: claims.iat, rvs: claims.rvs }, { iat, rvs });
  assert.ok((await readEvents(server.house)).length > steps, 'something was revoked meanwhile');
}

test('A-258: a token says the time and the number of when its user or client was read, not of when it was made', async (t) => {
  const server = await signInAlice(t);
  const actor = { kind: 'command-line' } as const;
  const made = await createClient(server.house, { actor, name: 'Reports', scopes: ['a:b'] }, source);
  const asClient = { clientId: made.client.id, clientSecret: made.clientSecret, scope: undefined };
  const { refreshToken } = server.signedIn;
  await server.house.feed.reload();
  await assertMoment(server, (house) => logIn(house, { identifier: 'alice@example.com', password }, source));
  await assertMoment(server, (house) => issueClientToken(house, asClient, source));
  await assertMoment(server, (house) => refresh(house, { refreshToken, requestId: '1' }, source));
  // The statement that would spend it changes nothing; what the token says is read after it.
  await assertMoment(server, (house) => refresh(house, { refreshToken, requestId: '1' }, source), 1);
});
