import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { listRoutes } from '../../src/http/routes.ts';
import { startTestServer, type TestServer } from '../../src/testing.ts';
import { checkAnswer } from './check-answer.ts';
import { memberOf, type Person, readAudit, type Seen, send, signInAgain, signUp } from './http-ground.ts';
import { accountScenarios } from './scenarios/account.ts';
import { adminScenarios } from './scenarios/admin.ts';
import { inviteScenarios } from './scenarios/invites.ts';
import { factorScenarios } from './scenarios/factors.ts';
import { mailboxScenarios } from './scenarios/mailbox.ts';
import { oauthScenarios } from './scenarios/oauth.ts';
import { linkPageScenarios } from './scenarios/link-pages.ts';
import { pageScenarios } from './scenarios/pages.ts';
import { mailboxPageScenarios } from './scenarios/mailbox-pages.ts';
import { outboxScenarios } from './scenarios/outbox.ts';
import { passkeyScenarios } from './scenarios/passkeys.ts';
import { publicScenarios } from './scenarios/public.ts';
import { revocationScenarios } from './scenarios/revocations.ts';
import type { Scenario, Scenarios } from './scenarios/scenario.ts';
import { secondStepScenarios } from './scenarios/second-step-pages.ts';
import { secondFactorScenarios } from './scenarios/second-factor.ts';
import { signInScenarios } from './scenarios/sign-in.ts';

const scenarios: Scenarios = {
  ...signInScenarios,
  ...secondFactorScenarios,
  ...accountScenarios,
  ...factorScenarios,
  ...mailboxScenarios,
  ...passkeyScenarios,
  ...publicScenarios,
  ...pageScenarios,
  ...secondStepScenarios,
  ...linkPageScenarios,
  ...mailboxPageScenarios,
  ...oauthScenarios,
  ...adminScenarios,
  ...inviteScenarios,
  ...revocationScenarios,
  ...outboxScenarios,
};
const routes = listRoutes();

/** So that every address has something to show. */
const settings = {
  magicLink: true,
  pageCss: '.card { border-radius: 0 }',
  pageLogo: 'data:image/png;base64,iVBORw0KGgo=',
  securityContact: 'mailto:security@example.com',
};

let server: TestServer;
let firstAdmin: Person;

before(async () => {
  server = await startTestServer({ settings });
  firstAdmin = await signUp(server, ['admin']);
});
after(() => server.close());

test('every route has scenarios, and every scenario a route', () => {
  const names = routes.map((route) => `${route.method} ${route.path}`);
  assert.deepEqual(Object.keys(scenarios).sort(), names.sort());
});

test('every route succeeds once, and every route that can refuse of its own does once', () => {
  for (const route of routes) {
    const rows = scenarios[`${route.method} ${route.path}`] ?? [];
    const name = `${route.method} ${route.path}`;
    assert.ok(
      rows.some((row) => row.status < 400),
      `${name} never succeeds`,
    );
    const refuses = route.who.kind !== 'anyone' || route.input.body !== undefined;
    // Pages lead strangers to the sign-in instead.
    const isRefusal = ({ status }: Scenario): boolean => status >= (route.who.kind === 'browser' ? 303 : 400);
    assert.ok(!refuses || rows.some(isRefusal), `${name} never refuses`);
  }
});

for (const route of routes) {
  for (const scenario of scenarios[`${route.method} ${route.path}`] ?? []) {
    test(`${route.method} ${route.path}: ${scenario.name}`, async () => {
      const user = await signUp(server);
      const admin = await signInAgain(server, firstAdmin.email);
      const call = await scenario.call({ server, user, admin });
      const { last } = await readAudit(server);
      const seen = await send(server, { method: route.method, path: route.path, ...call });
      await server.house.afterwards.settled();
      checkAnswer(route, seen);
      checkExpected(scenario, seen);
      assert.deepEqual((await readAudit(server, last)).actions, scenario.audit ?? []);
    });
  }
}

function checkExpected(scenario: Scenario, seen: Seen): void {
  assert.equal(seen.status, scenario.status, seen.text);
  if (scenario.code !== undefined) {
    assert.equal(memberOf(seen.json, 'code') ?? memberOf(seen.json, 'error'), scenario.code);
  }
  for (const text of scenario.contains ?? [])
    assert.ok(seen.text.includes(text), `lacks ${text}: ${seen.text}`);
  for (const text of scenario.excludes ?? [])
    assert.ok(!seen.text.includes(text), `shows ${text}: ${seen.text}`);
  for (const [name, form] of Object.entries(scenario.headers ?? {})) {
    assert.match(seen.headers.get(name) ?? '', form, name);
  }
}
