import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { openTestHouse } from '../flows/test-house.ts';

const request = 'GET /health/live HTTP/1.1\r\nHost: localhost:4000\r\n\r\n';

async function openConnection(t: TestContext, port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function readToEnd(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += chunk;
  return text;
}

test('A-454: a request on the wire of an open connection is answered while the server closes', async (t) => {
  const server = await openTestHouse(t);
  const { port } = await server.listen();
  const socket = await openConnection(t, port);
  socket.write(request);
  const [first] = await once(socket, 'data');
  assert.match(String(first), /^connection: keep-alive/im);
  socket.write(request);
  const closed = server.close();
  const last = await readToEnd(socket);
  assert.match(last, /^HTTP\/1.1 200/);
  assert.match(last, /^connection: close/im);
  await closed;
});

test('A-454: a connection that the server has not yet taken is answered while it closes', async (t) => {
  const server = await openTestHouse(t);
  const { port } = await server.listen();
  const sockets = await Promise.all(Array.from({ length: 20 }, () => openConnection(t, port)));
  for (const socket of sockets) socket.write(request);
  const closed = server.close();
  for (const answer of await Promise.all(sockets.map(readToEnd))) {
    assert.match(answer, /^HTTP\/1.1 200/);
    assert.match(answer, /^connection: close/im);
  }
  await closed;
});

test('A-454: a connection that never sends anything does not hold the server up', {
  timeout: 20_000,
}, async (t) => {
  const server = await openTestHouse(t, { settings: { shutdownSeconds: 600 } });
  const { port } = await server.listen();
  const silent = await openConnection(t, port);
  const busy = await openConnection(t, port);
  busy.write(request);
  await once(busy, 'data');
  await server.close();
  assert.equal(await readToEnd(silent), '');
});
