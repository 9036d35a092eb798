import assert from 'node:assert/strict';
import test from 'node:test';
import { createKeySet, generateKey, type Key, toPublicKey } from '@countersign/tokens';
import { type FollowFeedOptions, followFeed } from '../src/follow.ts';
import type { Acknowledgement, Batch, FeedTransport } from '../src/transport.ts';
import type { RevocationView, TokenNames } from '../src/view.ts';
import { fingerprintKey, issuerName } from './simulator/constants.ts';
import { createFeedModel, type FeedModel } from './simulator/issuer.ts';
import { createLink } from './simulator/link.ts';
import { createVirtualTime, type VirtualTime } from './simulator/virtual-time.ts';

const startMs = 1_790_000_000_000;
const feedKey = generateKey('ES256', { keyId: 'feed' });
const otherKey = generateKey('ES256', { keyId: 'other' });

interface Stage {
  readonly time: VirtualTime;
  readonly feed: FeedModel;
  readonly view: RevocationView;
  readonly acknowledged: Acknowledgement[];
  readonly calls: string[];
  /** A pull, and the time that it takes. */
  pull(): Promise<void>;
  /** Goes on for so long, with a head in every second. */
  pass(seconds: number): Promise<void>;
  verdict(token?: Partial<TokenNames>): string;
}

interface Direction {
  /** Takes the place of what the link does. */
  readonly change?: (link: FeedTransport, feed: FeedModel) => Partial<FeedTransport>;
  readonly options?: Partial<FollowFeedOptions>;
  readonly key?: Key;
}

function open({ change, options, key = feedKey }: Direction = {}): Stage {
  const time = createVirtualTime(startMs);
  const feed = createFeedModel({ time, feedKey: key, clockOffsetMs: 0 });
  feed.declareGap();
  const acknowledged: Acknowledgement[] = [];
  const calls: string[] = [];
  const link = createLink({
    time,
    feed,
    random: () => 0.5,
    faults: [],
    past: { batches: [], heads: [], snapshots: [] },
    onAcknowledged: (one) => acknowledged.push(one),
    onLastHead: () => undefined,
  });
  const transport = note({ ...link, ...change?.(link, feed) }, calls);
  const view = followFeed({
    issuer: issuerName,
    transport,
    clientId: 'orders',
    maxStalenessSeconds: 10,
    now: () => time.nowMs,
    schedule: time.schedule,
    random: () => 0.5,
    ...options,
  });
  return {
    time,
    feed,
    view,
    acknowledged,
    calls,
    async pull() {
      const pulled = view.pull();
      await time.runUntil(time.nowMs + 200);
      await pulled;
    },
    async pass(seconds) {
      for (let second = 0; second < seconds; second++) {
        feed.tick();
        await time.runUntil(time.nowMs + 1000);
      }
    },
    verdict: (token = {}) => view.judge(tokenAt(feed, token), { nowMs: time.nowMs, maxStalenessSeconds: 10 }),
  };
}

function note(transport: FeedTransport, calls: string[]): FeedTransport {
  const noting = Object.entries(transport).map(([name, call]) => [
    name,
    (...args: never[]) => {
      calls.push(name);
      return Reflect.apply(call, transport, args);
    },
  ]);
  return { ...transport, ...Object.fromEntries(noting) };
}

function tokenAt(feed: FeedModel, changed: Partial<TokenNames>): TokenNames {
  const iatSeconds = Math.floor(feed.clockMs() / 1000);
  return {
    jti: 'j1',
    sid: 's1',
    sub: 'ada',
    clientId: 'first-party',
    tid: undefined,
    kid: 'k1',
    rvs: feed.seq,
    iatSeconds,
    expSeconds: iatSeconds + 6,
    ...changed,
  };
}

const never = (): Promise<never> => new Promise(() => undefined);
const fail = (): Promise<never> => Promise.reject(new Error('no connection'));

test('a follower starts closed, opens with its first head, and denies what was revoked before it came', async () => {
  const { feed, view, pass, verdict } = open();
  feed.commit({ scope: 'session', subject: 's1' });
  assert.equal(view.status().state, 'starting');
  assert.equal(verdict(), 'unsynchronised');
  await pass(1);
  assert.deepEqual([view.status().state, view.seq], ['following', feed.seq]);
  assert.equal(verdict(), 'revoked');
  assert.equal(verdict({ sid: 's2' }), 'live');
  view.close();
  assert.deepEqual([view.status().state, verdict({ sid: 's2' })], ['closed', 'unsynchronised']);
});

test('invariant 8: listeners hear of an event when it is in force, before it is acknowledged', async () => {
  const { feed, view, acknowledged, pass, verdict } = open();
  await pass(1);
  const before = acknowledged.length;
  const heard: unknown[] = [];
  const stop = view.onChange(() => heard.push([verdict(), acknowledged.length]));
  feed.commit({ scope: 'token', subject: 'j1' });
  await pass(1);
  assert.deepEqual(heard, [['revoked', before]]);
  assert.equal(acknowledged.at(-1)?.seq, feed.seq);
  stop();
  feed.commit({ scope: 'token', subject: 'j2' });
  await pass(1);
  assert.equal(heard.length, 1);
});

test('heads without events are not acknowledged; every 20 seconds a sign of life is', async () => {
  const { acknowledged, pass } = open();
  await pass(10);
  assert.equal(acknowledged.length, 1);
  await pass(30);
  assert.ok(acknowledged.length >= 2 && acknowledged.length <= 4, String(acknowledged.length));
  assert.equal(acknowledged[0]?.maxStalenessSeconds, 10);
});

test('invariant 4: a head older than 10 s does not open, however young the token', async () => {
  for (const [ageMs, expected] of [
    [9900, 'live'],
    [10_500, 'unsynchronised'],
  ] as const) {
    const { time, verdict } = open({
      change: (_link, feed) => {
        const head = feed.head();
        const openStream: FeedTransport['openStream'] = ({ after }, onBatch) => {
          onBatch({ after, events: new Uint8Array(), head });
          return never();
        };
        return { openStream, fetchHead: async () => head };
      },
      options: { now: () => startMs + ageMs, maxStalenessSeconds: 300 },
    });
    await time.runUntil(startMs + 100);
    assert.equal(verdict(), expected);
  }
});

test('A-259: what was heard grows stale, and then nothing passes', async () => {
  const { time, feed, view, verdict } = open();
  feed.tick();
  await time.runUntil(startMs + 500);
  assert.equal(verdict(), 'live');
  const old = { iatSeconds: startMs / 1000 - 5, expSeconds: startMs / 1000 + 1 };
  await time.runUntil(startMs + 9000);
  assert.equal(verdict(old), 'live');
  view.close();
  assert.equal(verdict(old), 'unsynchronised');
});

test('3 s without a head that counts: another stream, then polls', async () => {
  const { calls, view, pass, time, verdict } = open({ change: () => ({ openStream: never }) });
  await time.runUntil(startMs + 15_000);
  assert.equal(calls.filter((name) => name === 'openStream').length, 3);
  assert.ok(calls.filter((name) => name === 'fetchLog').length >= 1);
  await pass(3);
  assert.deepEqual([view.status().state, verdict()], ['following', 'live']);
});

test('a poll after a fault asks for a head at once, the next ones wait for news', async () => {
  const waits: number[] = [];
  let isDown = true;
  const { pass, time, view } = open({
    change: (link) => ({
      openStream: never,
      fetchLog(start, waitSeconds, signal) {
        waits.push(waitSeconds);
        return isDown ? Promise.reject(new Error('down')) : link.fetchLog(start, waitSeconds, signal);
      },
    }),
  });
  await time.runUntil(startMs + 25_000);
  assert.equal(view.status().state, 'starting');
  isDown = false;
  const before = waits.length;
  await pass(20);
  assert.equal(view.status().state, 'following');
  assert.deepEqual([...new Set(waits.slice(0, before))], [0]);
  assert.deepEqual(waits.slice(before, before + 3), [0, 2, 2]);
});

test('everyone who pulls while one is under way shares its call', async () => {
  const { view, calls, time, pass } = open();
  await pass(1);
  const before = calls.filter((name) => name === 'fetchLog').length;
  const pulls = Promise.all(Array.from({ length: 50 }, () => view.pull()));
  await time.runUntil(time.nowMs + 200);
  await pulls;
  assert.equal(calls.filter((name) => name === 'fetchLog').length, before + 1);
});

test('after a pull that failed the next one asks no sooner than half a second later', async () => {
  const { view, calls, time, pass } = open({
    change: () => ({ fetchLog: async () => Promise.reject(new Error('down')) }),
  });
  await pass(1);
  const count = (): number => calls.filter((name) => name === 'fetchLog').length;
  await view.pull();
  await view.pull();
  assert.equal(count(), 1);
  await time.runUntil(time.nowMs + 1100);
  await view.pull();
  assert.equal(count(), 2);
});

test('a rollback that nobody declared alarms and closes; a declared gap is crossed, and old denials stay', async () => {
  const { feed, view, acknowledged, pass, verdict } = open();
  await pass(1);
  feed.save();
  feed.commit({ scope: 'session', subject: 's1' });
  feed.commit({ scope: 'session', subject: 's2' });
  await pass(1);
  feed.restore(0);
  feed.commit({ scope: 'session', subject: 's3' });
  await pass(4);
  assert.deepEqual([view.status().state, view.status().fault], ['alarmed', 'contradiction']);
  assert.equal(verdict({ sid: 's9' }), 'unsynchronised');
  feed.declareGap();
  await pass(12);
  assert.equal(view.status().state, 'following');
  assert.equal(acknowledged.at(-1)?.seq, feed.seq);
  assert.deepEqual(
    ['s1', 's2', 's9'].map((sid) => verdict({ sid })),
    ['revoked', 'revoked', 'live'],
  );
  assert.equal(verdict({ sid: 's9', rvs: feed.seq - 1 }), 'revoked');
});

test('events that do not lead to their head are asked for again; twice in a row they alarm', async () => {
  let spoiled = 0;
  const spoil = (batch: Batch): Batch => {
    if (spoiled <= 0 || batch.events.length === 0) return batch;
    spoiled -= 1;
    return { ...batch, events: batch.events.map((byte) => byte ^ 1) };
  };
  const { feed, view, pass, verdict } = open({
    change: (link) => ({
      openStream: (from, onBatch, signal) => link.openStream(from, (batch) => onBatch(spoil(batch)), signal),
      fetchLog: async (from, wait, signal) => {
        const answer = await link.fetchLog(from, wait, signal);
        return 'kind' in answer ? answer : spoil(answer);
      },
    }),
  });
  await pass(1);
  spoiled = 1;
  feed.commit({ scope: 'session', subject: 's1' });
  await pass(1);
  assert.deepEqual([view.status().state, verdict()], ['following', 'revoked']);
  spoiled = 2;
  feed.commit({ scope: 'session', subject: 's2' });
  await pass(1);
  assert.deepEqual([view.status().state, view.status().fault], ['alarmed', 'fork']);
});

test('invariant 7: a key that is withdrawn takes place and time with it, and denials stay', async () => {
  let keys = createKeySet([toPublicKey(feedKey), toPublicKey(otherKey)]);
  const { feed, view, pass, time, verdict } = open({
    change: () => ({ fetchKeys: async () => ({ issuer: issuerName, fingerprintKey, keys }) }),
  });
  await pass(1);
  feed.commit({ scope: 'session', subject: 's1' });
  await pass(1);
  keys = createKeySet([toPublicKey(otherKey)]);
  await time.runUntil(startMs + 299_000);
  await pass(40);
  assert.deepEqual([view.status().state, view.seq, verdict()], ['starting', 0, 'unsynchronised']);
  keys = createKeySet([toPublicKey(otherKey), toPublicKey(feedKey)]);
  await pass(25);
  assert.equal(view.status().state, 'following');
  assert.equal(verdict({ sid: 's2' }), 'live');
});

test('a head under a key that is not known yet leads to the keys, and not again at once', async () => {
  let keys = createKeySet([toPublicKey(otherKey)]);
  const { calls, view, pass } = open({
    change: () => ({ fetchKeys: async () => ({ issuer: issuerName, fingerprintKey, keys }) }),
  });
  await pass(5);
  assert.equal(view.status().fault, 'head_key_unknown');
  assert.equal(calls.filter((name) => name === 'fetchKeys').length, 1);
  keys = createKeySet([toPublicKey(feedKey)]);
  await pass(20);
  assert.equal(view.status().state, 'following');
});

test('keys of another issuer are no keys', async () => {
  const { view, pass } = open({
    change: (link) => ({
      fetchKeys: async (signal) => ({ ...(await link.fetchKeys(signal)), issuer: 'https://other.example' }),
    }),
  });
  await pass(5);
  assert.deepEqual([view.status().state, view.status().fault], ['starting', 'keys_foreign']);
});

test('a relay gets every batch that was added, and the snapshot that came before', async () => {
  const seen: string[] = [];
  const { feed, pass } = open({
    options: {
      onSnapshot: (head, chunks) =>
        seen.push(`snapshot ${Buffer.concat(chunks).length / 24} ${head.snapshot?.seq === feed.seq}`),
      onBatch: ({ events, verified }) => {
        if (events.length > 0) seen.push(`${events.length / 24} to ${verified.seq === feed.seq}`);
      },
    },
  });
  await pass(1);
  feed.commit({ scope: 'session', subject: 's1' });
  await pass(1);
  assert.deepEqual(seen, ['snapshot 1 true', '1 to true']);
});

test('invariant 9: a judgement uses no longer staleness than the issuer was told', async () => {
  const { time, view, feed, verdict, pass } = open({ options: { maxStalenessSeconds: 3 } });
  await pass(1);
  const old = tokenAt(feed, { iatSeconds: startMs / 1000 - 4, expSeconds: startMs / 1000 + 2 });
  const asked = { nowMs: time.nowMs + 4500, maxStalenessSeconds: 1000 };
  assert.equal(view.judge(old, asked), 'stale');
  assert.equal(view.judgeFreshness(old.iatSeconds, asked), 'stale');
  assert.equal(verdict(), 'live');
});

test('A-458: a relay that repeats heads without end is left, since each costs a signature to check', async () => {
  let taken = 0;
  const { pass, verdict } = open({
    change: (_link, feed) => ({
      openStream: async (_from, onBatch, signal) => {
        const batch = { after: 0, events: new Uint8Array(), head: feed.head() };
        for (; !signal.aborted && taken < 10_000; taken++) onBatch(batch);
        await never();
      },
    }),
  });
  await pass(2);
  assert.ok(taken < 1000, `${taken} heads were looked at`);
  assert.equal(verdict(), 'live');
});

test('what follows a snapshot is asked for at once, however long the feed was away before', async () => {
  let isAway = false;
  const crossingsMs: number[] = [];
  const { time, feed, view, pass } = open({
    change: (link) => ({
      fetchLog: async (...asked) => (isAway ? fail() : link.fetchLog(...asked)),
      openStream: async (from, onBatch, signal) => {
        const pass = (batch: Batch): void => (isAway ? undefined : onBatch(batch));
        return isAway ? fail() : link.openStream(from, pass, signal);
      },
      fetchSnapshot: async (...asked) => {
        if (isAway) return fail();
        if (view.seq > 0) crossingsMs.push(time.nowMs);
        return link.fetchSnapshot(...asked);
      },
    }),
  });
  await pass(1);
  isAway = true;
  await pass(60);
  for (let n = 0; n < 40; n++) feed.commit({ scope: 'session', subject: `s${n}` });
  isAway = false;
  for (let n = 0; n < 30 && crossingsMs.length === 0; n++) await pass(1);
  const [crossedAtMs = Number.NaN] = crossingsMs;
  await pass(1);
  assert.ok((view.status().headTimeMs ?? 0) >= crossedAtMs, 'a head counts within the second');
});

test('a staleness out of its bounds is a mistake of whoever wrote it', () => {
  for (const maxStalenessSeconds of [0, -1, 1.5, 86_401, Number.NaN]) {
    assert.throws(() => open({ options: { maxStalenessSeconds } }), TypeError);
  }
});
