import { addUser } from '../../../src/flows/add-user.ts';
import type { TestServer } from '../../../src/testing.ts';
import { enrolApp } from '../../flows/factor-ground.ts';
import { createRandom, type Random } from '../random.ts';
import { factorMoves } from './factor-moves.ts';
import { sessionMoves } from './session-moves.ts';
import { signInMoves } from './sign-in-moves.ts';
import type { Move, WalkAccount, Walker } from './world.ts';

export interface WalkOptions {
  readonly server: TestServer;
  readonly steps: number;
  readonly seed: number;
}

export interface WalkReport {
  readonly steps: number;
  /** How often which move came to what. */
  readonly tally: ReadonlyMap<string, number>;
}

const walkersAtOnce = 48;
const stepsARound = 6;
const accountsEach = 2;

const moves: readonly Move[] = [...signInMoves, ...sessionMoves, ...factorMoves];
/** As often as its weight. */
const drawn = moves.flatMap((move) => Array.from({ length: move.weight }, () => move));

/** Between two rounds, for all walkers at once. */
const pausesMs = [
  1000,
  1000,
  31_000,
  31_000,
  31_000,
  61_000,
  310_000,
  960_000,
  3_600_000,
  86_400_000,
  8 * 86_400_000,
];

/**
 * Random walks through everything that an account can go through, beside a
 * model that knows what was really proven. Walkers share the house and the
 * clock, and no account.
 *
 * @throws AssertionError with the last moves, where house and model disagree
 */
export async function walkAccounts({ server, steps, seed }: WalkOptions): Promise<WalkReport> {
  const random = createRandom(seed);
  const walkers: Walker[] = [];
  for (let n = 0; n < walkersAtOnce; n++) walkers.push(await makeWalker(server, n, seed));
  let done = 0;
  while (done < steps) {
    await Promise.all(walkers.map((walker) => walkSome(walker)));
    done += walkersAtOnce * stepsARound;
    server.clock.advanceMs(pausesMs[random.below(pausesMs.length)] ?? 0);
  }
  const tally = new Map<string, number>();
  for (const walker of walkers) {
    for (const [text, count] of walker.tally) tally.set(text, (tally.get(text) ?? 0) + count);
  }
  return { steps: done, tally };
}

async function walkSome(walker: Walker): Promise<void> {
  for (let n = 0; n < stepsARound; n++) {
    const move = drawn[walker.random.below(drawn.length)];
    await move?.run(walker);
    for (const account of walker.accounts) forgetOld(account);
  }
}

/** What is long over is over: a walk of a million steps keeps the last ones. */
function forgetOld(account: WalkAccount): void {
  account.sessions = account.sessions.slice(-12);
  account.challenges = account.challenges.slice(-8);
}

async function makeWalker(server: TestServer, number: number, seed: number): Promise<Walker> {
  const { house } = server;
  const random = createRandom(seed + 1 + number);
  const first = await makeAccount(server, `walker-${number}-0@example.com`, random);
  const others: WalkAccount[] = [];
  for (let n = 1; n < accountsEach; n++) {
    others.push(await makeAccount(server, `walker-${number}-${n}@example.com`, random));
  }
  const addresses = [`192.0.2.${number}`, `198.51.100.${number}`, `203.0.113.${number}`] as const;
  return { house, random, addresses, accounts: [first, ...others], trail: [], tally: new Map() };
}

async function makeAccount({ house }: TestServer, email: string, random: Random): Promise<WalkAccount> {
  const password = `the first wristband of ${email.slice(0, 10)}`;
  const source = { requestId: 'walk', address: '192.0.2.7', userAgent: 'walk' };
  const adding = { action: 'user.created', actor: { kind: 'command-line' }, source } as const;
  const { id: userId } = await addUser(house, { email, password, roles: ['user'] }, adding);
  const secret = random.chance(0.5) ? await enrolApp(house, userId) : undefined;
  return {
    email,
    userId,
    password,
    former: { passwords: [], apps: [], codes: [] },
    isDisabled: false,
    app: secret && { secret, lastStep: 0 },
    recoveryCodes: [],
    sessions: [],
    challenges: [],
    generation: 0,
  };
}
