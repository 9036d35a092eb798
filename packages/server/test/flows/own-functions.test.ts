import assert from 'node:assert/strict';
import test from 'node:test';
import type { AuditEvent, EnrichmentFacts } from '../../src/base/own-functions.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { register } from '../../src/flows/register.ts';
import type { SettingsInput } from '../../src/settings/settings.ts';
import { logIn } from './log-in.ts';
import { claimsOf, openTestHouse, password, signInAlice, source } from './test-house.ts';

type Enrich = NonNullable<SettingsInput['enrichAccessToken']>;

test('claims of the operator are in tokens, at sign-in and at refresh, with what is true then', async (t) => {
  const seen: EnrichmentFacts[] = [];
  const enrichAccessToken: Enrich = async (facts) => {
    seen.push(facts);
    return { 'https://example.com/turn': seen.length, 'urn:x:list': [{ a: null }, true] };
  };
  const { house, signedIn } = await signInAlice(t, { settings: { enrichAccessToken } });
  const renewed = await refresh(house, { refreshToken: signedIn.refreshToken, requestId: 'a' }, source);
  const claims = Object.entries(claimsOf(renewed.accessToken));
  assert.deepEqual(
    claims.filter(([name]) => /[:/]/.test(name)),
    [
      ['https://example.com/turn', 2],
      ['urn:x:list', [{ a: null }, true]],
    ],
  );
  assert.equal(seen[1]?.user.email, 'alice@example.com');
  const { id, acr, amr } = seen[1].session;
  assert.deepEqual([id, acr, amr], [signedIn.sessionId, 'aal1', ['pwd']]);
});

const cyclic: unknown[] = [];
cyclic.push(cyclic);

const faults: readonly (readonly [name: string, returned: unknown])[] = [
  ['a registered claim', { sub: 'somebody else' }],
  ['a claim of ours', { roles: ['admin'] }],
  ['another claim of ours', { acr: 'aal2' }],
  ['a short name', { plan: 'team' }],
  ['a name with a space', { 'https://example.com/a b': 1 }],
  ['a function', { 'https://example.com/a': () => 1 }],
  ['a date', { 'https://example.com/a': new Date(0) }],
  ['no number', { 'https://example.com/a': Number.NaN }],
  ['undefined inside', { 'https://example.com/a': { b: undefined } }],
  ['something without end', { 'https://example.com/a': cyclic }],
  ['a list', ['https://example.com/a']],
  ['nothing', undefined],
  ['more than fits', { 'https://example.com/a': 'x'.repeat(4000) }],
];

for (const [name, returned] of faults) {
  test(`no token is issued when the operator’s function returns ${name}`, async (t) => {
    // What a function without types can return.
    const enrichAccessToken: Enrich = () => JSON.parse('{}', () => returned);
    const server = await openTestHouse(t, { settings: { enrichAccessToken } });
    await register(server.house, { email: 'alice@example.com', password }, source);
    const answer = await server.fetch('/v1/login', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ identifier: 'alice@example.com', password }),
    });
    assert.equal(answer.status, 500);
    const body = await answer.text();
    assert.match(body, /"code":"server_error"/);
    assert.doesNotMatch(body, /enrich|access_token/);
    assert.ok(server.logLines.some((line) => /enrichAccessToken|too many roles/.test(line)));
  });
}

test('a function that throws or takes more than a second issues nothing, and a refresh can be repeated', async (t) => {
  let behave: Enrich = () => ({});
  const settings = { enrichAccessToken: (facts: EnrichmentFacts) => behave(facts) };
  const { house, signedIn, clock } = await signInAlice(t, { settings });
  const renewal = { refreshToken: signedIn.refreshToken, requestId: 'a' };
  behave = () => {
    throw new Error('no plan');
  };
  await assert.rejects(refresh(house, renewal, source), /no plan/);
  const started = Promise.withResolvers<void>();
  behave = () => {
    started.resolve();
    return new Promise(() => {});
  };
  const late = refresh(house, renewal, source);
  await started.promise;
  clock.advanceMs(1000);
  await assert.rejects(late, /longer than 1000 ms/);
  behave = () => ({});
  assert.equal((await refresh(house, renewal, source)).sessionId, signedIn.sessionId);
});

test('each committed row of the audit table is told, with who, what and from where', async (t) => {
  const told: AuditEvent[] = [];
  const enough = Promise.withResolvers<void>();
  const onAuditEvent = (event: AuditEvent): void => {
    told.push(event);
    if (event.action === 'log-in.succeeded') enough.resolve();
  };
  const { signedIn } = await signInAlice(t, { settings: { onAuditEvent } });
  await enough.promise;
  const event = told.find(({ action }) => action === 'log-in.succeeded');
  assert.deepEqual(
    [event?.actor, event?.sessionId, event?.address, event?.requestId],
    [signedIn.user.id, signedIn.sessionId, source.address, source.requestId],
  );
  assert.ok(!JSON.stringify(told).includes(password));
});

test('a row that was not committed is not told, and a function that fails is logged and holds nothing up', async (t) => {
  const failed = Promise.withResolvers<void>();
  const onAuditEvent = async ({ action }: AuditEvent): Promise<void> => {
    if (action === 'log-in.succeeded') failed.resolve();
    throw new Error('their queue is down');
  };
  const server = await openTestHouse(t, { settings: { onAuditEvent } });
  const input = { email: 'alice@example.com', password };
  await register(server.house, input, source);
  await assert.rejects(register(server.house, input, source), { code: 'email_taken' });
  await logIn(server.house, { identifier: input.email, password }, source);
  await failed.promise;
  await new Promise(setImmediate);
  const lines = server.logLines.filter((line) => line.includes('audit.own-function-failed'));
  const actions = lines.map((line) => /"action":"([^"]+)"/.exec(line)?.[1]);
  assert.equal(actions.filter((action) => action === 'account.registered').length, 1);
  assert.ok(actions.includes('log-in.succeeded'));
});
