import { randomBytes } from 'node:crypto';
import { type Api, type Cast, type Credential, prepareCast, waitUntil } from './feed-cast.ts';
import { actOnAndOn, askAdmin, type FeedLoad, probeApi, refreshSession } from './feed-acts.ts';
import { type FeedCounts, type FeedLedger, type KnownToken, newFeedLedger } from './feed-ledger.ts';
import { createDraw } from './ledger.ts';
import { call, expectStatus, password } from './mixed-load.ts';

export interface FeedKillReport {
  readonly seed: number;
  readonly kills: Record<string, number>;
  readonly counts: FeedCounts;
  /** From the restart of the last process until both guards knew everything. */
  readonly slowestRecoveryMs: number;
  /** Revocations that were missed, receipts that lied, honest calls that were refused. Empty, or the house burns. */
  readonly wrong: readonly string[];
}

type Rounds = FeedLoad & {
  readonly cast: Awaited<ReturnType<typeof prepareCast>>;
  readonly kills: Record<string, number>;
};

const callers = 4;
const users = 12;
const adminEmail = 'admin@example.com';
/** Well below the life of an access token, so that none is refused for its age. */
const rememberedMs = 200_000;

export interface FeedKillOptions {
  /** So many at least. */
  readonly kills: number;
  readonly seed: number;
  /** Told after each round how many there were. */
  readonly onRound?: (kills: number, counts: FeedCounts) => void;
}

/**
 * Kills the issuer, the relay and the followers of a feed with `kill -9`, at
 * moments that follow from the seed, while somebody revokes all the time.
 */
export async function runFeedKillRounds(options: FeedKillOptions): Promise<FeedKillReport> {
  const { kills, seed, onRound } = options;
  const cast = await prepareCast();
  const draw = createDraw(seed);
  const rounds: Rounds = {
    cast,
    issuer: cast.issuer.issuer,
    ledger: newFeedLedger(),
    draw,
    adminToken: '',
    isOver: false,
    kills: { issuer: 0, relay: 0, 'api 1': 0, 'api 2': 0 },
  };
  let slowestRecoveryMs = 0;
  try {
    await open(rounds);
    while (sum(rounds.kills) < kills && rounds.ledger.wrong.length === 0) {
      const killedAtMs = await runRound(rounds);
      await settle(rounds);
      slowestRecoveryMs = Math.max(slowestRecoveryMs, performance.now() - killedAtMs);
      await checkTokens(rounds);
      await checkSessions(rounds);
      onRound?.(sum(rounds.kills), rounds.ledger.counts);
    }
  } finally {
    await cast.remove();
  }
  const { counts, wrong } = rounds.ledger;
  return { seed, kills: rounds.kills, counts, slowestRecoveryMs: Math.round(slowestRecoveryMs), wrong };
}

function sum(counted: Record<string, number>): number {
  return Object.values(counted).reduce((one, other) => one + other, 0);
}

async function open(rounds: Rounds): Promise<void> {
  const { cast, issuer, ledger } = rounds;
  await cast.issuer.start();
  await cast.issuer.run(['users', 'create', '--email', adminEmail, '--admin', '--password-stdin'], password);
  await signInAdmin(rounds);
  for (let n = 0; n < users; n++) {
    const email = `user-${n}@example.com`;
    const answer = await call(issuer, '/v1/register', {
      method: 'POST',
      body: JSON.stringify({ email, password }),
    });
    if (answer === undefined) throw new Error('the issuer died on its own');
    expectStatus(answer, 201);
    ledger.users.push({ id: answer.body.user.id, email, isBusy: false, roles: ['user'] });
  }
  cast.relayCredential = await makeClient(rounds);
  await makeSpares(rounds);
  await cast.relay.start();
  await Promise.all(cast.apis.map((api) => api.start()));
  await settle(rounds);
}

/** Load, deaths in the middle of it, restarts in the middle of it, and more load. */
async function runRound(rounds: Rounds): Promise<number> {
  const { draw, cast, ledger } = rounds;
  rounds.isOver = false;
  const load = Promise.all(Array.from({ length: callers }, () => actOnAndOn(rounds)));
  await pause(20 + draw(500));
  const victims = pickVictims(cast, draw);
  await Promise.all(
    victims.map(async (victim) => {
      for (const [clientId, api] of ledger.onRoll)
        if (api.name === victim.name) ledger.onRoll.delete(clientId);
      await pause(draw(60));
      await victim.kill();
      rounds.kills[victim.name] = (rounds.kills[victim.name] ?? 0) + 1;
    }),
  );
  const killedAtMs = performance.now();
  await Promise.all(
    victims.map(async (victim) => {
      await pause(draw(300));
      await victim.start();
    }),
  );
  await pause(50 + draw(200));
  rounds.isOver = true;
  await load;
  return killedAtMs;
}

interface Victim {
  readonly name: string;
  start(): Promise<unknown>;
  kill(): Promise<void>;
}

/** Mostly one; sometimes several at once, and now and then everybody. */
function pickVictims({ issuer, relay, apis }: Cast, draw: (below: number) => number): readonly Victim[] {
  const { start, kill } = issuer;
  const all: readonly Victim[] = [{ name: 'issuer', start, kill }, relay, ...apis];
  if (draw(10) === 0) return all;
  const isPicked = all.map(() => draw(3) === 0);
  const picked = all.filter((_victim, index) => isPicked[index]);
  return picked.length > 0 ? picked : all.slice(draw(all.length)).slice(0, 1);
}

/** Until both guards know what the issuer knows, and it knows both. */
async function settle(rounds: Rounds): Promise<void> {
  const { cast, ledger } = rounds;
  await signInAdmin(rounds);
  await makeSpares(rounds);
  const seq = await revokeNothing(rounds);
  for (const api of cast.apis) {
    const status = await waitUntil(
      () => api.readStatus(),
      (seen) => seen?.isOnRoll === true && seen.state === 'following' && seen.seq >= seq,
    );
    if (status !== undefined) ledger.onRoll.set(status.clientId, api);
  }
}

async function signInAdmin(rounds: Rounds): Promise<void> {
  const answer = await call(rounds.issuer, '/v1/login', {
    method: 'POST',
    body: JSON.stringify({ identifier: adminEmail, password }),
  });
  // Of an issuer that lived long, the last token is young enough.
  if (answer?.status === 429) return;
  if (answer === undefined) throw new Error('the issuer died on its own');
  expectStatus(answer, 200);
  rounds.adminToken = answer.body.access_token;
}

async function makeSpares(rounds: Rounds): Promise<void> {
  for (const api of rounds.cast.apis) api.spare ??= await makeClient(rounds);
}

async function makeClient(rounds: Rounds): Promise<Credential> {
  const answer = await askAdmin<{ client: { id: string }; client_secret: string }>(rounds, 'POST', {
    path: '/v1/admin/clients',
    body: { name: 'a process', scopes: ['revocations:read'] },
  });
  if (answer === undefined) throw new Error('the issuer died on its own');
  expectStatus(answer, 201);
  return { clientId: answer.body.client.id, clientSecret: answer.body.client_secret };
}

/** @returns the number of an event that nobody's token is named in */
async function revokeNothing(rounds: Rounds): Promise<number> {
  for (;;) {
    const answer = await askAdmin<{ seq: number }>(rounds, 'POST', {
      path: '/v1/admin/revocations',
      body: { scope: 'token', subject: randomBytes(16).toString('base64url'), reason: 'crash test' },
    });
    if (answer === undefined) throw new Error('the issuer died on its own');
    if (answer.status === 200) return answer.body.seq;
    expectStatus(answer, 429);
    await pause(500);
  }
}

async function checkTokens(rounds: Rounds): Promise<void> {
  const { cast, ledger, draw } = rounds;
  const oldestMs = Date.now() - rememberedMs;
  ledger.tokens = ledger.tokens.filter(({ fate, issuedAtMs }) => fate !== 'unsure' && issuedAtMs > oldestMs);
  const dead = ledger.tokens.filter(({ fate }) => fate === 'dead');
  const alive = ledger.tokens.filter(({ fate }) => fate === 'alive');
  const mustBeRefused = new Set([...ledger.recentlyDead, ...sample(dead, 20, draw)]);
  ledger.recentlyDead = [];
  for (const api of cast.apis) {
    await Promise.all([...mustBeRefused].map((token) => checkRefused(ledger, api, token)));
    await Promise.all(sample(alive, 12, draw).map((token) => checkAccepted(ledger, api, token)));
  }
}

async function checkRefused(ledger: FeedLedger, api: Api, token: KnownToken): Promise<void> {
  const probe = await probeApi(api.url, token.accessToken);
  ledger.counts.probesOfTheDead += 1;
  if (probe?.status === 401) return;
  ledger.wrong.push(`missed: ${api.name} answers ${probe?.status} after ${token.endedBy}`);
}

/** A guard may be behind for a moment on a busy machine; nobody honest is refused for good. */
async function checkAccepted(ledger: FeedLedger, api: Api, token: KnownToken): Promise<void> {
  const untilMs = performance.now() + 10_000;
  for (;;) {
    const probe = await probeApi(api.url, token.accessToken);
    ledger.counts.probesOfTheLiving += 1;
    if (probe?.status === 200) return;
    if (performance.now() > untilMs) {
      ledger.wrong.push(`an honest token: ${api.name} answers ${probe?.status}`);
      return;
    }
    await pause(200);
  }
}

async function checkSessions(rounds: Rounds): Promise<void> {
  const { ledger, draw } = rounds;
  ledger.sessions = ledger.sessions.filter(({ fate }) => fate === 'alive').slice(-200);
  const unanswered = ledger.sessions.filter(({ requestId }) => requestId !== undefined);
  const checked = new Set([...unanswered, ...sample(ledger.sessions, 5, draw)]);
  await Promise.all([...checked].map((session) => refreshSession(rounds, session)));
}

function sample<Value>(all: readonly Value[], most: number, draw: (below: number) => number): Value[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, () => all[draw(all.length)]).filter((one) => one !== undefined);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
