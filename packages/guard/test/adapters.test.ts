import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createGuard, type Guard, type RefusalReport } from '@countersign/guard';
import { FRAMEWORKS, type Served, serve } from './frameworks.ts';
import { INVALID, ROWS } from './request-rows.ts';
import { type Received, send, withToken } from './send.ts';
import { AUDIENCE, mint, START_MS, startIssuer, type TinyIssuer } from './tiny-issuer.ts';

for (const framework of FRAMEWORKS) {
  describe(`${framework.name}:`, () => {
    let issuer: TinyIssuer;
    let guard: Guard;
    let served: Served;
    const reports: RefusalReport[] = [];

    before(async () => {
      issuer = await startIssuer();
      guard = createGuard({
        issuer: issuer.url,
        audience: AUDIENCE,
        revocation: 'none',
        now: () => START_MS,
        onRefusal: (report) => reports.push(report),
      });
      served = await serve(framework, guard);
    });

    after(async () => {
      guard.close();
      await Promise.all([served.stop(), issuer.stop()]);
    });

    for (const row of ROWS) {
      test(row.name, async () => {
        reports.length = 0;
        const answer = await send(`${served.url}${row.path ?? '/profile'}`, row.lines(issuer));
        assert.equal(answer.status, row.expected.status);
        assert.equal(answer.headers['www-authenticate'], row.expected.challenge);
        assert.deepEqual(
          reports.map((report) => report.reason),
          row.reason === undefined ? [] : [row.reason],
        );
        if (row.expected.body !== undefined) checkRefusal(answer, row.expected.body);
      });
    }

    test('A-073: every fault of a token gets the same answer, to the last header', async () => {
      const answers = new Set<string>();
      for (const row of ROWS.filter(({ expected }) => expected === INVALID)) {
        const { status, headers, body } = await send(`${served.url}/profile`, row.lines(issuer));
        answers.add(JSON.stringify({ status, headers: { ...headers, date: '' }, body }));
      }
      assert.equal(answers.size, 1);
    });

    test('A-085: without keys the answer is 503 with the time to come back, and no challenge', async () => {
      const url = 'https://issuer.example';
      const fetch = async (): Promise<Response> => new Response(null, { status: 500 });
      const options = { issuer: url, audience: AUDIENCE, revocation: 'none', now: () => START_MS } as const;
      const keyless = await serve(framework, createGuard({ ...options, fetch }));
      const answer = await withToken(`${keyless.url}/profile`, mint({ key: issuer.key, issuer: url }));
      await keyless.stop();
      assert.equal(answer.status, 503);
      assert.equal(answer.headers['retry-after'], '1');
      assert.equal(answer.headers['www-authenticate'], undefined);
      checkRefusal(
        answer,
        '{"type":"about:blank","title":"Service Unavailable","status":503,"code":"temporarily_unavailable"}',
      );
    });

    test('the handler sees who is asking', async () => {
      const answer = await withToken(`${served.url}/profile`, mint({ key: issuer.key, issuer: issuer.url }));
      const { claims, ...auth } = JSON.parse(answer.body);
      assert.deepEqual(auth, {
        subject: 'user-1',
        sessionId: 'session-1',
        clientId: 'first-party',
        roles: ['user'],
        permissions: ['orders:read'],
        scopes: ['profile', 'orders:read'],
        authTime: START_MS / 1000 - 10,
        acr: 'aal1',
        amr: ['pwd'],
      });
      assert.equal(claims.jti, 'token-1');
    });

    test('A-071: a token in the query is not read', async () => {
      const token = mint({ key: issuer.key, issuer: issuer.url });
      const answer = await send(`${served.url}/profile?access_token=${token}`);
      assert.equal(answer.status, 401);
      assert.equal(answer.headers['www-authenticate'], 'Bearer');
    });
  });
}

function checkRefusal(answer: Received, body: string): void {
  assert.equal(answer.body, body);
  assert.equal(answer.headers['content-type'], 'application/problem+json');
  assert.equal(answer.headers['cache-control'], 'no-store');
}
