import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { createAddressRule } from '../../src/http/client-address.ts';

const behindProxy = createAddressRule(['10.0.0.0/8', '2001:db8:1::/48', '192.0.2.1']);

const rows: readonly {
  readonly name: string;
  readonly peer: string;
  readonly forwarded: string | null;
  readonly expected: string;
}[] = [
  { name: 'no field', peer: '10.0.0.1', forwarded: null, expected: '10.0.0.1' },
  { name: 'one hop', peer: '10.0.0.1', forwarded: '203.0.113.9', expected: '203.0.113.9' },
  {
    name: 'A-354: the leftmost is not believed',
    peer: '10.0.0.1',
    forwarded: '1.1.1.1, 203.0.113.9',
    expected: '203.0.113.9',
  },
  {
    name: 'proxies behind proxies',
    peer: '10.0.0.1',
    forwarded: '203.0.113.9, 10.1.1.1,192.0.2.1',
    expected: '203.0.113.9',
  },
  { name: 'only proxies', peer: '10.0.0.1', forwarded: '10.0.0.3, 10.0.0.2', expected: '10.0.0.3' },
  {
    name: 'A-355: a stranger is no proxy',
    peer: '198.51.100.1',
    forwarded: '203.0.113.9',
    expected: '198.51.100.1',
  },
  { name: 'IPv6', peer: '2001:db8:1::5', forwarded: '2001:db8:2::1', expected: '2001:db8:2::1' },
  { name: 'a mapped peer', peer: '::ffff:10.0.0.1', forwarded: '203.0.113.9', expected: '203.0.113.9' },
  { name: 'a mapped hop', peer: '10.0.0.1', forwarded: '::ffff:203.0.113.9', expected: '203.0.113.9' },
  { name: 'A-354: garbage', peer: '10.0.0.1', forwarded: '203.0.113.9, evil', expected: '10.0.0.1' },
  {
    name: 'A-354: garbage on the left',
    peer: '10.0.0.1',
    forwarded: "' OR 1=1, 203.0.113.9",
    expected: '10.0.0.1',
  },
  { name: 'A-354: a port', peer: '10.0.0.1', forwarded: '203.0.113.9:80', expected: '10.0.0.1' },
  { name: 'A-354: empty', peer: '10.0.0.1', forwarded: '', expected: '10.0.0.1' },
  { name: 'A-354: unknown', peer: '10.0.0.1', forwarded: 'unknown', expected: '10.0.0.1' },
  { name: 'A-354: too long', peer: '10.0.0.1', forwarded: '203.0.113.9,'.repeat(500), expected: '10.0.0.1' },
];

for (const { name, peer, forwarded, expected } of rows) {
  test(`the address of the caller: ${name}`, () => {
    assert.equal(behindProxy.find(peer, forwarded), expected);
  });
}

test('A-355: by default nobody is a proxy', () => {
  assert.equal(createAddressRule([]).find('127.0.0.1', '203.0.113.9'), '127.0.0.1');
});

test('a call within the process has no address, and its fields are not believed', () => {
  assert.equal(behindProxy.find(undefined, '203.0.113.9'), 'unknown');
});

test('A-354: whatever is sent, the answer is an address that nobody made up', () => {
  const proxies = createAddressRule(['10.0.0.0/8']);
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6()), { maxLength: 6 }), (left) => {
      const found = proxies.find('10.0.0.1', [...left, '203.0.113.9'].join(', '));
      assert.ok(found === '203.0.113.9' || found === '10.0.0.1', found);
    }),
  );
});
