import assert from 'node:assert/strict';
import test from 'node:test';
import { createDenyState, judgeToken, type RevocationVerdict, type TokenNames } from '../src/index.ts';
import { eventsOf, fingerprintKey, tokenNames } from './denials.ts';

const head = { timeMs: 1_100_000, ttlMaxSeconds: 300 };
const denials = createDenyState({ fingerprintKey });
denials.apply(eventsOf(10, { scope: 'session', subject: 'ended' }), 10, head);

/** Token, age of the head in seconds at Δ = 10, verdict. */
const rows: readonly (readonly [string, Partial<TokenNames>, number, RevocationVerdict])[] = [
  ['a token that nothing denies', {}, 0, 'live'],
  ['a token of an ended session', { sid: 'ended' }, 0, 'revoked'],
  ['the same when what is known is too old', { sid: 'ended' }, 400, 'revoked'],
  ['the same when it lives too long', { sid: 'ended', expSeconds: 9999 }, 0, 'revoked'],
  ['a token that lives too long', { expSeconds: 1301 }, 0, 'life_too_long'],
  ['a token older than what is known may be', {}, 11, 'stale'],
  ['a token when too little is known', {}, 301, 'unsynchronised'],
];

for (const [name, names, headAge, expected] of rows) {
  test(`${name}: ${expected}`, () => {
    const freshness = { nowMs: head.timeMs + headAge * 1000, maxStalenessSeconds: 10 };
    assert.equal(judgeToken(tokenNames(names), freshness, { denials, head }), expected);
  });
}

test('without a head a denial is known and nothing else is', () => {
  const freshness = { nowMs: head.timeMs, maxStalenessSeconds: 10 };
  const known = { denials, head: undefined };
  assert.equal(judgeToken(tokenNames({ sid: 'ended' }), freshness, known), 'revoked');
  assert.equal(judgeToken(tokenNames(), freshness, known), 'unsynchronised');
});
