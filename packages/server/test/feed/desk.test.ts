import assert from 'node:assert/strict';
import test from 'node:test';
import type { FeedSource } from '../../src/base/feed-source.ts';
import { createFeedDesk } from '../../src/feed/desk.ts';
import { readStream } from './feed-ground.ts';

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

test('A-458: more than five thousand followers are told to come back later, four thousand of one client', async () => {
  const desk = createFeedDesk({ source, now: () => 0, schedule: () => () => {}, random: () => 0.5 });
  for (let n = 0; n < 4000; n++) await desk.openStream({ after: 7, credential });
  await assert.rejects(desk.openStream({ after: 7, credential }), { code: 'overloaded' });
  await assert.rejects(desk.answerLog({ after: 7, waitSeconds: 20, credential }), { code: 'overloaded' });
  const other = { ...credential, clientId: 'd' };
  for (let n = 0; n < 500; n++) await desk.openStream({ after: 7, credential: other });
  for (let n = 0; n < 500; n++) void desk.answerLog({ after: 7, waitSeconds: 20, credential: other });
  await new Promise((resolve) => setImmediate(resolve));
  await assert.rejects(desk.openStream({ after: 7, credential: other }), { code: 'overloaded' });
  assert.equal(await desk.answerLog({ after: 7, waitSeconds: 0, credential }), '{"head":"a.b.c"}');
  desk.close();
  assert.equal(desk.followers.length, 0);
});

test('a head is handed on as it was signed', async () => {
  const desk = createFeedDesk({ source, now: () => 0, schedule: () => () => {}, random: () => 0.5 });
  const stream = await desk.openStream({ after: 7, credential });
  desk.close();
  assert.equal(await new Response(stream).text(), 'id: 7\ndata: {"head":"a.b.c"}\n\n');
});

const events = Buffer.alloc(20_000 * 24, 1);
let readEvents = 0;
const fullSource: FeedSource = {
  ...source,
  read: (after, to) => {
    readEvents += to - after;
    return events.subarray(after * 24, to * 24);
  },
  freshen: async () => ({ seq: 20_000, jws: 'a.b.c' }),
};
const whole = `{"after":0,"events":"${events.toString('base64url')}","head":"a.b.c"}`;

test('A-458: a long batch is made as it is read, byte for byte that of a short one', async () => {
  const desk = createFeedDesk({
    source: fullSource,
    now: () => 0,
    schedule: () => () => {},
    random: () => 0.5,
  });
  readEvents = 0;
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => desk.answerLog({ after: 0, waitSeconds: 0, credential })),
  );
  const streams = await Promise.all(
    Array.from({ length: 50 }, () => desk.openStream({ after: 0, credential })),
  );
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(readEvents < 50 * 2500, `${readEvents} events were read for nobody`);
  assert.equal(await new Response(answers[0]).text(), whole);
  assert.equal(await readStream(new Response(streams[0])).next(), whole);
  desk.close();
});

test('A-458: what happens while a stream catches up comes behind it, and who takes too long is cut', async () => {
  let tell = (_: { readonly seq: number; readonly jws: string }): void => {};
  let nowMs = 0;
  const desk = createFeedDesk({
    source: {
      ...fullSource,
      read: (after, to) => Buffer.alloc((to - after) * 24, 1),
      follow: (listener) => {
        tell = listener;
        return () => {};
      },
    },
    now: () => nowMs,
    schedule: () => () => {},
    random: () => 0.5,
  });
  const [quick, slow] = [
    await desk.openStream({ after: 0, credential }),
    await desk.openStream({ after: 0, credential }),
  ];
  tell({ seq: 20_001, jws: 'd.e.f' });
  const reader = readStream(new Response(quick));
  assert.equal(await reader.next(), whole);
  const next = `{"after":20000,"events":"${events.subarray(0, 24).toString('base64url')}","head":"d.e.f"}`;
  assert.equal(await reader.next(), next);
  nowMs = 31_000;
  tell({ seq: 20_001, jws: 'g.h.i' });
  assert.equal(desk.followers.length, 1);
  await assert.rejects(new Response(slow).text(), /too slow/);
  desk.close();
});
