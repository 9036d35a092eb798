import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createGuard, type Guard, type RefusalReport } from '@countersign/guard';
import { generateKey, signJws } from '@countersign/tokens';
import { AUDIENCE, mint, START_MS, startIssuer, type TinyIssuer } from './tiny-issuer.ts';

describe('two issuers:', () => {
  let first: TinyIssuer;
  let second: TinyIssuer;
  let guard: Guard;
  const reports: RefusalReport[] = [];

  before(async () => {
    first = await startIssuer();
    second = await startIssuer('Ed25519');
    guard = createGuard({
      issuer: [first.url, second.url],
      audience: [AUDIENCE, 'https://other.example'],
      revocation: 'none',
      now: () => START_MS,
      onRefusal: (report) => reports.push(report),
    });
    await guard.ready();
  });

  after(async () => {
    guard.close();
    await Promise.all([first.stop(), second.stop()]);
  });

  async function reasonFor(token: string): Promise<string | undefined> {
    reports.length = 0;
    await assert.rejects(guard.verify(token), { code: 'invalid_token' });
    return reports[0]?.reason;
  }

  test('each one’s tokens are accepted', async () => {
    for (const { key, url } of [first, second]) {
      assert.equal((await guard.verify(mint({ key, issuer: url }))).claims['iss'], url);
    }
  });

  test('A-100: the key of one issuer does not sign for the other', async () => {
    assert.equal(await reasonFor(mint({ key: first.key, issuer: second.url })), 'key_unknown');
    assert.equal(await reasonFor(mint({ key: second.key, issuer: first.url })), 'key_unknown');
  });

  test('A-100: not even when both publish a key of the same id', async () => {
    const keyId = 'same';
    const ours = generateKey('ES256', { keyId });
    const theirs = generateKey('ES256', { keyId });
    const [a, b] = [await startIssuer(), await startIssuer()];
    a.publish([ours]);
    b.publish([theirs]);
    const issuer = [a.url, b.url];
    const both = createGuard({ issuer, audience: AUDIENCE, revocation: 'none', now: () => START_MS });
    await both.ready();
    const crossed = both.verify(mint({ key: ours, issuer: b.url }));
    await assert.rejects(crossed, { code: 'invalid_token' });
    assert.equal((await both.verify(mint({ key: ours, issuer: a.url }))).subject, 'user-1');
    both.close();
    await Promise.all([a.stop(), b.stop()]);
  });

  test('A-059: an issuer that is not listed is refused and nobody is asked', async () => {
    const asked = first.requests.length + second.requests.length;
    for (const issuer of ['https://evil.example', `${first.url}/`, first.url.toUpperCase(), '__proto__']) {
      assert.equal(await reasonFor(mint({ key: first.key, issuer })), 'issuer_unknown');
    }
    assert.equal(first.requests.length + second.requests.length, asked);
  });

  test('A-059: an issuer that is no string, or none at all, is refused', async () => {
    for (const iss of [undefined, 7, null, [first.url], { url: first.url }]) {
      const payload = JSON.stringify({ iss, aud: AUDIENCE, exp: START_MS });
      assert.equal(await reasonFor(signJws(payload, { key: first.key, type: 'at+jwt' })), 'issuer_unknown');
    }
  });

  test('A-070: garbage is refused before an issuer is chosen', async () => {
    for (const token of [
      '',
      '.',
      '..',
      'a.b.c',
      '%',
      'e30.e30.',
      'a'.repeat(65_536),
      `e30.${'W'.repeat(9_000)}.AA`,
    ]) {
      assert.equal(await reasonFor(token), 'issuer_unknown');
    }
  });

  test('one issuer that is down does not close the door to the other', async () => {
    const down = await startIssuer();
    await down.stop();
    const issuer = [down.url, first.url];
    const half = createGuard({ issuer, audience: AUDIENCE, revocation: 'none', now: () => START_MS });
    assert.equal((await half.verify(mint({ key: first.key, issuer: first.url }))).subject, 'user-1');
    await assert.rejects(half.verify(mint({ key: down.key, issuer: down.url })), { status: 503 });
    await assert.rejects(half.ready(), /no keys of/);
    half.close();
  });
});
