import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeUnverified } from '@countersign/tokens';
import fc from 'fast-check';
import type { Keys } from '../../src/base/house.ts';
import { signingKeyStatements } from '../../src/store/signing-keys.ts';
import { claimsAt, dayMs, type Ground, leadMs, makeGround, minuteMs, startKeys } from './key-ground.ts';

/** Processes read the table every 10 s; their clocks differ by up to 1 s. */
const reloadEveryMs = 10_000;
const clockSkewMs = [0, 1000, -1000] as const;
const toleranceMs = 2000;

type Step =
  | { readonly kind: 'wait'; readonly forMs: number }
  | { readonly kind: 'clock-step'; readonly byMs: number }
  | { readonly kind: 'issue' | 'rotate'; readonly process: number }
  | { readonly kind: 'rotate-together' }
  | {
      readonly kind: 'restart';
      readonly process: number;
      readonly algorithm: 'ES256' | 'Ed25519';
      readonly rotationDays: number;
      readonly accessTokenSeconds: number;
    };

interface Process {
  keys: Keys;
  accessTokenSeconds: number;
  readonly skewMs: number;
}

interface Issued {
  readonly keyId: string;
  readonly algorithm: 'ES256' | 'Ed25519';
  readonly iatMs: number;
  readonly goodUntilMs: number;
}

interface World {
  readonly ground: Ground;
  readonly processes: Process[];
  /** Time that really went by, whatever the clock says. */
  realMs: number;
  readonly madeAtRealMs: Map<string, number>;
  readonly firstKeyIds: ReadonlySet<string>;
  issued: Issued[];
}

const process = fc.nat({ max: clockSkewMs.length - 1 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      forMs: fc.constantFrom(1, 5_000, 10_000, minuteMs, 5 * minuteMs, leadMs, dayMs, 7 * dayMs, 31 * dayMs),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('clock-step' as const),
      byMs: fc.constantFrom(-60 * minuteMs, -minuteMs, minuteMs, 60 * minuteMs),
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('issue' as const), process }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('rotate' as const), process }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'rotate-together' as const }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('restart' as const),
      process,
      algorithm: fc.constantFrom('ES256' as const, 'Ed25519' as const),
      rotationDays: fc.constantFrom(1, 7, 30),
      accessTokenSeconds: fc.constantFrom(30, 300, 3600),
    }),
  },
);

async function start(
  ground: Ground,
  skewMs: number,
  settings: Partial<Extract<Step, { kind: 'restart' }>> = {},
) {
  const { algorithm = 'ES256', rotationDays = 30, accessTokenSeconds = 300 } = settings;
  const policy = { issuer: 'https://auth.example', audience: 'https://api.example', accessTokenSeconds };
  const now = () => ground.clock.atMs + skewMs;
  const keys = await startKeys(ground, { algorithm, rotationDays, policy, now });
  return { keys, accessTokenSeconds, skewMs };
}

async function makeWorld(): Promise<World> {
  const ground = makeGround();
  const processes: Process[] = [];
  for (const skewMs of clockSkewMs) processes.push(await start(ground, skewMs));
  const firstKeyIds = new Set(
    processes[0]?.keys
      .list()
      .map(({ keyId }) => keyId)
      .slice(0, 1),
  );
  return { ground, processes, realMs: 0, madeAtRealMs: new Map(), firstKeyIds, issued: [] };
}

async function reloadAll(world: World): Promise<void> {
  for (const { keys } of world.processes) await keys.reload();
}

async function noteNewKeys(world: World): Promise<void> {
  for (const { keyId } of await world.ground.store.read(signingKeyStatements.readAll())) {
    if (!world.madeAtRealMs.has(keyId)) world.madeAtRealMs.set(keyId, world.realMs);
  }
}

async function take(world: World, next: Step): Promise<void> {
  const { ground, processes } = world;
  const chosen = 'process' in next ? processes[next.process] : undefined;
  if (next.kind === 'wait') {
    // Nobody reads later than 10 s after anything, nor longer than 10 s before what comes next.
    const firstMs = Math.min(next.forMs, reloadEveryMs);
    const lastMs = Math.min(next.forMs - firstMs, reloadEveryMs);
    pass(world, firstMs);
    if (firstMs === reloadEveryMs) await reloadAll(world);
    pass(world, next.forMs - firstMs - lastMs);
    if (lastMs > 0) await reloadAll(world);
    pass(world, lastMs);
  } else if (next.kind === 'clock-step') {
    ground.clock.atMs += next.byMs;
    await reloadAll(world);
    // A token from the future is refused for its iat, and is nobody's any more.
    world.issued = world.issued.filter(({ iatMs }) => iatMs <= ground.clock.atMs + toleranceMs);
  } else if (next.kind === 'rotate-together') {
    await reloadAll(world);
    const plans = processes.map(({ keys }) => keys.planRotation());
    const won: string[] = [];
    for (const plan of plans) {
      if (plan.kind !== 'planned') continue;
      const { kind } = await ground.store.commit(plan.act);
      if (kind === 'committed') won.push(plan.keyId);
    }
    assert.ok(won.length <= 1, 'two rotations won at once');
  } else if (next.kind === 'rotate' && chosen) {
    const plan = chosen.keys.planRotation();
    if (plan.kind === 'planned') await ground.store.commit(plan.act);
    await chosen.keys.reload();
  } else if (next.kind === 'restart' && chosen) {
    processes[next.process] = await start(ground, chosen.skewMs, next);
  }
  await noteNewKeys(world);
  if (next.kind === 'issue' && chosen) issue(world, chosen);
  checkTokens(world);
}

function pass(world: World, forMs: number): void {
  world.realMs += forMs;
  world.ground.clock.atMs += forMs;
}

function issue(world: World, by: Process): void {
  const nowMs = world.ground.clock.atMs + by.skewMs;
  const { header } = decodeUnverified(by.keys.issueAccessToken(claimsAt(nowMs)));
  const keyId = header.kid;
  assert.ok(typeof keyId === 'string');
  const key = by.keys.list().find((summary) => summary.keyId === keyId);
  assert.ok(key, 'signed with a key that is not listed');
  assert.ok(nowMs < (key.signsUntilMs ?? Infinity), 'invariant 1: signed after the end of the key');
  const publishedForMs = Math.max(
    nowMs - key.createdAtMs,
    world.realMs - (world.madeAtRealMs.get(keyId) ?? world.realMs),
  );
  assert.ok(
    world.firstKeyIds.has(keyId) || publishedForMs >= leadMs - toleranceMs,
    `invariant 3: signed ${publishedForMs} ms after the key was published`,
  );
  const iatMs = Math.floor(nowMs / 1000) * 1000;
  world.issued.push({
    keyId,
    algorithm: header.alg === 'Ed25519' ? 'Ed25519' : 'ES256',
    iatMs,
    goodUntilMs: iatMs + by.accessTokenSeconds * 1000 + toleranceMs,
  });
}

/** Invariant 2, as verifiers see it: those that fetch the set, and the guard of our own API. */
function checkTokens(world: World): void {
  const nowMs = world.ground.clock.atMs;
  for (const { keyId, algorithm, iatMs, goodUntilMs } of world.issued) {
    if (nowMs > goodUntilMs || nowMs < iatMs - toleranceMs) continue;
    for (const { keys } of world.processes) {
      assert.ok(
        keys.publicJwks().keys.some(({ kid }) => kid === keyId),
        'invariant 2: the key of a valid token is not published',
      );
      assert.ok(keys.keySet.find({ algorithm, keyId }), 'invariant 2: our own guard does not find the key');
    }
  }
  world.issued = world.issued.filter(({ goodUntilMs }) => nowMs <= goodUntilMs + 61 * minuteMs);
}

test('A-090, A-091, A-092: over any schedule of rotations, restarts, settings and clocks no valid token loses its key', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const world = await makeWorld();
      await noteNewKeys(world);
      for (const next of steps) await take(world, next);
    }),
    { numRuns: 150, endOnFailure: false },
  );
});
