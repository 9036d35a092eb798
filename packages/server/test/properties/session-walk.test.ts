import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { logIn } from '../flows/log-in.ts';
import { logOut } from '../../src/flows/log-out.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { register } from '../../src/flows/register.ts';
import type { SignedIn } from '../../src/flows/signed-in.ts';
import { sql } from '../../src/store/sql.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';

/**
 * Random walks of an honest client and a thief over one session, beside a
 * model of a few lines that knows tokens only by their number.
 */

type Step =
  | { readonly kind: 'honest'; readonly answerIsLost: boolean }
  | { readonly kind: 'thief copies' }
  | { readonly kind: 'thief refreshes' }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'log out' };

const mixedSteps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('honest' as const), answerIsLost: fc.boolean() }) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'thief copies' }) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'thief refreshes' }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('wait' as const),
        seconds: fc.constantFrom(1, 59, 61, 3600, 86_400, 900_000),
      }),
    },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: 'log out' }) },
  ),
  { minLength: 5, maxLength: 30 },
);

/** One answer after the other is lost, with pauses around the length of a window. */
const unluckySteps = fc
  .array(fc.constantFrom(1, 59, 60, 61, 3600), { minLength: 5, maxLength: 12 })
  .map((pauses) =>
    pauses.flatMap((seconds): Step[] => [
      { kind: 'honest', answerIsLost: true },
      { kind: 'wait', seconds },
    ]),
  );

interface Model {
  isAlive: boolean;
  counter: number;
  lastRequestId: string | undefined;
  rotatedAt: number;
  openedAt: number;
  refilledAt: number;
  used: number;
  readonly endsAt: number;
}

const idleSeconds = 1_209_600;
const daySeconds = 86_400;

/** What the table in `rules/refresh-decision.ts` promises, in another form. */
function predict(model: Model, counter: number, requestId: string, now: number): 'new' | 'same' | 'refused' {
  const hasEnded = now >= model.endsAt || now - model.rotatedAt >= idleSeconds;
  if (!model.isAlive || hasEnded) return 'refused';
  if (counter === model.counter) {
    Object.assign(model, { counter: counter + 1, lastRequestId: requestId, rotatedAt: now });
    return 'new';
  }
  if (counter < model.counter - 1 || requestId !== model.lastRequestId) {
    model.isAlive = false;
    return 'refused';
  }
  if (now - model.rotatedAt < 60 || now - model.openedAt < 60) return 'same';
  const days = Math.floor((now - model.refilledAt) / daySeconds);
  const used = Math.max(0, model.used - days);
  if (used >= 5) return 'refused';
  Object.assign(model, { used: used + 1, refilledAt: model.refilledAt + days * daySeconds, openedAt: now });
  return 'same';
}

async function walk(server: TestServer, path: readonly Step[], name: string): Promise<void> {
  const { house, clock } = server;
  const roomy = { ...house, limits: { spend() {}, restore() {} } };
  const source = { requestId: 'r', address: '192.0.2.1', userAgent: undefined };
  const email = `${name}@example.com`;
  const password = 'a wristband for everyone';
  await register(roomy, { email, password }, source);
  const signedIn = await logIn(roomy, { identifier: email, password }, source);
  const seconds = (): number => clock.now() / 1000;
  const tokens = [signedIn.refreshToken];
  let honest = 0;
  let stolen: number | undefined;
  const model: Model = {
    isAlive: true,
    counter: 0,
    lastRequestId: undefined,
    rotatedAt: seconds(),
    openedAt: 0,
    refilledAt: seconds(),
    used: 0,
    endsAt: seconds() + 7_776_000,
  };
  const attempt = async (counter: number, requestId: string): Promise<SignedIn | undefined> => {
    const expected = predict(model, counter, requestId, seconds());
    const answer = await refresh(roomy, { refreshToken: tokens[counter] ?? '', requestId }, source).catch(
      (error: { code?: string }) => {
        assert.equal(error.code, 'invalid_grant');
        return undefined;
      },
    );
    assert.equal(answer !== undefined, expected !== 'refused');
    if (answer !== undefined) {
      tokens[counter + 1] ??= answer.refreshToken;
      assert.equal(answer.refreshToken, tokens[counter + 1], 'a second successor was made');
    }
    return answer;
  };
  for (const step of path) {
    if (step.kind === 'wait') clock.advanceMs(step.seconds * 1000);
    if (step.kind === 'thief copies') stolen = honest;
    if (step.kind === 'thief refreshes' && stolen !== undefined) {
      if ((await attempt(stolen, `thief ${stolen}`)) !== undefined) stolen += 1;
    }
    if (step.kind === 'honest' && (await attempt(honest, `honest ${honest}`)) !== undefined) {
      if (!step.answerIsLost) honest += 1;
    }
    if (step.kind === 'log out') {
      await logOut(roomy, { refreshToken: tokens[honest] }, source);
      model.isAlive = false;
    }
  }
  const [row] = await house.store.read(
    sql<{
      counter: number;
      revoked: number | null;
    }>`SELECT counter, revoked_at_ms AS revoked FROM sessions WHERE id = ${signedIn.sessionId}`,
  );
  assert.equal(row?.counter, model.counter);
  assert.equal(row?.revoked === null, model.isAlive);
}

/** `npm run session-walk` takes a million. */
const leastSteps = Number(process.env['STEPS'] ?? 1000);
const runs = 150;

test('random walks of a client and a thief over a session go as the model says', async (t) => {
  const seed = Date.now() % 2 ** 31;
  let steps = 0;
  for (let batch = 0; steps < leastSteps; batch++) steps += await walkOften(seed + batch);
  t.diagnostic(`seed ${seed}, ${steps} steps`);
});

/** In a database of its own, so that what a walk costs does not grow. @returns steps taken */
async function walkOften(seed: number): Promise<number> {
  const server = await startTestServer();
  let walks = 0;
  let steps = 0;
  const property = fc.asyncProperty(fc.oneof(mixedSteps, unluckySteps), async (path) => {
    walks += 1;
    steps += path.length;
    await walk(server, path, `walk${walks}`);
  });
  try {
    await fc.assert(property, { numRuns: runs, seed });
  } finally {
    await server.close();
  }
  return steps;
}
