import assert from 'node:assert/strict';
import test from 'node:test';
import {
  type DecidedSession,
  decideRefresh,
  type PresentedForDecision,
  type RefreshDecision,
} from '../../src/rules/refresh-decision.ts';

const nowMs = 1_800_000_000_000;
const minute = 60_000;
const day = 86_400_000;
const mine = Uint8Array.of(1, 2, 3);
const other = Uint8Array.of(9, 9, 9);

const session: DecidedSession = {
  clientId: 'first-party',
  counter: 7,
  requestHash: mine,
  overlapSeconds: 0,
  rotatedAtMs: nowMs - 1000,
  expiresAtMs: nowMs + day,
  revokedAtMs: null,
  generationsHold: 1,
  windowsUsed: 0,
  windowsRefilledAtMs: nowMs - minute,
  windowOpenedAtMs: 0,
};
const presented: PresentedForDecision = {
  clientId: 'first-party',
  counter: 6,
  requestHash: mine,
  nowMs,
  idleMs: 14 * day,
};

const late = { rotatedAtMs: nowMs - day, windowsRefilledAtMs: nowMs - day / 2 };

const rows: readonly {
  readonly name: string;
  readonly session?: Partial<DecidedSession> | 'unknown';
  readonly presented?: Partial<PresentedForDecision>;
  readonly kind: RefreshDecision['kind'];
  readonly reason?: string;
  readonly audited?: boolean;
}[] = [
  { name: 'an unknown session is refused', session: 'unknown', kind: 'refuse', reason: 'unknown' },
  {
    name: 'A-238: a token of another client is refused and audited, also when it would be a reuse',
    presented: { clientId: 'c_x', counter: 1 },
    kind: 'refuse',
    reason: 'another client',
    audited: true,
  },
  {
    name: 'a revoked session is refused before reuse is looked at',
    session: { revokedAtMs: 1 },
    presented: { counter: 1 },
    kind: 'refuse',
    reason: 'revoked',
  },
  {
    name: 'a changed generation is refused',
    session: { generationsHold: 0 },
    kind: 'refuse',
    reason: 'generation changed',
  },
  {
    name: 'A-240: the absolute end holds to the millisecond',
    session: { expiresAtMs: nowMs },
    kind: 'refuse',
    reason: 'expired',
  },
  {
    name: 'A-241: an idle session is refused',
    session: { rotatedAtMs: nowMs - 14 * day },
    kind: 'refuse',
    reason: 'idle',
  },
  { name: 'the current counter is never theft', presented: { counter: 7 }, kind: 'retry' },
  { name: 'a counter that was never given out is a rollback', presented: { counter: 8 }, kind: 'rollback' },
  {
    name: 'the same request within a minute gets the same successor',
    kind: 'same-successor',
    audited: false,
  },
  {
    name: 'the minute ends exactly',
    session: { rotatedAtMs: nowMs - minute },
    kind: 'same-successor-in-new-window',
  },
  {
    name: 'within an open window it is free',
    session: { ...late, windowOpenedAtMs: nowMs - minute + 1, windowsUsed: 5 },
    kind: 'same-successor',
    audited: false,
  },
  { name: 'later it opens a window', session: late, kind: 'same-successor-in-new-window' },
  {
    name: 'a sixth window is refused, and it is not theft',
    session: { ...late, windowsUsed: 5 },
    kind: 'refuse',
    reason: 'no window left',
  },
  {
    name: 'a day gives one window back',
    session: { ...late, windowsUsed: 5, windowsRefilledAtMs: nowMs - day },
    kind: 'same-successor-in-new-window',
  },
  { name: 'another request id is theft', presented: { requestHash: other }, kind: 'theft' },
  {
    name: 'another request id within the overlap gets the same successor, audited',
    session: { overlapSeconds: 5 },
    presented: { requestHash: other },
    kind: 'same-successor',
    audited: true,
  },
  {
    name: 'A-236: the overlap ends',
    session: { overlapSeconds: 1 },
    presented: { requestHash: other },
    kind: 'theft',
  },
  {
    name: 'a session that never stored a request id equals nothing',
    session: { requestHash: null },
    kind: 'theft',
  },
  {
    name: 'A-234: an older token is theft, also with the same request id',
    presented: { counter: 5 },
    kind: 'theft',
  },
];

for (const row of rows) {
  test(row.name, () => {
    const stored = row.session === 'unknown' ? undefined : { ...session, ...row.session };
    const decision = decideRefresh(stored, { ...presented, ...row.presented });
    assert.equal(decision.kind, row.kind);
    if (row.reason !== undefined)
      assert.equal('reason' in decision ? decision.reason : undefined, row.reason);
    if (row.audited !== undefined)
      assert.equal('audited' in decision ? decision.audited : undefined, row.audited);
  });
}

test('windows given back are counted from the day on which they are due', () => {
  const decision = decideRefresh(
    { ...session, ...late, windowsUsed: 4, windowsRefilledAtMs: nowMs - 2.5 * day },
    presented,
  );
  assert.deepEqual(decision, {
    kind: 'same-successor-in-new-window',
    window: { used: 3, refilledAtMs: nowMs - day / 2, openedAtMs: nowMs },
  });
});

test('A-450: a clock that went back gives no window back', () => {
  const decision = decideRefresh(
    { ...session, ...late, windowsUsed: 2, windowsRefilledAtMs: nowMs + day },
    presented,
  );
  assert.deepEqual(decision, {
    kind: 'same-successor-in-new-window',
    window: { used: 3, refilledAtMs: nowMs + day, openedAtMs: nowMs },
  });
});
