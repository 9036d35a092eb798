import assert from 'node:assert/strict';
import test from 'node:test';
import { isAllowedAddress } from '../../src/rules/webhook-target.ts';
import { type LookUp, type Outgoing, sendMessage } from '../../src/webhooks/send-message.ts';
import { openReceiver } from './receiver.ts';

const onlyPublic = (address: string): boolean =>
  isAllowedAddress(address, { allowsPrivate: false, allowsLoopback: false });

function outgoing(url: string, change: Partial<Outgoing> = {}): Outgoing {
  const { signal } = new AbortController();
  return { url, body: '{}', headers: {}, isAllowed: () => true, signal, ...change };
}

/** A name that resolves to these. */
function resolving(...addresses: readonly string[]): LookUp {
  const found = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_name, _options, callback) => callback(null, found);
}

const faultOf = async (sent: Outgoing): Promise<string | undefined> => {
  const attempt = await sendMessage(sent);
  return attempt.kind === 'failed' ? attempt.fault : undefined;
};

test('a status from 200 to 299 is a delivery, and no other is', async (t) => {
  const receiver = await openReceiver(t);
  for (const [status, fault] of [
    [200, undefined],
    [204, undefined],
    [299, undefined],
    [300, 'status_300'],
    [400, 'status_400'],
    [500, 'status_500'],
  ] as const) {
    receiver.answer = (response) => void response.writeHead(status).end();
    assert.equal(await faultOf(outgoing(receiver.url)), fault);
  }
});

test('A-383: a redirect is not followed', async (t) => {
  const receiver = await openReceiver(t);
  receiver.answer = (response) => void response.writeHead(307, { location: receiver.url }).end();
  assert.equal(await faultOf(outgoing(receiver.url)), 'status_307');
  assert.equal(receiver.received.length, 1);
});

test('an answer whose body never ends is a delivery, and its connection is closed', async (t) => {
  const receiver = await openReceiver(t);
  const closed = Promise.withResolvers<void>();
  receiver.answer = (response) => {
    response.on('close', closed.resolve);
    response.writeHead(200);
    response.write('x');
  };
  assert.equal(await faultOf(outgoing(receiver.url)), undefined);
  await closed.promise;
});

test('an answer that switches protocols is no delivery, and ends', async (t) => {
  const receiver = await openReceiver(t);
  receiver.answer = (response) =>
    void response.writeHead(101, { connection: 'upgrade', upgrade: 'websocket' }).end();
  assert.equal(await faultOf(outgoing(receiver.url)), 'not_answered');
});

test('410 is told apart, and Retry-After is read up to an hour', async (t) => {
  const receiver = await openReceiver(t);
  receiver.answer = (response) => void response.writeHead(410).end();
  const gone = await sendMessage(outgoing(receiver.url));
  assert.ok(gone.kind === 'failed' && gone.isGone);
  for (const [field, seconds] of [
    ['120', 120],
    ['999999', 3600],
    ['tomorrow', undefined],
  ] as const) {
    receiver.answer = (response) => void response.writeHead(503, { 'retry-after': field }).end();
    const attempt = await sendMessage(outgoing(receiver.url));
    assert.ok(attempt.kind === 'failed');
    assert.equal(attempt.retryAfterSeconds, seconds);
  }
});

test('A-383: an inner address in the URL is not called', async (t) => {
  const receiver = await openReceiver(t);
  assert.equal(await faultOf(outgoing(receiver.url, { isAllowed: onlyPublic })), 'address_not_allowed');
  assert.equal(receiver.received.length, 0);
});

test('A-088: a name that resolves to an inner address, also beside a public one, is not called', async (t) => {
  const receiver = await openReceiver(t);
  const url = receiver.url.replace('127.0.0.1', 'hooks.example.com');
  for (const addresses of [['127.0.0.1'], ['1.1.1.1', '127.0.0.1'], ['::ffff:127.0.0.1'], []]) {
    const lookUp = resolving(...addresses);
    assert.equal(await faultOf(outgoing(url, { isAllowed: onlyPublic, lookUp })), 'address_not_allowed');
  }
  assert.equal(receiver.received.length, 0);
});

test('the connection goes to the address that was looked at', async (t) => {
  const receiver = await openReceiver(t);
  const url = receiver.url.replace('127.0.0.1', 'hooks.example.com');
  assert.equal(await faultOf(outgoing(url, { lookUp: resolving('127.0.0.1') })), undefined);
  assert.match(String(receiver.received[0]?.headers.host), /^hooks\.example\.com:/);
});

test('what is not answered has a name, and nothing of it is thrown', async (t) => {
  const receiver = await openReceiver(t);
  const closing = new AbortController();
  receiver.answer = () => closing.abort();
  assert.equal(await faultOf(outgoing(receiver.url, { signal: closing.signal })), 'not_answered');
  receiver.answer = (response) => response.socket?.destroy();
  assert.equal(await faultOf(outgoing(receiver.url)), 'not_answered');
  assert.equal(await faultOf(outgoing('http://127.0.0.1:1/')), 'connection_refused');
  const https = receiver.url.replace('http:', 'https:');
  assert.notEqual(await faultOf(outgoing(https)), undefined);
});
