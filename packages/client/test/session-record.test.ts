import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isNewer, isSameSession, readFreshness, readSessionRecord } from '../src/session-record.ts';

function writeToken(refreshId: number, counter: number): string {
  const bytes = Buffer.alloc(53, refreshId);
  bytes.writeUInt32BE(counter, 17);
  return `cs_rt_${bytes.toString('base64url')}`;
}

const secret = 'c2VjcmV0';
const withToken = (refreshId: number, counter: number, renewedAtMs = 0) => ({
  secret,
  refreshToken: writeToken(refreshId, counter),
  renewedAtMs,
});

describe('session record', () => {
  it('the counter tells which of two states is later, up to its last bit', () => {
    fc.assert(
      fc.property(fc.nat(0xffffffff), fc.nat(0xffffffff), (left, right) => {
        fc.pre(left !== right);
        assert.equal(isNewer(withToken(1, left), withToken(1, right)), left > right);
      }),
    );
    assert.ok(isNewer(withToken(1, 0xffffffff), withToken(1, 0)));
  });

  it('with equal counters the later renewal counts', () => {
    assert.equal(isNewer(withToken(1, 5, 2), withToken(1, 5, 1)), true);
    assert.equal(isNewer(withToken(1, 5, 1), withToken(1, 5, 1)), false);
  });

  it('the refresh id tells sessions apart, whatever the counter', () => {
    assert.equal(isSameSession(withToken(1, 1), withToken(1, 9)), true);
    assert.equal(isSameSession(withToken(1, 1), withToken(2, 1)), false);
    assert.equal(isSameSession({ secret, sid: 'a' }, { secret, sid: 'a' }), true);
    assert.equal(isSameSession({ secret, sid: 'a' }, { secret, sid: 'b' }), false);
  });

  it('A-271: age is measured by the own clock, and the future counts as just now', () => {
    const record = { secret, accessToken: 'x', expiresInSeconds: 300, renewedAtMs: 1_000_000 };
    const freshShare = 0.45;
    const rows = [
      [1_000_000, 'fresh'],
      [1_134_999, 'fresh'],
      [1_135_000, 'to-renew'],
      [1_299_999, 'to-renew'],
      [1_300_000, 'expired'],
      [0, 'fresh'],
    ] as const;
    for (const [nowMs, expected] of rows)
      assert.equal(readFreshness(record, { nowMs, freshShare }), expected, String(nowMs));
    assert.equal(
      readFreshness({ secret, expiresInSeconds: 300, renewedAtMs: 0 }, { nowMs: 0, freshShare }),
      'expired',
    );
    assert.equal(readFreshness({ secret, accessToken: 'x' }, { nowMs: 0, freshShare }), 'expired');
  });

  it('reads what it wrote, and nothing from anything else', () => {
    const record = { ...withToken(1, 1), sid: 's', accessToken: 'a', expiresInSeconds: 300 };
    assert.deepEqual(readSessionRecord(JSON.stringify(record)), record);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const read = readSessionRecord(text);
        assert.ok(read === undefined || typeof read.secret === 'string');
      }),
    );
  });
});
