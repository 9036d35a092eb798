import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { TokenError } from '../../src/index.ts';
import { type FuzzReport, fuzzCases } from './fuzz-cases.ts';
import type { Accepted, Target } from './target.ts';
import { targets } from './targets.ts';

const run = (list: readonly Target[], seed: number, maxCases: number): Promise<FuzzReport> =>
  fuzzCases(list, {
    seed,
    worker: 0,
    untilMs: Number.POSITIVE_INFINITY,
    maxCases,
    progress: new SharedArrayBuffer(8),
  });

const targetThat = (act: () => Accepted | Promise<Accepted>): Target => ({
  name: 'made up',
  weight: 1,
  draw: () => ({ input: 'the input', isWhole: true, act }),
  describe: () => 'the keys',
});

test('mutated tokens, keys and key sets are refused with a TokenError', async () => {
  const seed = randomInt(2 ** 31);
  const { counts, failure } = await run(targets, seed, 40_000);
  assert.equal(failure, undefined, `seed ${seed}: ${JSON.stringify(failure)}`);
  const reached = counts.reduce((sum, one) => sum + one.reached, 0);
  assert.ok(reached > 4000, `seed ${seed}: only ${reached} cases reached the crypto step`);
  const genuine = counts.reduce((sum, one) => sum + (one.results.get('genuine') ?? 0), 0);
  assert.ok(genuine > 100, `seed ${seed}: only ${genuine} good ones came through`);
});

test('every target is drawn, and each reaches the crypto step', async () => {
  for (const target of targets) {
    const { counts, failure } = await run([target], 1, 60);
    assert.equal(failure, undefined, target.name);
    assert.ok((counts[0]?.reached ?? 0) > 0, target.name);
  }
});

test('the same seed draws the same cases', async () => {
  const inputs: string[] = [];
  const recording: Target = {
    ...targetThat(() => 'genuine'),
    draw: (random) => {
      inputs.push(String(random.below(2 ** 31)));
      return { input: '', isWhole: true, act: () => 'genuine' };
    },
  };
  for (const seed of [7, 7, 8]) await run([recording], seed, 50);
  assert.deepEqual(inputs.slice(0, 50), inputs.slice(50, 100));
  assert.notDeepEqual(inputs.slice(0, 50), inputs.slice(100));
  assert.equal(new Set(inputs.slice(0, 50)).size, 50);
});

test('a forged token that is accepted is a failure that shows input and keys', async () => {
  for (const act of [(): Accepted => 'forged', async (): Promise<Accepted> => 'forged']) {
    const { failure } = await run([targetThat(act)], 1, 10);
    assert.deepEqual(
      { ...failure, error: '' },
      {
        target: 'made up',
        caseNumber: 0,
        result: 'forged',
        input: 'the input',
        error: '',
        keys: 'the keys',
      },
    );
  }
});

test('anything thrown but a TokenError is a failure', async () => {
  const thrown = new RangeError('out of range');
  const acts = [
    (): Accepted => {
      throw thrown;
    },
    (): Promise<Accepted> => Promise.reject(thrown),
  ];
  for (const act of acts) {
    const { failure } = await run([targetThat(act)], 1, 10);
    assert.equal(failure?.result, 'untyped');
    assert.match(failure.error, /out of range/);
  }
});

test('a TokenError is a refusal, counted by its code', async () => {
  const refusing = targetThat(() => {
    throw new TokenError('signature_invalid');
  });
  const { counts, failure } = await run([refusing], 1, 10);
  assert.equal(failure, undefined);
  assert.deepEqual(counts[0]?.results, new Map([['signature_invalid', 10]]));
  assert.equal(counts[0]?.reached, 10);
});
