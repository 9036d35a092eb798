import assert from 'node:assert/strict';
import test from 'node:test';
import type { FeedSource } from '../../src/base/feed-source.ts';
import { createFeedDesk } from '../../src/feed/desk.ts';

/** What a relay would hand out: heads that somebody else signed, as they came. */
const source: FeedSource = {
  read: () => new Uint8Array(),
  freshen: async () => ({ seq: 7, jws: 'a.b.c' }),
  follow: () => () => {},
  fetchHeadWithSnapshot: async () => 'a.b.c',
  findSnapshot: async () => undefined,
  examineLastHead: async () => {},
};
const credential = { clientId: 'c', secretMark: 'm' };

test('A-458: more than five thousand followers are told to come back later', async () => {
  const desk = createFeedDesk({ source, now: () => 0, schedule: () => () => {}, random: () => 0.5 });
  for (let n = 0; n < 5000; n++) await desk.openStream({ after: 7, credential });
  await assert.rejects(desk.openStream({ after: 7, credential }), { code: 'overloaded' });
  await assert.rejects(desk.answerLog({ after: 7, waitSeconds: 20 }), { code: 'overloaded' });
  assert.equal(await desk.answerLog({ after: 7, waitSeconds: 0 }), '{"head":"a.b.c"}');
  desk.close();
  assert.equal(desk.followers.length, 0);
});

test('a head is handed on as it was signed', async () => {
  const desk = createFeedDesk({ source, now: () => 0, schedule: () => () => {}, random: () => 0.5 });
  const stream = await desk.openStream({ after: 7, credential });
  desk.close();
  assert.equal(await new Response(stream).text(), 'id: 7\ndata: {"head":"a.b.c"}\n\n');
});
