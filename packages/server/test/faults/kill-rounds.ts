import { prepareServer } from './killed-server.ts';
import { createDraw, type KnownSession, type KnownUser, type Ledger, newLedger } from './ledger.ts';
import { call, expectStatus, type Load, password, runUntilDeath, sendRefresh } from './mixed-load.ts';

export interface KillReport {
  readonly kills: number;
  readonly seed: number;
  readonly slowestStartMs: number;
  readonly acknowledged: Ledger['counts'];
  /** Each acknowledged operation that was not there after a restart. Empty, or the house burns. */
  readonly lost: readonly string[];
}

const adminEmail = 'admin@example.com';
const callersAtOnce = 8;
const longestLifeMs = 600;
/** Enough to meet old ones again and again, few enough to check all after every kill. */
const checkedAtOnce = 40;

/**
 * Kills a server under load with `kill -9`, so many times, each at a moment
 * that follows from the seed, and checks after each start that everything it
 * had acknowledged is there.
 */
export async function runKillRounds(kills: number, seed: number): Promise<KillReport> {
  const server = await prepareServer();
  const ledger = newLedger();
  const draw = createDraw(seed);
  const lost: string[] = [];
  let slowestStartMs = 0;
  try {
    await server.run(['users', 'create', '--email', adminEmail, '--admin', '--password-stdin'], password);
    for (let round = 0; round <= kills; round += 1) {
      slowestStartMs = Math.max(slowestStartMs, await server.start());
      const load: Load = {
        issuer: server.issuer,
        adminToken: await signInAdmin(server.issuer),
        ledger,
        draw,
      };
      lost.push(...(await findLost(load)));
      if (round === kills) break;
      const callers = Array.from({ length: callersAtOnce }, () => runUntilDeath(load));
      await new Promise((resolve) => setTimeout(resolve, 20 + draw(longestLifeMs)));
      await server.kill();
      await Promise.all(callers);
    }
  } finally {
    await server.remove();
  }
  return { kills, seed, slowestStartMs, acknowledged: ledger.counts, lost };
}

async function signInAdmin(issuer: string): Promise<string> {
  const answer = await call(issuer, '/v1/login', {
    method: 'POST',
    body: JSON.stringify({ identifier: adminEmail, password }),
  });
  if (answer === undefined) throw new Error('the server died on its own');
  expectStatus(answer, 200);
  return answer.body.access_token;
}

async function findLost(load: Load): Promise<string[]> {
  const { ledger, draw } = load;
  const users = sample(ledger.users, draw);
  const sessions = sample(ledger.sessions, draw);
  const found = [
    ...(await Promise.all(users.map((user) => checkUser(load, user)))),
    ...(await Promise.all(sessions.map((session) => checkSession(load, session)))),
  ];
  // What was refused or checked as logged out need not be met again.
  const isSettled = (session: KnownSession): boolean =>
    session.logOut === 'acknowledged' && sessions.includes(session);
  ledger.sessions.splice(0, ledger.sessions.length, ...ledger.sessions.filter((one) => !isSettled(one)));
  return found.filter((text) => text !== undefined);
}

/** Everything that was under way or is recent, and some of the old. */
function sample<Value extends KnownUser | KnownSession>(
  all: readonly Value[],
  draw: (below: number) => number,
): Value[] {
  const recent = all.slice(-checkedAtOnce);
  const unsure = all.filter((one) =>
    'logOut' in one ? one.logOut === 'pending' || one.pendingRequestId : one.pendingRoles,
  );
  const old = Array.from({ length: 10 }, () => all[draw(all.length)]).filter((one) => one !== undefined);
  return [...new Set([...recent, ...unsure, ...old])];
}

async function checkUser(load: Load, user: KnownUser): Promise<string | undefined> {
  const answer = await call(load.issuer, `/v1/admin/users/${user.id}`, {
    method: 'GET',
    headers: { Authorization: `Bearer ${load.adminToken}` },
  });
  if (answer?.status !== 200) return `registration of ${user.email}: ${answer?.status}`;
  const roles = [...answer.body.user.roles].sort().join(' ');
  const allowed = [user.roles, user.pendingRoles].filter((one) => one !== undefined);
  user.roles = answer.body.user.roles;
  user.pendingRoles = undefined;
  return allowed.some((one) => [...one].sort().join(' ') === roles)
    ? undefined
    : `roles of ${user.email}: ${roles}`;
}

async function checkSession(load: Load, session: KnownSession): Promise<string | undefined> {
  const answer = await sendRefresh(load.issuer, session);
  const isOpen = answer?.status === 200;
  if (session.logOut === 'acknowledged') return isOpen ? `logout of ${session.user.email}` : undefined;
  if (session.logOut === 'pending' && !isOpen) {
    session.logOut = 'acknowledged';
    return undefined;
  }
  if (!isOpen) return `rotation of ${session.user.email}: ${answer?.status} ${answer?.body.code}`;
  session.refreshToken = answer.body.refresh_token;
  session.pendingRequestId = undefined;
  session.logOut = 'no';
  return undefined;
}
