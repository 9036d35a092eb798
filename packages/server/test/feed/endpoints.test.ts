import assert from 'node:assert/strict';
import test from 'node:test';
import { logOutEverywhere } from '../../src/flows/log-out-everywhere.ts';
import { signInAlice, source } from '../flows/test-house.ts';
import { addFollower, ask, createBatchReader, moveOn, readStream } from './feed-ground.ts';

test('a stream begins with what is missing, and hands on an event as soon as it is committed', async (t) => {
  const server = await signInAlice(t);
  const { token } = await addFollower(server);
  const read = await createBatchReader(server, token);
  const first = read(await (await ask(server, '/revocations/head', { token })).text());
  const response = await ask(server, `/revocations/stream?after=${first.head.seq}`, { token });
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  assert.equal(response.headers.get('cache-control'), 'private, no-transform');
  assert.equal(response.headers.get('x-accel-buffering'), 'no');
  const stream = readStream(response);
  const idle = read((await stream.next()) ?? '');
  assert.deepEqual([idle.head.seq, idle.events.length], [first.head.seq, 0]);
  await logOutEverywhere(server.house, server.caller, source);
  const batch = read((await stream.next()) ?? '');
  const place = moveOn(first.head, batch);
  assert.equal(place.seq, first.head.seq + 1);
  assert.equal(batch.head.snapshot, undefined);
  await stream.cancel();
});
