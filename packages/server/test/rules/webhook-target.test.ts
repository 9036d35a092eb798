import assert from 'node:assert/strict';
import test from 'node:test';
import { findTargetFault, isAllowedAddress } from '../../src/rules/webhook-target.ts';

const onlyPublic = { allowsPrivate: false, allowsLoopback: false };
const development = { allowsPrivate: false, allowsLoopback: true };
const anywhere = { allowsPrivate: true, allowsLoopback: true };

const inner = (
  '0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 127.9.9.9 169.254.169.254 172.16.0.1 172.31.255.255 ' +
  '192.0.0.1 192.168.1.1 198.18.0.1 224.0.0.1 240.0.0.1 255.255.255.255 :: ::1 ::ffff:10.0.0.1 ' +
  '::ffff:7f00:1 64:ff9b::a00:1 100::1 fc00::1 fd12::1 fe80::1 fec0::1 ff02::1 2001::1 ' +
  '2001:db8::1 2002:a00:1:: 3fff::1'
).split(' ');

test('A-088: an address that is no place on the internet may not be called', () => {
  assert.deepEqual(
    inner.filter((address) => isAllowedAddress(address, onlyPublic)),
    [],
  );
  assert.equal(isAllowedAddress('not an address', anywhere), false);
});

test('a place on the internet may be called', () => {
  const outer = ['1.1.1.1', '93.184.216.34', '172.15.0.1', '172.32.0.1', '2606:4700::1111', '2a00:1450::1'];
  assert.deepEqual(
    outer.filter((address) => !isAllowedAddress(address, onlyPublic)),
    [],
  );
});

test('in development this machine may be called, and nothing else that is not public', () => {
  assert.deepEqual(
    inner.filter((address) => isAllowedAddress(address, development)),
    ['127.0.0.1', '127.9.9.9', '::1', '::ffff:7f00:1'],
  );
  assert.ok(inner.every((address) => isAllowedAddress(address, anywhere)));
});

test('A-088: no spelling of an inner address is taken', () => {
  const hosts = (
    '127.0.0.1 127.1 2130706433 0x7f000001 0177.0.0.1 0 127.0.0.1. 10.0.0.1 [::1] ' +
    '[::ffff:127.0.0.1] [0:0:0:0:0:ffff:a00:1] [fe80::1] ①②⑦.0.0.1'
  ).split(' ');
  assert.deepEqual(
    hosts.filter((host) => findTargetFault(`https://${host}/`, onlyPublic) === undefined),
    [],
  );
});

const urls: readonly (readonly [string, boolean, boolean])[] = [
  ['https://hooks.example.com/a?b=c', true, true],
  ['https://hooks.example.com:8443/', true, true],
  ['http://hooks.example.com/', false, false],
  ['http://127.0.0.1:4000/', false, true],
  ['http://localhost:4000/', false, true],
  ['http://[::1]:4000/', false, true],
  ['http://10.0.0.1/', false, false],
  ['ftp://hooks.example.com/', false, false],
  ['https://name:password@hooks.example.com/', false, false],
  ['https://hooks.example.com/#a', false, false],
  ['hooks.example.com', false, false],
  [`https://hooks.example.com/${'a'.repeat(2048)}`, false, false],
];

for (const [url, inProduction, inDevelopment] of urls) {
  test(`${url.slice(0, 60)} in production: ${inProduction}, in development: ${inDevelopment}`, () => {
    assert.equal(findTargetFault(url, onlyPublic) === undefined, inProduction);
    assert.equal(findTargetFault(url, development) === undefined, inDevelopment);
  });
}
