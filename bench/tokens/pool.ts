/**
 * `node pool.ts`: ES256 verified in the thread that serves, and in pools of one
 * and two threads: how many a second, and how late the event loop runs meanwhile. JSON on standard output.
 */
import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type * as Pool from '../../packages/tokens/src/pool.ts';
import type * as Tokens from '../../packages/tokens/src/index.ts';
import { audience, flatten, issuer, lifetimeSeconds, makeClaims } from './corpus.ts';

const place = process.env['BENCH_TOKENS'] ?? '@countersign/tokens';
const tokens: typeof Tokens = await import(place);
const { createVerifierPool }: typeof Pool = await import(
  process.env['BENCH_POOL'] ?? '@countersign/tokens/pool'
);

const durationMs = 2000;
const inFlight = 256;
const key = tokens.generateKey('ES256');
const rules = { issuer, audience, algorithms: ['ES256'], type: 'at+jwt' } as const;
const flat = Array.from({ length: 512 }, () => {
  const { exp: _exp, ...claims } = makeClaims();
  return flatten(tokens.signJwt(claims, { key, type: 'at+jwt', expiresInSeconds: lifetimeSeconds }));
});

interface Measured {
  readonly threads: number;
  readonly perSecond: number;
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
}

const measured: Measured[] = [];
const verify = tokens.createJwtVerifier({ ...rules, keys: tokens.toPublicKey(key) });
measured.push(await measure(0, async (token) => verify(token)));
for (const threads of new Set([1, availableParallelism()])) {
  const pool = createVerifierPool({ ...rules, keys: [tokens.toPublicKey(key)], threads });
  await Promise.all(flat.map((token) => pool.verify(token)));
  measured.push(await measure(threads, (token) => pool.verify(token)));
  await pool.close();
}
process.stdout.write(JSON.stringify(measured));

/** As many tokens at a time as a busy server has requests, each turn of the loop taking what arrived. */
async function measure(threads: number, run: (token: string) => Promise<unknown>): Promise<Measured> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const startedMs = performance.now();
  let done = 0;
  const worker = async (first: number): Promise<void> => {
    for (let at = first; performance.now() - startedMs < durationMs; at += 1) {
      await run(flat[at % flat.length] ?? '');
      done += 1;
      // A request of its own for each token: the thread that verifies by itself gets turns in between, too.
      if (threads === 0) await nextTurn();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, (_, index) => worker(index)));
  delay.disable();
  const seconds = (performance.now() - startedMs) / 1000;
  const late = (percentile: number): number => Math.max(0, delay.percentile(percentile) / 1e6 - 1);
  return {
    threads,
    perSecond: done / seconds,
    delayP50Ms: late(50),
    delayP99Ms: late(99),
    delayMaxMs: Math.max(0, delay.max / 1e6 - 1),
  };
}
