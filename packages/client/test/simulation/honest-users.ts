import { register } from '../../../server/src/flows/register.ts';
import type { TestServer } from 'countersign/testing';
import {
  type Device,
  duplicate,
  openDevice,
  type StorageKind,
  storageKinds,
  untilIdle,
  type Weather,
} from './device.ts';
import { applyPolicy, type Policy } from './policy.ts';

export type Draw = (below: number) => number;

export interface HonestCounts {
  refreshes: number;
  /** Users whose session was refused although nobody had stolen anything. */
  falseLogouts: number;
  lostRequests: number;
  lostAnswers: number;
  restarts: number;
  crashes: number;
  tabsOpened: number;
  tabsDuplicated: number;
  sleeps: number;
}

export interface HonestUser {
  readonly device: Device;
  readonly identifier: string;
  readonly counts: HonestCounts;
  sleepsUntilMs: number;
}

export const password = 'a wristband for everyone';

/** Of a thousand. A bad day at the edge of a mobile network. */
const lostOfThousand = 10;
const atOnce = 60;

export function newCounts(): HonestCounts {
  return {
    refreshes: 0,
    falseLogouts: 0,
    lostRequests: 0,
    lostAnswers: 0,
    restarts: 0,
    crashes: 0,
    tabsOpened: 0,
    tabsDuplicated: 0,
    sleeps: 0,
  };
}

export interface Population {
  readonly server: TestServer;
  readonly draw: Draw;
  readonly policy: Policy;
  readonly users: readonly HonestUser[];
  readonly countsByKind: Readonly<Record<StorageKind, HonestCounts>>;
}

export interface Surrounded {
  readonly server: TestServer;
  readonly draw: Draw;
  readonly policy: Policy;
}

export async function createPopulation(
  { server, draw, policy }: Surrounded,
  size: number,
): Promise<Population> {
  const countsByKind = {
    memory: newCounts(),
    sessionStorage: newCounts(),
    localStorage: newCounts(),
    cookie: newCounts(),
    custom: newCounts(),
  };
  const users: HonestUser[] = [];
  for (let n = 0; n < size; n++) {
    const kind = storageKinds[n % storageKinds.length] ?? 'memory';
    const identifier = await makeAccount(server, `honest-${n}`);
    users.push(createUser({ server, draw, policy, kind, identifier, counts: countsByKind[kind] }));
  }
  return { server, draw, policy, users, countsByKind };
}

export async function makeAccount(server: TestServer, name: string): Promise<string> {
  // One a minute, as fast as one address may.
  server.clock.advanceMs(60_000);
  const source = { requestId: 'r', address: '192.0.2.1', userAgent: undefined };
  await register(server.house, { email: `${name}@example.com`, password }, source);
  return `${name}@example.com`;
}

interface UserParts extends Surrounded {
  readonly kind: StorageKind;
  readonly identifier: string;
  readonly counts: HonestCounts;
}

function createUser({ server, draw, policy, kind, identifier, counts }: UserParts): HonestUser {
  const weather = (): Weather => {
    const fate = draw(1000);
    if (fate >= 2 * lostOfThousand) return 'fine';
    counts[fate < lostOfThousand ? 'lostRequests' : 'lostAnswers'] += 1;
    return fate < lostOfThousand ? 'request lost' : 'answer lost';
  };
  const device = openDevice({
    server,
    kind,
    hasLocks: true,
    policy,
    weather,
    onRefreshed: () => {
      counts.refreshes += 1;
    },
    onRefused: () => {
      counts.falseLogouts += 1;
    },
  });
  return { device, identifier, counts, sleepsUntilMs: 0 };
}

/** Half a life of an access token, in which everybody who is awake renews once. */
export async function liveOnePeriod({ server, draw, policy, users }: Population): Promise<void> {
  const groups = Math.ceil(users.length / atOnce);
  for (let group = 0; group < groups; group++) {
    const present = users.slice(group * atOnce, (group + 1) * atOnce);
    const awake = present.filter((user) => user.sleepsUntilMs <= server.clock.now());
    await Promise.all(awake.map((user) => changeSomething(user, server, draw)));
    await applyPolicy(server, policy);
    let unlucky = await useTabs(awake);
    for (let tries = 0; unlucky.length > 0 && tries < 5; tries++) {
      // A page whose call failed calls again soon, unless its laptop was closed just then.
      unlucky = unlucky.filter((user) => draw(20) > 0 || fallAsleep(user, server, draw));
      server.clock.advanceMs(6000);
      unlucky = await useTabs(unlucky);
    }
    server.clock.advanceMs(150_000 / groups);
  }
}

async function changeSomething(user: HonestUser, server: TestServer, draw: Draw): Promise<void> {
  const { device, counts } = user;
  if (!device.tabs.some(({ auth }) => auth.state.status === 'signed-in')) await signIn(user);
  const fate = draw(1000);
  if (fate < 5) {
    counts.restarts += 1;
    await restart(user);
  } else if (fate < 8) {
    counts.crashes += 1;
    await crash(user);
  } else if (fate < 18 && device.tabs.length < 4) await openAnother(user);
  else if (fate < 28 && device.tabs.length > 1) device.tabs.at(-1)?.close();
  else if (fate < 32) fallAsleep(user, server, draw);
}

/** A minute to two days. @returns false, for a filter of those who stay awake */
function fallAsleep(user: HonestUser, server: TestServer, draw: Draw): false {
  user.counts.sleeps += 1;
  const hours = draw(4) === 0 ? draw(48) : draw(3);
  user.sleepsUntilMs = server.clock.now() + 60_000 + hours * 3_600_000 + draw(3_600_000);
  return false;
}

/** All devices have one address, of which so many may sign in at once; the others do in the next period. */
async function signIn({ device, identifier }: HonestUser): Promise<void> {
  const tab = device.tabs[0] ?? device.openTab();
  await tab.auth.signIn({ identifier, password }).catch(() => undefined);
}

/** The browser ends and comes back with what its storage kept; a reload, where a storage ends with its tab. */
async function restart({ device }: HonestUser): Promise<void> {
  const kept = device.kind === 'sessionStorage' ? device.tabs[0]?.sessionStorage : undefined;
  device.close();
  await device
    .openTab(kept)
    .auth.restore()
    .catch(() => undefined);
}

/** In the middle of a refresh: the answer arrives at a page that is gone. */
async function crash(user: HonestUser): Promise<void> {
  const underWay = user.device.tabs.map(({ auth }) => auth.accessToken().catch(() => undefined));
  await restart(user);
  await Promise.all(underWay);
}

async function openAnother({ device, counts }: HonestUser): Promise<void> {
  const [first] = device.tabs;
  if (first === undefined || device.kind === 'memory') return;
  const isCopy = device.kind === 'sessionStorage';
  counts[isCopy ? 'tabsDuplicated' : 'tabsOpened'] += 1;
  const tab = isCopy ? duplicate(device, first) : device.openTab();
  const user = await tab.auth.restore().catch(() => undefined);
  // A duplicate that found itself a duplicate shows its sign-in page; nobody was signed out.
  if (user === undefined && tab.auth.state.status === 'signed-out') tab.close();
}

/** Every page asks for a token for its next request. @returns those of whom a call failed */
async function useTabs(users: readonly HonestUser[]): Promise<HonestUser[]> {
  const failedBefore = users.map(({ device }) => device.calls.failed);
  await Promise.all(
    users.map(async ({ device }) => {
      await Promise.allSettled(device.tabs.map(({ auth }) => auth.accessToken()));
      await untilIdle(device);
    }),
  );
  return users.filter(({ device }, index) => device.calls.failed > (failedBefore[index] ?? 0));
}
