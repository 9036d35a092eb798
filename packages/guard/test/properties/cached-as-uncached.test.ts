import assert from 'node:assert/strict';
import test from 'node:test';
import { createGuard, type Guard, type GuardOptions } from '@countersign/guard';
import { createKeySet, generateKey, type Key, type KeySet } from '@countersign/tokens';
import fc from 'fast-check';
import { type ChangingView, createChangingView } from '../changing-view.ts';
import { AUDIENCE, mint, START_MS } from '../tiny-issuer.ts';

const ISSUER = 'https://a.example';
const KEYS = [generateKey('HS256', { keyId: 'k0' }), generateKey('HS256', { keyId: 'k1' })] as const;
/** Another secret by the name of the first. */
const IMPOSTOR = generateKey('HS256', { keyId: 'k0' });

interface World {
  nowMs: number;
  readonly changing: ChangingView;
  readonly keys: { set: KeySet; version: number; areExpired: boolean };
  readonly tokens: string[];
}

type Step = (world: World) => void;

const seconds = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 0, max: 120 }));
const name = fc.constantFrom('a', 'b', 'c');

function publish(world: World, keys: readonly Key[]): void {
  world.keys.set = createKeySet(keys);
  world.keys.version += 1;
}

const steps: fc.Arbitrary<readonly [string, Step]> = fc.oneof(
  fc
    .tuple(seconds, fc.integer({ min: 0, max: 999 }))
    .map(([s, ms]): [string, Step] => [
      `${s} s and ${ms} ms pass`,
      (world) => void (world.nowMs += s * 1000 + ms),
    ]),
  fc
    .constantFrom([KEYS[0]], [KEYS[1]], KEYS, [IMPOSTOR])
    .map((keys): [string, Step] => [
      `keys are ${keys.map(({ keyId }) => keyId).join(' and ')}`,
      (world) => publish(world, keys),
    ]),
  fc
    .tuple(fc.constantFrom('token', 'session', 'user', 'client', 'tenant', 'key', 'everything'), name)
    .map(([scope, what]): [string, Step] => [
      `${scope} ${what} is revoked`,
      ({ changing }) => changing.revoke(scope, scope === 'key' ? 'k0' : scope === 'everything' ? '' : what),
    ]),
  fc
    .tuple(fc.integer({ min: -30, max: 1 }), fc.constantFrom(60, 90, 300))
    .map(([age, ttl]): [string, Step] => [
      `a head of ${age} s, ttl_max ${ttl}`,
      ({ changing, nowMs }) => changing.head(nowMs + age * 1000, ttl),
    ]),
  fc
    .record({
      jti: name,
      sid: name,
      sub: name,
      client_id: name,
      tid: name,
      life: fc.constantFrom(1, 60, 90, 300),
    })
    .chain((claims) =>
      fc.tuple(fc.constant(claims), fc.boolean(), fc.option(fc.integer({ min: -3, max: 9 }))),
    )
    .map(([{ life, ...claims }, isFirstKey, notBefore]): [string, Step] => [
      `a token of ${life} s is issued to ${JSON.stringify(claims)}, nbf ${notBefore}`,
      (world) => {
        const { nowMs, tokens, changing } = world;
        const nbf = notBefore === null ? undefined : Math.floor(nowMs / 1000) + notBefore;
        const minting = { key: KEYS[isFirstKey ? 0 : 1], issuer: ISSUER, nowMs, expiresInSeconds: life };
        tokens.push(mint({ ...minting, claims: { ...claims, rvs: changing.view.seq, nbf } }));
      },
    ]),
);

const routes = [undefined, { maxStalenessSeconds: 5 }, { role: 'admin' }] as const;

test('A-065, A-066: what is remembered changes no answer, at any moment', async () => {
  let accepted = 0;
  let refused = 0;
  let hits = 0;
  const walk = async (
    script: readonly (readonly [string, Step])[],
    staleness: number | undefined,
  ): Promise<void> => {
    const world: World = {
      nowMs: START_MS,
      changing: createChangingView(START_MS),
      keys: { set: createKeySet(KEYS), version: 1, areExpired: false },
      tokens: [],
    };
    const options = {
      issuer: ISSUER,
      audience: AUDIENCE,
      revocation: world.changing.view,
      algorithms: ['HS256'],
      keys: {
        find: (query) => (world.keys.areExpired ? undefined : world.keys.set.find(query)),
        get version() {
          return world.keys.version;
        },
      } satisfies KeySet,
      now: () => world.nowMs,
      ...(staleness === undefined ? {} : { maxStalenessSeconds: staleness }),
    } as const;
    const cached = openAsker({ ...options, cache: { maxEntries: 4 } });
    const uncached = openAsker({ ...options, cache: 'off' });
    for (const [, step] of script) {
      step(world);
      for (const token of world.tokens) {
        for (const [route] of routes.entries()) {
          const answer = await cached.ask(token, route);
          assert.deepEqual(answer, await uncached.ask(token, route));
          if (typeof answer === 'string') refused += 1;
          else accepted += 1;
        }
      }
    }
    hits += cached.guard.status().cache.hits;
  };
  const script = fc.array(steps, { minLength: 1, maxLength: 25 });
  const seed = Number(process.env['SEED'] ?? Date.now() & 0x7fff_ffff);
  console.log(`seed ${seed}`);
  await fc.assert(
    fc.asyncProperty(script, fc.option(fc.constantFrom(1, 20, 400), { nil: undefined }), walk),
    {
      seed,
      numRuns: Number(process.env['RUNS'] ?? 600),
    },
  );
  assert.ok(
    accepted > 500 && refused > 500 && hits > 300,
    `${accepted} accepted, ${refused} refused, ${hits} hits`,
  );
});

interface Asker {
  readonly guard: Guard;
  /** What the handler of a route is given, or why it was not called. */
  ask(token: string, route: number): Promise<unknown>;
}

function openAsker(options: GuardOptions): Asker {
  let reason: string | undefined;
  const guard = createGuard({ ...options, onRefusal: (report) => void (reason = report.reason) });
  const gates = routes.map((requirements) => guard.koa(requirements));
  return {
    guard,
    ask: async (token, route) => {
      const authorization = Buffer.from(`Bearer ${token}`).toString('latin1');
      const req = { headers: { authorization }, rawHeaders: ['Authorization', authorization] };
      const context = { req, state: {}, status: 0, body: undefined, set: () => {} };
      reason = undefined;
      await gates[route]?.(context, async () => {});
      return reason ?? context.state;
    },
  };
}
