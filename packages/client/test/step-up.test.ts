import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { readStepUpNeed, type StepUpNeed } from '../src/challenge.ts';
import type { Auth } from '../src/create-client.ts';
import { type Browser, openBrowser } from './browser.ts';
import { createScriptedIssuer, json, type ScriptedIssuer } from './scripted-issuer.ts';

const challenge = 'Bearer error="insufficient_user_authentication", acr_values="aal2", max_age="300"';

describe('A-198: step-up', () => {
  let issuer: ScriptedIssuer;
  let browser: Browser;
  let auth: Auth;
  let lead: (need: StepUpNeed) => Promise<void>;
  const needs: StepUpNeed[] = [];
  beforeEach(async () => {
    needs.length = 0;
    issuer = createScriptedIssuer();
    browser = openBrowser(issuer);
    lead = async () => {
      await auth.stepUp({ password: 'right' });
    };
    auth = browser.openTab({
      storage: 'memory',
      onStepUp: (need) => {
        needs.push(need);
        return lead(need);
      },
    }).auth;
    await auth.signIn({ identifier: 'ann', password: 'right' });
    issuer.log.length = 0;
  });
  afterEach(() => browser.closeAll());

  /** Refuses sessions until one was opened after `since`. */
  const guard = async (): Promise<void> => {
    const weak = `Bearer ${await auth.accessToken()}`;
    issuer.api = (seen) =>
      seen.headers.get('authorization') === weak
        ? new Response(null, { status: 401, headers: { 'WWW-Authenticate': challenge } })
        : json(200, seen.body);
  };

  it('the call is repeated once, in the new session, and nothing is refreshed', async () => {
    await guard();
    const answer = await auth.fetch('/api/keys', { method: 'POST', body: '{"a":1}' });
    assert.equal(answer.status, 200);
    assert.deepEqual(needs, [{ acrValues: ['aal2'], maxAgeSeconds: 300 }]);
    assert.equal(issuer.refreshes().length, 0);
    assert.equal(issuer.liveSessions().length, 1);
  });

  it('calls that are refused together lead the user once', async () => {
    await guard();
    const answers = await Promise.all(['/api/a', '/api/b', '/api/c'].map((path) => auth.fetch(path)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
    assert.equal(needs.length, 1);
  });

  it('a user who gives up gets the refusal, and the call is not repeated', async () => {
    await guard();
    lead = async () => undefined;
    assert.equal((await auth.fetch('/api/keys')).status, 401);
    assert.equal(issuer.log.length, 1);
    assert.equal(auth.user?.id, 'ann', 'and stays signed in');
  });

  it('a step-up that is still too weak does not go round in circles', async () => {
    issuer.api = () => new Response(null, { status: 401, headers: { 'WWW-Authenticate': challenge } });
    assert.equal((await auth.fetch('/api/keys')).status, 401);
    assert.equal(needs.length, 1);
  });

  it('somebody else’s session is ended at once, and nobody is signed in', async () => {
    issuer.signsIn = 'bob';
    await assert.rejects(auth.stepUp({ password: 'right' }), { code: 'another_user' });
    assert.deepEqual(issuer.liveSessions(), []);
    assert.equal(auth.state.status, 'signed-out');
    assert.equal(await auth.accessToken(), undefined);
  });

  it('a wrong password changes nothing', async () => {
    const before = await auth.accessToken();
    await assert.rejects(auth.stepUp({ password: 'wrong' }), { code: 'invalid_credentials' });
    assert.equal(await auth.accessToken(), before);
  });
});

describe('the challenge of a step-up', () => {
  const rows: readonly (readonly [string, StepUpNeed | undefined])[] = [
    [challenge, { acrValues: ['aal2'], maxAgeSeconds: 300 }],
    [
      'Bearer realm="x", ERROR=insufficient_user_authentication, max_age=0',
      { acrValues: [], maxAgeSeconds: 0 },
    ],
    [
      'Bearer error="insufficient_user_authentication", acr_values="a  b", max_age="-1"',
      { acrValues: ['a', 'b'], maxAgeSeconds: undefined },
    ],
    ['Bearer error="invalid_token", acr_values="aal2"', undefined],
    ['Bearer error="insufficient_scope", scope="insufficient_user_authentication"', undefined],
    ['', undefined],
  ];
  for (const [field, need] of rows) {
    it(field === '' ? 'an empty field' : field, () => assert.deepEqual(readStepUpNeed(field), need));
  }
});
