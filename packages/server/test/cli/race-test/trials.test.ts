import assert from 'node:assert/strict';
import test from 'node:test';
import { runTrials } from '../../../src/cli/race-test/run-trials.ts';
import { openTarget } from '../../../src/cli/race-test/target.ts';
import type { Verdict } from '../../../src/cli/race-test/trial.ts';
import { startTestServer } from '../../../src/testing.ts';
import { type Habits, openFlawedEndpoint } from './flawed-endpoint.ts';

const callers = 12;
const laterSeconds = 90;
const credentials = { email: 'alice@example.com', password: 'a wristband for alice' };

test('our own refresh endpoint holds in every trial', async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  const post = async (path: string, body: object): Promise<{ refresh_token: string }> => {
    const headers = { 'content-type': 'application/json' };
    const response = await server.fetch(path, { method: 'POST', headers, body: JSON.stringify(body) });
    // Ten sign-ins of one account at once are a guesser; a while later they are not.
    if (response.status !== 429) return response.json();
    server.clock.advanceMs(60_000);
    return post(path, body);
  };
  await post('/v1/register', credentials);
  const pause = async (ms: number): Promise<void> => server.clock.advanceMs(ms);
  const target = openTarget({
    url: `${server.issuer}/v1/refresh`,
    form: 'countersign',
    clientId: undefined,
    clientSecret: undefined,
    clientAuth: 'basic',
    requestIdHeader: 'Idempotency-Key',
    resource: `${server.issuer}/v1/me`,
    fetch: (url, init) => server.fetch(new Request(url, init)),
    pause,
  });
  const signIn = async (): Promise<string> => {
    const { email: identifier, password } = credentials;
    return (await post('/v1/login', { identifier, password })).refresh_token;
  };
  const tried = await runTrials({ target, signIn, callers, laterSeconds, pause });
  assert.deepEqual(
    tried.filter(({ verdict }) => verdict !== 'holds'),
    [],
  );
});

interface Row {
  readonly name: string;
  readonly habits: Habits;
  readonly expected: Readonly<Partial<Record<string, Verdict>>>;
}

const rows: readonly Row[] = [
  {
    name: 'a token that is never rotated is good for everybody',
    habits: { rotates: false, endsSession: false, graceMs: 0 },
    expected: {
      rotation: 'broken',
      'spent token': 'broken',
      'old token': 'broken',
      'thief first': 'broken',
      'thief at the same moment': 'broken',
      'lost answer': 'holds',
      tabs: 'holds',
    },
  },
  {
    name: 'a grace period lets a thief stay who is fast, and a late owner is signed out',
    habits: { rotates: true, endsSession: true, graceMs: 60_000 },
    expected: {
      rotation: 'holds',
      'spent token': 'broken',
      'spent token, later': 'holds',
      'thief first': 'broken',
      'thief at the same moment': 'broken',
      'many thieves': 'broken',
      'lost answer': 'holds',
      'lost answer, later': 'costs',
      tabs: 'broken',
    },
  },
  {
    name: 'without reuse detection whoever was faster stays',
    habits: { rotates: true, endsSession: false, graceMs: 0 },
    expected: {
      'old token': 'broken',
      'spent token': 'broken',
      'thief first': 'broken',
      'thief at the same moment': 'broken',
      'many thieves': 'holds',
      'lost answer': 'costs',
      'altered token': 'holds',
      'access token': 'not checked',
    },
  },
  {
    name: 'strict single use finds every thief and signs honest users out',
    habits: { rotates: true, endsSession: true, graceMs: 0 },
    expected: {
      rotation: 'holds',
      'old token': 'holds',
      'spent token': 'holds',
      'thief first': 'holds',
      'thief at the same moment': 'holds',
      'many thieves': 'holds',
      'lost answer': 'costs',
      'lost answer, later': 'costs',
      tabs: 'costs',
    },
  },
];

for (const { name, habits, expected } of rows) {
  test(name, async () => {
    const { target, signIn, pause } = openFlawedEndpoint(habits);
    const tried = await runTrials({ target, signIn, callers, laterSeconds, pause });
    const verdicts = Object.fromEntries(tried.map((one) => [one.name, one.verdict]));
    for (const [trial, verdict] of Object.entries(expected)) assert.equal(verdicts[trial], verdict, trial);
  });
}

test('a server that cannot be reached leaves trials unchecked, not held', async () => {
  const { target, signIn, pause } = openFlawedEndpoint(
    { rotates: true, endsSession: true, graceMs: 0 },
    { fetch: () => Promise.reject(new TypeError('fetch failed')) },
  );
  const tried = await runTrials({ target, signIn, callers, laterSeconds, pause });
  assert.ok(tried.every(({ verdict }) => verdict !== 'holds'));
});

test('a confidential client says its secret in the header, form-encoded, or in the body', async () => {
  const habits = { rotates: true, endsSession: true, graceMs: 0 };
  const given = { clientId: 'a b', clientSecret: 'c:d' };
  const basic = openFlawedEndpoint(habits, given);
  await basic.target.refresh(await basic.signIn(), { secret: new Uint8Array(1) });
  const header = basic.requests[0]?.headers.get('authorization') ?? '';
  assert.equal(Buffer.from(header.replace('Basic ', ''), 'base64').toString(), 'a+b:c%3Ad');
  const post = openFlawedEndpoint(habits, { ...given, clientAuth: 'post' });
  await post.target.refresh(await post.signIn(), { secret: new Uint8Array(1) });
  const form = new URLSearchParams(await post.requests[0]?.text());
  assert.equal(form.get('client_secret'), 'c:d');
  assert.equal(post.requests[0]?.headers.get('authorization'), null);
});
