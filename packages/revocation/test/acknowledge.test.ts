import assert from 'node:assert/strict';
import test from 'node:test';
import { createAcknowledger } from '../src/acknowledge.ts';
import type { VerifiedHead } from '../src/head.ts';
import type { Acknowledgement } from '../src/transport.ts';
import { settle } from './simulator/virtual-time.ts';

const head: VerifiedHead = {
  issuer: 'https://id.example',
  seq: 7,
  hash: new Uint8Array(32),
  timeMs: 1_790_000_000_000,
  ttlMaxSeconds: 300,
  gap: 0,
  snapshot: undefined,
  keyId: 'feed',
  jws: 'a.b.c',
};

test('A-258: no answer lengthens the staleness that the issuer was told: a relay may have swallowed it', async () => {
  const said: number[] = [];
  let seq = 7;
  let wanted = 300;
  const acknowledger = createAcknowledger({
    clientId: 'orders',
    transport: {
      acknowledge: async ({ maxStalenessSeconds }: Acknowledgement) => void said.push(maxStalenessSeconds),
    },
    around: { now: () => head.timeMs, schedule: () => () => {}, random: () => 0.5 },
    signal: new AbortController().signal,
    ledger: {
      head,
      get place() {
        return { seq, hash: head.hash, vouchedBy: head };
      },
    },
    wantedStalenessSeconds: () => wanted,
  });
  const told: unknown[] = [acknowledger.toldStalenessSeconds];
  for (const [nextSeq, nextWanted] of [
    [7, 300],
    [7, 900],
    [8, 900],
    [8, 60],
    [8, 900],
  ] as const) {
    seq = nextSeq;
    wanted = nextWanted;
    acknowledger.tellNews();
    await settle();
    told.push(acknowledger.toldStalenessSeconds);
  }
  assert.deepEqual(told, [undefined, 300, 300, 300, 60, 60]);
  assert.deepEqual(said, [300, 300, 60], 'once for each number of the feed, and when it is less');
});

test('four events in a row are acknowledged at once, what follows together and half a second later', async () => {
  const said: number[] = [];
  const waiting: { readonly task: () => void; readonly delayMs: number }[] = [];
  let seq = 0;
  const acknowledger = createAcknowledger({
    clientId: 'orders',
    transport: {
      acknowledge: async (acknowledgement: Acknowledgement) => void said.push(acknowledgement.seq),
    },
    around: {
      now: () => head.timeMs,
      schedule: (task, delayMs) => {
        if (delayMs <= 500) waiting.push({ task, delayMs });
        return () => {};
      },
      random: () => 0.5,
    },
    signal: new AbortController().signal,
    ledger: {
      head,
      get place() {
        return { seq, hash: head.hash, vouchedBy: head };
      },
    },
    wantedStalenessSeconds: () => 300,
  });
  for (seq = 1; seq <= 7; seq += 1) {
    acknowledger.tellNews();
    await settle();
  }
  assert.deepEqual(said, [1, 2, 3, 4]);
  assert.deepEqual(
    waiting.map(({ delayMs }) => delayMs),
    [500],
  );
  seq = 7;
  waiting[0]?.task();
  await settle();
  assert.deepEqual(said, [1, 2, 3, 4, 7]);
});
