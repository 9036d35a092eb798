import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import { DatabaseSync } from 'node:sqlite';
import test, { type TestContext } from 'node:test';
import type { House } from '../../src/base/house.ts';
import { createDraw } from '../faults/ledger.ts';
import { maxWaitingActs } from '../../src/flows/check-room.ts';
import { logIn } from '../flows/log-in.ts';
import { register } from '../../src/flows/register.ts';
import { toWireUser } from '../../src/contract/user.ts';
import { source } from '../flows/test-house.ts';
import { sql } from '../../src/store/sql.ts';
import { type GuardedApi, openOutageGround, type OutageGround, serve } from './outage-ground.ts';
import { account, addressOf, ask, count, openPerson, type Person, remember, signIn } from './people.ts';

const seed = Date.now() % 2 ** 31;
const draw = createDraw(seed);
/** Right passwords of one account are guesses too, until they were looked at: ten may be under way. */
const atOnce = 8;

async function gather(ground: OutageGround, api: GuardedApi, howMany: number): Promise<Person[]> {
  await openPerson({ issuer: ground.issuer, api: api.url }, 0)
    .auth.signUp(account)
    .catch(() => undefined);
  const place = { issuer: ground.issuer, api: api.url, now: ground.now };
  const people = Array.from({ length: howMany }, (_, index) => openPerson(place, index));
  for (let first = 0; first < howMany; first += atOnce) {
    await Promise.all(people.slice(first, first + atOnce).map(signIn));
  }
  return people;
}

/** People whose session is stored, and whose access token has expired while they slept. */
async function gatherAsleep(ground: OutageGround, api: GuardedApi, howMany: number): Promise<Person[]> {
  const { house } = ground.server();
  const place = { issuer: ground.issuer, api: api.url, now: ground.now };
  const people: Person[] = [];
  for (let first = 0; first < howMany; first += atOnce) {
    const input = { identifier: await openAccount(house, first), password: account.password };
    const signedIn = await Promise.all(
      Array.from({ length: atOnce }, (_, index) =>
        logIn(house, input, { ...source, address: addressOf(first + index) }),
      ),
    );
    people.push(
      ...signedIn.map(({ refreshToken, user }, index) =>
        openPerson(place, first + index, remember(refreshToken, toWireUser(user))),
      ),
    );
  }
  return people;
}

/** As many people share an account as it may have sessions, and fewer. */
const sharing = 40;

async function openAccount(house: House, index: number): Promise<string> {
  const email = `sleepers-${Math.floor(index / sharing)}@example.com`;
  const { password } = account;
  if (index % sharing === 0)
    await register(house, { email, password }, { ...source, address: addressOf(index) });
  return email;
}

interface Span {
  readonly seconds: number;
  /** Before each round of requests. */
  readonly before?: () => Promise<void>;
}

/** Everybody asks every second or so. @returns what they saw */
async function live(ground: OutageGround, { api, people }: Crowd, span: Span): Promise<Map<string, number>> {
  const seen = new Map<string, number>();
  const endMs = ground.now() + span.seconds * 1000;
  while (ground.now() < endMs) {
    ground.passMs(Math.min(500 + draw(1000), endMs - ground.now()));
    await span.before?.();
    count(await Promise.all(people.map((person) => ask(person, api.url))), seen);
  }
  return seen;
}

interface Crowd {
  readonly api: GuardedApi;
  readonly people: readonly Person[];
}

function report(t: TestContext, rows: Readonly<Record<string, ReadonlyMap<string, number>>>): void {
  for (const [phase, seen] of Object.entries(rows)) {
    const cells = [...seen].map(([outcome, times]) => `${outcome} ${times}`).join(', ');
    t.diagnostic(`${phase}: ${cells}`);
  }
  t.diagnostic(`seed ${seed}`);
}

function assertNobodySignedOut(people: readonly Person[]): void {
  assert.ok(people.every(({ auth, signedOut }) => signedOut === 0 && auth.state.status === 'signed-in'));
}

const onlyServed = (seen: ReadonlyMap<string, number>): boolean => seen.size === 1 && seen.has('served');

test('an issuer that is away for half the life of a token is not noticed at the default bound', async (t) => {
  const ground = await openOutageGround(t);
  const api = await ground.openApi();
  const people = await gather(ground, api, 4);
  const before = await live(ground, { api, people }, { seconds: 5 });
  ground.passMs(113_000);
  await api.hears();
  await ground.stopIssuer();
  const during = await live(ground, { api, people }, { seconds: 149 });
  await ground.startIssuer();
  const after = await live(ground, { api, people }, { seconds: 20 });
  report(t, { before, during, after });
  assert.ok([before, during, after].every(onlyServed));
  assert.equal(api.refusals.size, 0);
  assert.ok(
    people.every(({ refreshes }) => refreshes > 1),
    'everybody tried in vain, and again afterwards',
  );
  assertNobodySignedOut(people);
});

test('at a bound of 10 s an outage is felt from its eleventh second until 5 s after the issuer is back', async (t) => {
  const ground = await openOutageGround(t);
  const api = await ground.openApi({ maxStalenessSeconds: 10 });
  const people = await gather(ground, api, 4);
  const before = await live(ground, { api, people }, { seconds: 20, before: () => api.hears() });
  ground.passMs(1000);
  await api.hears('of now');
  await ground.stopIssuer();
  const covered = await live(ground, { api, people }, { seconds: 10 });
  const uncovered = await live(ground, { api, people }, { seconds: 50 });
  await ground.startIssuer();
  // A guard that asked in vain rests up to 1.5 s, a client 5 s.
  const settling = await live(ground, { api, people }, { seconds: 5 });
  const after = await live(ground, { api, people }, { seconds: 20 });
  report(t, { before, covered, uncovered, settling, after });
  assert.ok([before, covered, after].every(onlyServed));
  assert.deepEqual([...uncovered.keys()], ['network'], 'refused with what the client knows, not with a 401');
  assert.ok([...settling.keys()].every((outcome) => outcome === 'served' || outcome === 'network'));
  assertNobodySignedOut(people);
});

interface Front {
  readonly url: string;
  /** Ends what is under way, and lets nothing through to such addresses. */
  stop(paths: RegExp): void;
  goOn(): void;
}

/** What stands between a guard and the feed. */
async function openFront(t: TestContext, ground: OutageGround): Promise<Front> {
  let stopped: RegExp | undefined;
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (stopped?.test(path)) return void request.socket.destroy();
    const { authorization = '', accept = '' } = request.headers;
    passOn(ground.issuer + path, { authorization, accept }, response).catch(() => response.destroy());
  });
  return {
    url: `${await serve(t, server)}/revocations`,
    stop(paths) {
      stopped = paths;
      server.closeAllConnections();
    },
    goOn() {
      stopped = undefined;
    },
  };
}

async function passOn(url: string, headers: Record<string, string>, response: ServerResponse): Promise<void> {
  const answer = await fetch(url, { headers });
  response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' });
  for await (const chunk of answer.body ?? []) response.write(chunk);
  response.end();
}

test('while the stream of a feed is dead, its guard pulls by itself and nobody notices', async (t) => {
  const ground = await openOutageGround(t);
  const front = await openFront(t, ground);
  front.stop(/\/stream/);
  const api = await ground.openApi({ maxStalenessSeconds: 10, url: front.url });
  const people = await gather(ground, api, 4);
  const seen = await live(ground, { api, people }, { seconds: 60 });
  report(t, { seen });
  assert.ok(onlyServed(seen));
  assert.ok(api.headAgeMs() <= 12_000, `${api.headAgeMs()}`);
  assertNobodySignedOut(people);
});

test('while a feed is dead and the issuer lives, clients renew and nobody is refused or signed out', async (t) => {
  const ground = await openOutageGround(t);
  const front = await openFront(t, ground);
  const api = await ground.openApi({ maxStalenessSeconds: 10, url: front.url });
  const people = await gather(ground, api, 4);
  front.stop(/./);
  const during = await live(ground, { api, people }, { seconds: 60 });
  const refreshes = people.map((person) => person.refreshes);
  ground.passMs(300_000);
  const blind = await live(ground, { api, people }, { seconds: 10 });
  front.goOn();
  const settling = await live(ground, { api, people }, { seconds: 2 });
  const after = await live(ground, { api, people }, { seconds: 20 });
  report(t, { during, blind, settling, after });
  assert.ok(onlyServed(during) && onlyServed(after));
  assert.ok((api.refusals.get('stale') ?? 0) > 0);
  assert.ok(
    refreshes.every((times) => times >= 3 && times <= 12),
    refreshes.join(),
  );
  assert.deepEqual(
    [...blind.keys()],
    ['503'],
    'no head for longer than tokens live: a new token would not help',
  );
  assertNobodySignedOut(people);
});

const lastOf = (waves: readonly string[][]): readonly string[] => waves.at(-1) ?? [];

/** Everybody comes back at once, and again whenever the client may. @returns what was seen in each wave */
async function comeBack(
  ground: OutageGround,
  { api, people }: Crowd,
  firstWave: Promise<string[]>,
): Promise<string[][]> {
  const waves = [await firstWave];
  while (lastOf(waves).some((outcome) => outcome !== 'served') && waves.length < 12) {
    ground.passMs(5_000);
    const late = people.filter((_person, index) => lastOf(waves)[index] !== 'served');
    const seen = await Promise.all(late.map((person) => ask(person, api.url)));
    waves.push(lastOf(waves).map((outcome) => (outcome === 'served' ? outcome : (seen.shift() ?? ''))));
  }
  return waves;
}

test('A-452: a thousand clients that come back at once from one address are shed, and all in within half a minute', async (t) => {
  const ground = await openOutageGround(t);
  const api = await ground.openApi();
  const people = await gatherAsleep(ground, api, 1000);
  await ground.stopIssuer();
  ground.passMs(310_000);
  await ground.startIssuer();
  await api.guard.ready();
  for (const person of people) person.address = '192.0.2.1';
  const startedAtMs = ground.now();
  const waves = await comeBack(
    ground,
    { api, people },
    Promise.all(people.map((person) => ask(person, api.url))),
  );
  report(t, Object.fromEntries(waves.map((wave, index) => [`after ${index * 5} s`, count(wave)])));
  assert.deepEqual([...count(waves[0] ?? []).keys()].sort(), ['served', 'too_many_requests']);
  assert.ok(lastOf(waves).every((outcome) => outcome === 'served'));
  assert.ok(ground.now() - startedAtMs <= 30_000);
  assertNobodySignedOut(people);
});

test('A-423, A-452: what a slow database cannot take is shed, comes back later, and signs nobody out', async (t) => {
  const ground = await openOutageGround(t);
  const api = await ground.openApi();
  const people = await gatherAsleep(ground, api, 200);
  ground.passMs(310_000);
  await api.hears();
  const { store } = ground.server().house;
  // The server writes by itself now and then: whoever holds the lock waits for it first.
  const slow = new DatabaseSync(`${ground.directory}/data/countersign.db`, { timeout: 5000 });
  slow.exec('BEGIN IMMEDIATE');
  const act = [sql`DELETE FROM house WHERE name = 'nothing'`];
  const piled = Array.from({ length: maxWaitingActs - 50 }, () => store.commit(act));
  const firstWave = Promise.all(people.map((person) => ask(person, api.url)));
  while (store.waiting() < maxWaitingActs) await new Promise(setImmediate);
  slow.exec('ROLLBACK');
  slow.close();
  await Promise.all(piled);
  const waves = await comeBack(ground, { api, people }, firstWave);
  report(t, Object.fromEntries(waves.map((wave, index) => [`after ${index * 5} s`, count(wave)])));
  assert.ok((count(waves[0] ?? []).get('overloaded') ?? 0) > 0);
  assert.ok(lastOf(waves).every((outcome) => outcome === 'served'));
  assert.ok(waves.length <= 3, 'nobody is asked to wait for ten seconds');
  assertNobodySignedOut(people);
});
