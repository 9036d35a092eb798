import assert from 'node:assert/strict';
import { createHmac, hash } from 'node:crypto';
import test from 'node:test';
import { acknowledgementMac } from '../src/index.ts';

const secretHash = hash('sha256', 'cs_cs_secret', 'buffer');
const acknowledgement = {
  clientId: 'orders',
  process: 'A'.repeat(22),
  seq: 0x1_0000_0002,
  hash: new Uint8Array(32).fill(7),
  maxStalenessSeconds: 300,
};

test('the MAC covers every member, each with its length before it, under a key for this purpose alone', () => {
  const key = createHmac('sha256', secretHash).update('countersign revocation ack v1').digest();
  const message = Buffer.concat([
    Buffer.from('00000006', 'hex'),
    Buffer.from('orders'),
    Buffer.from('00000016', 'hex'),
    Buffer.from('A'.repeat(22)),
    Buffer.from('000000080000000100000002', 'hex'),
    Buffer.from('00000020', 'hex'),
    Buffer.alloc(32, 7),
    Buffer.from('000000040000012c', 'hex'),
  ]);
  const mac = acknowledgementMac(secretHash, acknowledgement);
  assert.deepEqual(Buffer.from(mac), createHmac('sha256', key).update(message).digest());
});

test('another value of any member, or another secret, is another MAC', () => {
  const changed = [
    { clientId: 'order' },
    { process: `${'A'.repeat(21)}B` },
    { seq: 3 },
    { hash: new Uint8Array(32) },
    { maxStalenessSeconds: 301 },
  ].map((change) => acknowledgementMac(secretHash, { ...acknowledgement, ...change }));
  const macs = [...changed, acknowledgementMac(new Uint8Array(32), acknowledgement)];
  const texts = new Set(
    [acknowledgementMac(secretHash, acknowledgement), ...macs].map((mac) => Buffer.from(mac).toString('hex')),
  );
  assert.equal(texts.size, 7);
});
