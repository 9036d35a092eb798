import assert from 'node:assert/strict';
import test from 'node:test';
import { makeWebhookSecret, signMessage } from '../../src/base/sign-message.ts';
import { isSigned } from '../webhooks/receiver.ts';

test('a message is signed over id, time and body, as a receiver verifies it', () => {
  const secret = makeWebhookSecret();
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  const nowMs = Date.UTC(2026, 0, 1);
  const headers = { ...signMessage({ id: 'msg_1', body: '{"a":1}' }, secret, nowMs) };
  const received = { headers, body: '{"a":1}' };
  assert.equal(isSigned(received, secret, nowMs), true);
  assert.equal(isSigned({ ...received, body: '{"a":2}' }, secret, nowMs), false);
  assert.equal(
    isSigned({ ...received, headers: { ...headers, 'webhook-id': 'msg_2' } }, secret, nowMs),
    false,
  );
  assert.equal(isSigned(received, makeWebhookSecret(), nowMs), false);
  assert.equal(isSigned(received, secret, nowMs + 301_000), false);
});

test('the signature is the one of a known key', () => {
  const secret = `whsec_${Buffer.from('a key of twenty-four bytes').toString('base64')}`;
  assert.deepEqual(
    signMessage({ id: 'msg_p5jXN8', body: '{"test": 2432232314}' }, secret, 1_614_265_330_000),
    {
      'webhook-id': 'msg_p5jXN8',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,SsmyPn60EJcP+7e+KvKTNvDuL0cy5cwHQraoN4+07TI=',
    },
  );
});
