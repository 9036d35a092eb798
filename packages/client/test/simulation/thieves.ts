import { createGuard, type Guard } from '@countersign/guard';
import type { TestServer } from 'countersign/testing';
import { createClient } from '../../../server/src/flows/admin/create-client.ts';
import { sql } from '../../../server/src/store/sql.ts';
import { type Device, openDevice, type StorageKind, storageKinds, untilIdle } from './device.ts';
import { type Draw, makeAccount, password } from './honest-users.ts';
import { applyPolicy, type Policy } from './policy.ts';

/** When a thief uses what he copied. */
export const moments = ['before the owner', 'with the owner', 'after the owner', 'a period later'] as const;
export type Moment = (typeof moments)[number];

export type Loot = 'token' | 'token and secret';

export interface TheftCounts {
  thieves: number;
  /** Got an access token at all. */
  succeeded: number;
  /** Could still refresh after two periods in which the owner refreshed too. */
  undetected: number;
  /** Access tokens of an ended session that a follower accepted. */
  acceptedByFollower: number;
}

export function newTheftCounts(): TheftCounts {
  return { thieves: 0, succeeded: 0, undetected: 0, acceptedByFollower: 0 };
}

export interface Crime {
  readonly server: TestServer;
  readonly draw: Draw;
  readonly policy: Policy;
  /** Of another service, that follows the feed. */
  readonly follower: Guard;
}

/** Of a service elsewhere: what it knows comes through the endpoints of the feed. */
export async function openFollower(server: TestServer): Promise<Guard> {
  const source = { requestId: 'r', address: '192.0.2.1', userAgent: undefined };
  const actor = { kind: 'command-line' } as const;
  const asked = { actor, name: 'an API', scopes: ['revocations:read'] };
  const { client, clientSecret } = await createClient(server.house, asked, source);
  const guard = createGuard({
    issuer: server.issuer,
    audience: server.issuer,
    feed: { clientId: client.id, clientSecret },
    now: server.clock.now,
    fetch: (url, init) => server.fetch(new Request(url, init)),
  });
  await guard.ready();
  return guard;
}

interface Thief {
  /** @returns an access token, `undefined` when he is refused */
  refresh(): Promise<string | undefined>;
}

let victims = 0;

/** One theft and the two periods after it. */
export async function steal(crime: Crime, loot: Loot, counts: TheftCounts): Promise<void> {
  const { server, draw } = crime;
  const kind = pick(loot === 'token' ? storageKinds : readableKinds, draw);
  const moment = pick(moments, draw);
  const owner = await signInVictim(crime, kind);
  const thief = loot === 'token' ? copyToken(server, owner) : copyBoth(crime, owner);
  const stolen: string[] = [];
  const act = async (): Promise<boolean> => {
    const token = await thief.refresh();
    if (token !== undefined) stolen.push(token);
    return token !== undefined;
  };
  await useAt(moment, { server, owner, act });
  for (let period = 0; period < 2; period++) {
    server.clock.advanceMs(155_000);
    const isFirst = draw(2) === 0;
    if (isFirst) await act();
    await use(owner);
    if (!isFirst) await act();
  }
  server.clock.advanceMs(155_000);
  const isIn = await act();
  counts.thieves += 1;
  if (stolen.length > 0) counts.succeeded += 1;
  if (isIn) counts.undetected += 1;
  else counts.acceptedByFollower += await countAccepted(crime, stolen);
  owner.close();
}

const readableKinds: readonly StorageKind[] = ['sessionStorage', 'localStorage', 'custom'];

async function useAt(
  moment: Moment,
  theft: { readonly server: TestServer; readonly owner: Device; readonly act: () => Promise<boolean> },
): Promise<void> {
  const { server, owner, act } = theft;
  if (moment === 'before the owner') {
    await act();
    return;
  }
  server.clock.advanceMs(155_000);
  if (moment === 'with the owner') {
    await Promise.all([use(owner), act()]);
    return;
  }
  await use(owner);
  server.clock.advanceMs(moment === 'after the owner' ? 5000 : 155_000);
  if (moment === 'a period later') await use(owner);
  await act();
}

function pick<Value>(all: readonly Value[], draw: Draw): Value {
  const one = all[draw(all.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

async function use(device: Device): Promise<void> {
  await Promise.allSettled(device.tabs.map(({ auth }) => auth.accessToken()));
  await untilIdle(device);
}

async function signInVictim(crime: Crime, kind: StorageKind): Promise<Device> {
  const { server, policy } = crime;
  victims += 1;
  const identifier = await makeAccount(server, `victim-${victims}`);
  const device = openDeviceOf(crime, kind);
  await device.openTab().auth.signIn({ identifier, password });
  await applyPolicy(server, policy);
  server.clock.advanceMs(155_000);
  await use(device);
  return device;
}

function openDeviceOf({ server, policy }: Crime, kind: StorageKind): Device {
  const nothing = (): void => {};
  return openDevice({
    server,
    kind,
    hasLocks: true,
    policy,
    weather: () => 'fine',
    onRefreshed: nothing,
    onRefused: nothing,
  });
}

/** He cannot make the owner's request ids: with every call he makes up one of his own. */
function copyToken(server: TestServer, owner: Device): Thief {
  let refreshToken = owner.refreshToken;
  return {
    async refresh() {
      const answer = await server.fetch('/v1/refresh', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
        body: JSON.stringify({ refresh_token: refreshToken }),
      });
      if (!answer.ok) return undefined;
      const body: { access_token: string; refresh_token: string } = await answer.json();
      refreshToken = body.refresh_token;
      return body.access_token;
    },
  };
}

/** He puts what he copied into a client of ours, and is the owner to the server. */
function copyBoth(crime: Crime, owner: Device): Thief {
  const device = openDeviceOf(crime, 'localStorage');
  const tab = device.openTab();
  tab.putStored(owner.stored ?? '');
  let last: string | undefined;
  return {
    async refresh() {
      await tab.auth.accessToken().catch(() => undefined);
      await untilIdle(device);
      const token = await tab.auth.accessToken().catch(() => undefined);
      const isNew = token !== undefined && token !== last;
      last = token;
      return isNew ? token : undefined;
    },
  };
}

/** Once the follower has heard what the database knows. */
async function countAccepted({ server, follower }: Crime, tokens: readonly string[]): Promise<number> {
  const [row] = await server.house.store.read(sql<{ seq: number }>`SELECT seq FROM feed`);
  while ((follower.status().issuers[0]?.revocations.seq ?? 0) < (row?.seq ?? 0)) {
    // Heads keep a distance of some milliseconds.
    server.clock.advanceMs(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const outcomes = await Promise.allSettled(tokens.map((token) => follower.verify(token)));
  return outcomes.filter(({ status }) => status === 'fulfilled').length;
}
