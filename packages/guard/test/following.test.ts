import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { createGuard, type Guard, type RefusalReport } from '@countersign/guard';
import { FRAMEWORKS, type Served, serve } from './frameworks.ts';
import { INVALID } from './request-rows.ts';
import { type Received, send } from './send.ts';
import { CLIENT, startFeed, type TinyFeed } from './tiny-feed.ts';
import { AUDIENCE, mint, START_MS, startIssuer, type TinyIssuer } from './tiny-issuer.ts';

const UNAVAILABLE =
  '{"type":"about:blank","title":"Service Unavailable","status":503,"code":"temporarily_unavailable"}';

const ROUTES = {
  '/profile': undefined,
  '/transfer': { maxStalenessSeconds: 5 },
} as const;

let nowMs = START_MS;
const now = (): number => nowMs;

for (const framework of FRAMEWORKS) {
  describe(`${framework.name}, following a feed:`, () => {
    let issuer: TinyIssuer;
    let feed: TinyFeed;
    let guard: Guard;
    let served: Served;
    const reports: RefusalReport[] = [];
    let made = 0;

    beforeEach(async () => {
      nowMs = START_MS;
      reports.length = 0;
      issuer = await startIssuer();
      feed = await startFeed({ issuer, now });
      guard = createGuard({
        issuer: issuer.url,
        audience: AUDIENCE,
        feed: CLIENT,
        maxStalenessSeconds: 60,
        now,
        onRefusal: (report) => reports.push(report),
      });
      served = await serve(framework, guard, ROUTES);
    });

    afterEach(async () => {
      guard.close();
      await Promise.all([served.stop(), issuer.stop(), feed.stop()]);
    });

    function token(claims: Record<string, unknown> = {}): string {
      made += 1;
      return mint({
        key: issuer.key,
        issuer: issuer.url,
        nowMs,
        claims: { jti: `t${made}`, rvs: feed.seq, ...claims },
      });
    }

    function ask(bearer: string, more: readonly string[] = [], path = '/profile'): Promise<Received> {
      return send(`${served.url}${path}`, ['Authorization', `Bearer ${bearer}`, ...more]);
    }

    function reasons(): readonly string[] {
      return reports.splice(0).map(({ reason }) => reason);
    }

    test('A-066: a token is refused as soon as its revocation was heard, remembered or not', async () => {
      await guard.ready();
      const bearer = token({ jti: 'gone' });
      assert.equal((await ask(bearer)).status, 200);
      assert.equal((await ask(bearer)).status, 200);
      feed.revoke('token', 'gone');
      await heard(guard, feed.seq);
      const answer = await ask(bearer);
      assert.equal(answer.status, 401);
      assert.equal(answer.headers['www-authenticate'], INVALID.challenge);
      assert.equal(answer.body, INVALID.body);
      assert.deepEqual(reasons(), ['revoked']);
      assert.equal((await ask(token())).status, 200);
    });

    test('A-259: closed until it has heard of the feed: 503 and no challenge, for any token', async () => {
      feed.answers = false;
      const answer = await ask(token());
      checkUnavailable(answer);
      assert.deepEqual(reasons(), ['unsynchronised']);
      feed.answers = true;
      nowMs += 3_000;
      assert.equal((await ask(token())).status, 200);
    });

    test('A-259: what is known too long ago refuses old tokens with 401 and lets new ones in', async () => {
      await guard.ready();
      const old = token();
      assert.equal((await ask(old)).status, 200);
      feed.answers = false;
      nowMs += 60_000;
      assert.equal((await ask(old)).status, 200);
      nowMs += 1;
      const answer = await ask(old);
      assert.deepEqual([answer.status, answer.body], [401, INVALID.body]);
      assert.deepEqual(reasons(), ['stale']);
      assert.equal((await ask(token())).status, 200);
      nowMs += 300_000;
      checkUnavailable(await ask(token()));
      assert.deepEqual(reasons(), ['unsynchronised']);
      feed.answers = true;
      nowMs += 3_000;
      assert.equal((await ask(token())).status, 200);
    });

    test('before it refuses a token for its own ignorance it asks the feed', async () => {
      await guard.ready();
      feed.isFrozen = true;
      const bearer = token();
      nowMs += 61_000;
      assert.equal((await ask(bearer)).status, 200);
    });

    test('a route may ask for fresher knowledge than the guard', async () => {
      await guard.ready();
      const bearer = token();
      assert.equal((await ask(bearer, [], '/transfer')).status, 200);
      feed.answers = false;
      nowMs += 5_001;
      assert.equal((await ask(bearer, [], '/transfer')).status, 401);
      assert.equal((await ask(bearer)).status, 200);
      assert.deepEqual(reasons(), ['stale']);
    });

    test('Revocation-Min-Seq: an event that was not heard yet is asked for first', async () => {
      await guard.ready();
      const bearer = token({ sid: 'ended' });
      assert.equal((await ask(bearer)).status, 200);
      feed.isFrozen = true;
      const seq = feed.revoke('session', 'ended');
      assert.equal((await ask(bearer)).status, 200);
      // Only what is asked for can bring the event; a busy machine may need longer than a guard waits.
      let answer = await ask(bearer, ['Revocation-Min-Seq', `${seq}`]);
      while (answer.status === 200) answer = await ask(bearer, ['Revocation-Min-Seq', `${seq}`]);
      assert.equal(answer.status, 401);
      assert.deepEqual(reasons(), ['revoked']);
    });

    test('Revocation-Min-Seq: a number that never comes delays the decision a moment, no more', async () => {
      await guard.ready();
      const bearer = token();
      assert.equal((await ask(bearer, ['Revocation-Min-Seq', '9007199254740991'])).status, 200);
      feed.answers = false;
      assert.equal((await ask(bearer, ['Revocation-Min-Seq', '9007199254740991'])).status, 200);
    });

    test('Revocation-Min-Seq: nonsense lets nobody through, and is not looked at before the token', async () => {
      await guard.ready();
      const bearer = token();
      for (const value of ['', 'x', '-1', '1.5', '1e3', '0x1', '9007199254740992', '1'.repeat(17), '1, 1']) {
        const answer = await ask(bearer, ['Revocation-Min-Seq', value]);
        assert.equal(answer.status, 400, value);
        assert.equal(answer.headers['www-authenticate'], 'Bearer error="invalid_request"');
        assert.match(answer.body, /"status":400,"code":"invalid_request"/);
      }
      assert.equal((await ask(bearer, ['Revocation-Min-Seq', '0', 'Revocation-Min-Seq', '0'])).status, 400);
      assert.deepEqual(new Set(reasons()), new Set(['min_seq_malformed']));
      assert.equal((await ask(`${bearer}A`, ['Revocation-Min-Seq', 'x'])).status, 401);
    });

    test('a token that does not say when it was issued is refused', async () => {
      await guard.ready();
      for (const rvs of [undefined, -1, 0.5, '1', null, 2 ** 53]) {
        assert.equal((await ask(token({ rvs }))).status, 401);
      }
      assert.deepEqual(reasons(), ['claim_missing', ...Array.from({ length: 5 }, () => 'claim_invalid')]);
    });

    test('a token that lives longer than the feed says any does is refused', async () => {
      await guard.ready();
      const long = { key: issuer.key, issuer: issuer.url, nowMs, claims: { rvs: 0 }, expiresInSeconds: 301 };
      assert.equal((await ask(mint(long))).status, 401);
      assert.deepEqual(reasons(), ['life_too_long']);
    });

    test('a guard that was closed accepts nothing any more', async () => {
      await guard.ready();
      const bearer = token();
      assert.equal((await ask(bearer)).status, 200);
      guard.close();
      checkUnavailable(await ask(bearer));
    });
  });
}

async function heard(guard: Guard, seq: number): Promise<void> {
  while ((guard.status().issuers[0]?.revocations.seq ?? 0) < seq) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function checkUnavailable(answer: Received): void {
  assert.equal(answer.status, 503);
  assert.equal(answer.headers['www-authenticate'], undefined);
  assert.match(String(answer.headers['retry-after']), /^[1-9][0-9]*$/);
  assert.equal(answer.body, UNAVAILABLE);
}
