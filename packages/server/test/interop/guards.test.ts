import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { createGuard, type GuardOptions, type RefusalReport } from '@countersign/guard';
import { importSecret } from '@countersign/tokens';
import { FRAMEWORKS, serve } from '../../../guard/test/frameworks.ts';
import { toEpochSeconds } from '../../src/base/clock.ts';
import type { AccessTokenClaims } from '../../src/base/house.ts';
import { startIssuer } from './running-issuer.ts';

for (const algorithm of ['ES256', 'RS256', 'Ed25519', 'HS256'] as const) {
  test(`guards in six frameworks verify the tokens of an issuer with ${algorithm}`, async (t) => {
    const secret = randomBytes(32);
    const isShared = algorithm === 'HS256';
    const { issuer, accessToken } = await startIssuer(t, {
      signingAlgorithm: algorithm,
      ...(isShared ? { signingSecret: secret.toString('base64url') } : {}),
    });
    const options: GuardOptions = {
      issuer,
      audience: issuer,
      revocation: 'none',
      ...(isShared ? { algorithms: [algorithm], keys: [importSecret(secret, { algorithm })] } : {}),
    };
    const guard = createGuard(options);
    t.after(() => guard.close());
    for (const framework of FRAMEWORKS) {
      const served = await serve(framework, guard);
      t.after(() => served.stop());
      const ask = (token: string): Promise<Response> =>
        fetch(`${served.url}/profile`, { headers: { Authorization: `Bearer ${token}` } });
      const accepted = await ask(accessToken);
      assert.equal(accepted.status, 200, framework.name);
      assert.deepEqual((await accepted.json()).roles, ['user']);
      const tampered = await ask(accessToken.slice(0, -4) + (accessToken.endsWith('AAAA') ? 'BBBB' : 'AAAA'));
      assert.equal(tampered.status, 401, framework.name);
    }
  });
}

test('a guard goes on while its issuer is down', async (t) => {
  const server = await startIssuer(t, {});
  const guard = createGuard({ issuer: server.issuer, audience: server.issuer, revocation: 'none' });
  t.after(() => guard.close());
  await guard.ready();
  await server.close();
  await assert.rejects(fetch(`${server.issuer}/health/live`));
  assert.deepEqual((await guard.verify(server.accessToken)).roles, ['user']);
});

test('A-091: a guard accepts the tokens of both keys through a rotation', async (t) => {
  const server = await startIssuer(t, {});
  let nowMs = server.clock.now();
  const guard = createGuard({
    issuer: server.issuer,
    audience: server.issuer,
    revocation: 'none',
    now: () => nowMs,
  });
  t.after(() => guard.close());
  await guard.verify(server.accessToken);
  const kids = new Set<string>();
  // A month and a half in which keys hand over by themselves.
  for (let hour = 0; hour < 45 * 24; hour += 6) {
    const token = server.house.keys.issueAccessToken(claimsAt(nowMs));
    kids.add(JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid);
    await guard.verify(token);
    nowMs += 6 * 3_600_000;
    server.clock.advanceMs(6 * 3_600_000);
    await server.house.keys.reload();
  }
  assert.ok(kids.size >= 2, 'a key was handed over');
});

function claimsAt(nowMs: number): AccessTokenClaims {
  return { sub: 'alice', client_id: 'first-party', iat: toEpochSeconds(nowMs), rvs: 1 };
}

test('a guard whose issuer is spelled otherwise says so to the log, and nothing to the caller', async (t) => {
  const server = await startIssuer(t, {});
  const reports: RefusalReport[] = [];
  const guard = createGuard({
    issuer: server.issuer.replace('localhost', '127.0.0.1'),
    audience: server.issuer,
    revocation: 'none',
    onRefusal: (report) => reports.push(report),
  });
  t.after(() => guard.close());
  const answer = await guard.fetch(() => new Response('in'))(
    new Request('http://api.example/', { headers: { Authorization: `Bearer ${server.accessToken}` } }),
  );
  assert.equal(answer.status, 503);
  assert.equal(reports[0]?.reason, 'keys_unavailable');
  assert.equal(reports[0]?.fault, 'issuer_mismatch');
});
