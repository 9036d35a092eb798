import { performance } from 'node:perf_hooks';
import { sql } from '../../src/store/sql.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { addUser } from '../../src/flows/add-user.ts';
import { createDice, type Dice } from './dice.ts';

/** A call that must not tell whether an account exists. */
export interface Arm {
  readonly route: string;
  readonly call: (server: TestServer, email: string, trial: number) => Promise<Response>;
}

function posting(path: string, body: (email: string, trial: number) => unknown): Arm {
  return {
    route: `POST ${path}`,
    call: (server, email, trial) =>
      server.fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body(email, trial)),
      }),
  };
}

export const arms: readonly Arm[] = [
  posting('/v1/login', (identifier, trial) => ({ identifier, password: `guess ${trial} of somebody` })),
];

export interface EnumerationReport {
  readonly route: string;
  readonly seed: number;
  readonly trialsAnArm: number;
  /** Different answers, ids aside. One, or something tells. */
  readonly answers: readonly string[];
  readonly medianMs: { readonly known: number; readonly unknown: number };
  /** Share of the second half that the best threshold of the first half gets right. 0.5 is a coin. */
  readonly accuracy: number;
}

interface Trial {
  readonly isKnown: boolean;
  readonly tookMs: number;
}

const password = 'a wristband for alice';
/** Below what any sensor of many accounts notices. */
const betweenTrialsMs = 240_000;

/**
 * Known and unknown names in a random order, each once, and what their answers
 * tell apart. Hashes are as weak as they may be, so that all else shows.
 */
export async function compareKnownAndUnknown(
  arm: Arm,
  options: { readonly seed: number; readonly trialsAnArm: number },
): Promise<EnumerationReport> {
  const { seed, trialsAnArm } = options;
  const dice = createDice(seed);
  const server = await startTestServer();
  try {
    await addAccounts(server, trialsAnArm);
    const answers = new Set<string>();
    const trials: Trial[] = [];
    for (const [index, name] of shuffle(dice, listNames(trialsAnArm)).entries()) {
      server.clock.advanceMs(betweenTrialsMs);
      // Work in the background that became due is none of the call.
      await server.house.store.commit([]);
      const startedAtMs = performance.now();
      const response = await arm.call(server, name, index);
      const text = await response.text();
      trials.push({ isKnown: name.startsWith('known'), tookMs: performance.now() - startedAtMs });
      answers.add(withoutIds(response, text));
    }
    return { route: arm.route, seed, trialsAnArm, answers: [...answers], ...classify(trials) };
  } finally {
    await server.close();
  }
}

function listNames(trialsAnArm: number): readonly string[] {
  return Array.from(
    { length: 2 * trialsAnArm },
    (_, n) => `${n % 2 === 0 ? 'known' : 'unkno'}${n >> 1}@example.com`,
  );
}

/** One by the flow, the others as copies of its row: the hash is the same work. */
async function addAccounts({ house }: TestServer, count: number): Promise<void> {
  const source = { requestId: 'r', address: '192.0.2.7', userAgent: 'x' };
  const actor = { kind: 'command-line' } as const;
  await addUser(
    house,
    { email: 'known0@example.com', password, roles: ['user'] },
    { action: 'user.created', actor, source },
  );
  for (let n = 1; n < count; n += 1) {
    const [id, email] = [`u${String(n).padStart(21, '0')}`, `known${n}@example.com`];
    await house.store.commit([
      sql`INSERT INTO users (id, email, email_canonical, created_at_ms, updated_at_ms)
        VALUES (${id}, ${email}, ${email}, 1, 1)`,
      sql`INSERT INTO passwords (user_id, phc, changed_at_ms) SELECT ${id}, phc, 1 FROM passwords LIMIT 1`,
      sql`INSERT INTO user_roles (user_id, role) VALUES (${id}, 'user')`,
    ]);
  }
}

function withoutIds(response: Response, text: string): string {
  const requestId = response.headers.get('x-request-id') ?? '';
  return JSON.stringify([response.status, [...response.headers], text]).replaceAll(requestId, 'id');
}

function shuffle<Entry>(dice: Dice, entries: readonly Entry[]): readonly Entry[] {
  return entries
    .map((entry) => ({ entry, place: dice.below(2 ** 32) }))
    .sort((one, other) => one.place - other.place)
    .map(({ entry }) => entry);
}

function classify(trials: readonly Trial[]): Pick<EnumerationReport, 'medianMs' | 'accuracy'> {
  const half = Math.floor(trials.length / 2);
  const threshold = train(trials.slice(0, half));
  const tested = trials.slice(half);
  const right = tested.filter(({ isKnown, tookMs }) => isKnown === tookMs > threshold.atMs);
  const share = right.length / tested.length;
  const median = (isKnown: boolean): number => {
    const times = trials.filter((trial) => trial.isKnown === isKnown).map(({ tookMs }) => tookMs);
    return times.toSorted((one, other) => one - other)[times.length >> 1] ?? 0;
  };
  return {
    medianMs: { known: median(true), unknown: median(false) },
    accuracy: threshold.isKnownSlower ? share : 1 - share,
  };
}

/** The threshold, and its direction, that tells most of these apart. */
function train(trials: readonly Trial[]): { readonly atMs: number; readonly isKnownSlower: boolean } {
  const sorted = trials.toSorted((one, other) => one.tookMs - other.tookMs);
  const known = trials.filter(({ isKnown }) => isKnown).length;
  let best = { atMs: 0, isKnownSlower: true, right: 0 };
  let knownBelow = 0;
  for (const [index, { isKnown, tookMs }] of sorted.entries()) {
    if (isKnown) knownBelow += 1;
    const unknownBelow = index + 1 - knownBelow;
    const slower = unknownBelow + known - knownBelow;
    const faster = trials.length - slower;
    const right = Math.max(slower, faster);
    if (right > best.right) best = { atMs: tookMs, isKnownSlower: slower >= faster, right };
  }
  return best;
}
