import type { TestContext } from 'node:test';
import type { EpochSeconds } from '../../src/base/clock.ts';
import type { Caller, House, RequestSource, Statement } from '../../src/base/house.ts';
import { findCaller } from '../../src/flows/find-caller.ts';
import { logIn } from './log-in.ts';
import { register } from '../../src/flows/register.ts';
import type { SignedIn } from '../../src/flows/signed-in.ts';
import { sql } from '../../src/store/sql.ts';
import { startTestServer, type TestServer, type TestServerOptions } from '../../src/testing.ts';

export const source: RequestSource = { requestId: 'r1', address: '192.0.2.7', userAgent: 'test' };
export const password = 'a wristband for alice';

export async function openTestHouse(t: TestContext, options?: TestServerOptions): Promise<TestServer> {
  const server = await startTestServer(options);
  t.after(() => server.close());
  return server;
}

/** An account that is signed in, with a database and a clock of its own. */
export async function signInAlice(
  t: TestContext,
  options?: TestServerOptions,
): Promise<TestServer & { readonly signedIn: SignedIn; readonly caller: Caller }> {
  const server = await openTestHouse(t, options);
  await register(server.house, { email: 'alice@example.com', password, username: 'alice' }, source);
  const signedIn = await logIn(server.house, { identifier: 'alice@example.com', password }, source);
  return { ...server, signedIn, caller: await callerOf(server.house, signedIn) };
}

export function callerOf(house: House, signedIn: SignedIn): Promise<Caller> {
  const claims = claimsOf(signedIn.accessToken);
  return findCaller(house, {
    subject: signedIn.user.id,
    sessionId: signedIn.sessionId,
    clientId: 'first-party',
    tokenId: claims.jti,
    keyId: undefined,
    rvs: claims.rvs,
    authTime: claims.auth_time,
  });
}

export interface TestClaims {
  readonly iat: number;
  readonly exp: number;
  readonly rvs: number;
  readonly jti: string;
  readonly auth_time: EpochSeconds;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  readonly amr: readonly string[];
  readonly acr: string;
}

/** Claims of a token that this test has just been given; its signature is not looked at. */
export function claimsOf(accessToken: string): TestClaims {
  return JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString());
}

/** Actions in the audit table, the oldest first. */
export async function readActions(house: House): Promise<string[]> {
  const rows = await house.store.read(sql<{ action: string }>`SELECT action FROM audit ORDER BY seq`);
  return rows.map((row) => row.action);
}

export async function readEvents(house: House): Promise<{ scope: string; subject: string; seq: number }[]> {
  return [
    ...(await house.store.read(
      sql<{
        scope: string;
        subject: string;
        seq: number;
      }>`SELECT scope, subject, seq FROM revocations ORDER BY seq`,
    )),
  ];
}

/** The same house, counting what it asks of the database. */
export function countStore(house: House): {
  readonly house: House;
  readonly counts: { reads: number; commits: number };
} {
  const counts = { reads: 0, commits: 0 };
  const { store } = house;
  return {
    counts,
    house: {
      ...house,
      store: {
        ...store,
        read<Row>(query: Statement<Row>) {
          counts.reads += 1;
          return store.read(query);
        },
        commit<const Act extends readonly Statement<unknown>[]>(act: Act) {
          counts.commits += 1;
          return store.commit(act);
        },
      },
    },
  };
}
