import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test, type TestContext } from 'node:test';
import {
  createJwtVerifier,
  generateKey,
  type Key,
  signJwt,
  TokenError,
  toPublicKey,
} from '../../src/index.ts';
import {
  createVerifierPool,
  PoolError,
  type VerifierPool,
  type VerifierPoolOptions,
} from '../../src/pool.ts';

const nowMs = 1_800_000_000_000;
const now = (): number => nowMs;
const es = generateKey('ES256');
const ed = generateKey('Ed25519');
const rules = {
  issuer: 'https://issuer.example',
  audience: 'api',
  algorithms: ['ES256', 'Ed25519'],
  type: 'at+jwt',
  now,
} as const;

const issue = (key: Key, more: object = {}): string =>
  signJwt(
    { iss: rules.issuer, aud: 'api', sub: 'user-1', ...more },
    { key, type: 'at+jwt', expiresInSeconds: 300, now },
  );

function open(context: TestContext, more: Partial<VerifierPoolOptions> = {}): VerifierPool {
  const pool = createVerifierPool({ ...rules, keys: [toPublicKey(es)], threads: 2, ...more });
  context.after(() => pool.close());
  return pool;
}

const rejects = (promise: Promise<unknown>, code: string): Promise<void> =>
  assert.rejects(
    promise,
    (error) => (error instanceof TokenError || error instanceof PoolError) && error.code === code,
  );

test('a pool answers what a verifier answers, each token with its own', async (context) => {
  const pool = open(context);
  const verify = createJwtVerifier({ ...rules, keys: toPublicKey(es) });
  const tokens = Array.from({ length: 200 }, (_, at) => issue(es, { sub: `user-${at}` }));
  const answers = await Promise.all(tokens.map((token) => pool.verify(token)));
  assert.deepEqual(
    answers,
    tokens.map((token) => verify(token)),
  );
  assert.deepEqual(pool.status(), { threads: 2, waiting: 0, isClosed: false });
});

test('refusals keep their code, claim and message on the way', async (context) => {
  const pool = open(context);
  const good = issue(es);
  const bad = [
    ['expired', issue(es, { iat: nowMs / 1000 - 1000 })],
    ['not_yet_valid', issue(es, { nbf: nowMs / 1000 + 1000 })],
    ['audience_mismatch', issue(es, { aud: 'other' })],
    ['signature_invalid', `${good.slice(0, -20)}${issue(es).slice(-20)}`],
    ['key_unknown', issue(ed)],
    ['malformed', 'a.b.c'],
    ['too_large', 'x'.repeat(20_000)],
  ] as const;
  const verify = createJwtVerifier({ ...rules, keys: toPublicKey(es) });
  for (const [code, token] of bad) {
    await rejects(pool.verify(token), code);
    const [here, there] = [
      catchError(() => verify(token)),
      await pool.verify(token).catch((error: unknown) => error),
    ];
    assert.deepEqual(there, here);
  }
  // @ts-expect-error a token is text
  await rejects(pool.verify(undefined), 'malformed');
  assert.equal((await pool.verify(good)).claims.sub, 'user-1');
});

test('replaced keys count for the next token, and keys that are refused change nothing', async (context) => {
  const pool = open(context, { threads: 1 });
  await pool.verify(issue(es));
  pool.replaceKeys([toPublicKey(ed)]);
  await rejects(pool.verify(issue(es)), 'key_unknown');
  await pool.verify(issue(ed));
  assert.throws(() => pool.replaceKeys([]), { code: 'key_required' });
  assert.throws(() => pool.replaceKeys([generateKey('HS256')]), TypeError);
  await pool.verify(issue(ed));
});

test('more tokens than may wait are rejected at once, and only those', async (context) => {
  const pool = open(context, { maxWaiting: 3, threads: 1 });
  const token = issue(es);
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => pool.verify(token)));
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected', 'rejected'],
  );
  await rejects(Promise.all(Array.from({ length: 4 }, () => pool.verify(token))), 'queue_full');
});

test('closing rejects what waits and everything afterwards', async () => {
  const pool = createVerifierPool({ ...rules, keys: [toPublicKey(es)], threads: 1 });
  const waiting = Promise.allSettled(Array.from({ length: 100 }, () => pool.verify(issue(es))));
  await pool.close();
  for (const outcome of await waiting) {
    assert.ok(outcome.status === 'rejected' && outcome.reason instanceof PoolError);
    assert.equal(outcome.reason.code, 'closed');
  }
  await rejects(pool.verify(issue(es)), 'closed');
  assert.equal(pool.status().isClosed, true);
  await pool.close();
});

test('secrets, and options that would switch a check off, are refused when the pool is made', () => {
  const keys = [toPublicKey(es)];
  const secret = generateKey('HS256');
  assert.throws(() => createVerifierPool({ ...rules, algorithms: ['HS256'], keys: [secret] }), TypeError);
  assert.throws(() => createVerifierPool({ ...rules, keys, algorithms: [] }), TypeError);
  assert.throws(() => createVerifierPool({ ...rules, keys, issuer: '' }), TypeError);
  assert.throws(() => createVerifierPool({ ...rules, keys: [] }), { code: 'key_required' });
  for (const count of [0, 65, 1.5, Number.NaN]) {
    assert.throws(() => createVerifierPool({ ...rules, keys, threads: count }), TypeError);
  }
  assert.throws(() => createVerifierPool({ ...rules, keys, maxWaiting: 0 }), TypeError);
  // @ts-expect-error a misspelt option is a check that is off
  assert.throws(() => createVerifierPool({ ...rules, keys, clockTolerance: 5 }), TypeError);
});

test('a pool that has nothing to do lets the process end', () => {
  const module = new URL('../../src/', import.meta.url).href;
  const program = `import { generateKey, signJwt, toPublicKey } from '${module}index.ts';
import { createVerifierPool } from '${module}pool.ts';
const key = generateKey('ES256');
const pool = createVerifierPool({ keys: [toPublicKey(key)], issuer: 'i', audience: 'a', algorithms: ['ES256'], type: 't' });
const { claims } = await pool.verify(signJwt({ iss: 'i', aud: 'a', sub: 's' }, { key, type: 't', expiresInSeconds: 60 }));
process.stdout.write(String(claims.sub));`;
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    timeout: 30_000,
  });
  assert.deepEqual([String(stdout), status], ['s', 0]);
});

function catchError(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
