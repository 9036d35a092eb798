import assert from 'node:assert/strict';
import test from 'node:test';
import { createDenyState, type DenyState, type TokenNames } from '../src/index.ts';
import { type Act, eventOf, eventsOf, fingerprintKey, inPieces, referenceTo, tokenNames } from './denials.ts';

const ttlMaxSeconds = 300;
/** ttl_max, and three times the skew. */
const keptMs = 306_000;
const start = { timeMs: 1_000_000, ttlMaxSeconds };

function at(ms: number): typeof start {
  return { timeMs: start.timeMs + ms, ttlMaxSeconds };
}

function denyState(): DenyState {
  return createDenyState({ fingerprintKey });
}

/** A state to which acts were applied from number 101 on. */
function after(...acts: readonly Act[]): DenyState {
  const state = denyState();
  assert.equal(state.apply(eventsOf(100, ...acts), 100, start), undefined);
  return state;
}

const acts: readonly (readonly [Act, Partial<TokenNames>])[] = [
  [{ scope: 'token', subject: 'jti-1' }, { jti: 'another' }],
  [{ scope: 'session', subject: 'sid-1' }, { sid: 'another' }],
  [{ scope: 'user', subject: 'sub-1' }, { sub: 'another' }],
  [{ scope: 'user-claims', subject: 'sub-1' }, { sub: 'another' }],
  [{ scope: 'client', subject: 'client-1' }, { clientId: 'another' }],
  [{ scope: 'tenant', subject: 'tid-1' }, { tid: 'another' }],
  [{ scope: 'key', subject: 'kid-1' }, { kid: 'another' }],
];

for (const [act, other] of acts) {
  test(`A-258: ${act.scope}: what it names is denied, what it does not name is not`, () => {
    const state = after(act);
    assert.equal(state.denies(tokenNames()), true);
    assert.equal(state.denies(tokenNames(other)), false);
  });

  test(`${act.scope}: the same name in every other scope denies nothing`, () => {
    const name = 'the same';
    const state = after({ scope: act.scope, subject: name });
    for (const [, [field]] of acts.map((row) => [row[0].scope, Object.keys(row[1])] as const)) {
      if (field === undefined) continue;
      const isNamed = Object.hasOwn(other, field);
      assert.equal(state.denies(tokenNames({ [field]: name })), isNamed, field);
    }
  });
}

test('one-time denials do not look at the number of the token, epochs do', () => {
  for (const [act] of acts) {
    const isEpoch = !['token', 'session', 'key'].includes(act.scope);
    const state = after(act);
    assert.equal(state.denies(tokenNames({ rvs: 100 })), true);
    assert.equal(state.denies(tokenNames({ rvs: 101 })), !isEpoch);
    assert.equal(state.denies(tokenNames({ rvs: 102 })), !isEpoch);
  }
});

test('everything before its number is denied, and no snapshot or time takes that back', () => {
  const state = after({ scope: 'everything', subject: '' });
  for (const ms of [0, keptMs, 2 * keptMs, 3 * keptMs]) {
    state.apply(new Uint8Array(), 101, at(ms));
    assert.equal(state.denies(tokenNames({ rvs: 100 })), true);
    assert.equal(state.denies(tokenNames({ rvs: 101 })), false);
  }
});

test('a number that is none is below everything', () => {
  for (const rvs of [Number.NaN, -1, Number.NEGATIVE_INFINITY]) {
    assert.equal(denyState().denies(tokenNames({ rvs })), true);
  }
  assert.equal(denyState().denies(tokenNames({ rvs: 0 })), false);
});

test('A-093: a revoked key is never forgotten, and then a token without kid is denied', () => {
  const state = after({ scope: 'key', subject: 'kid-1' });
  for (const ms of [keptMs, 2 * keptMs, 3 * keptMs]) state.apply(new Uint8Array(), 101, at(ms));
  assert.equal(state.denies(tokenNames({ kid: 'kid-1' })), true);
  assert.equal(state.denies(tokenNames({ kid: undefined })), true);
  assert.equal(denyState().denies(tokenNames({ kid: undefined })), false);
});

test('names that a token does not have are not looked up', () => {
  const state = after({ scope: 'session', subject: 'x' }, { scope: 'tenant', subject: 'x' });
  assert.equal(state.denies(tokenNames({ sid: undefined, tid: undefined })), false);
});

test('more clients, tenants and keys than are remembered are told apart', () => {
  const many = Array.from({ length: 12 }, (_, index) => `name-${index}`);
  const revoked = many.filter((_, index) => index % 3 === 0);
  for (const scope of ['client', 'tenant', 'key'] as const) {
    const state = after(...revoked.map((subject) => ({ scope, subject })));
    for (const name of [...many, ...many.toReversed(), ...many]) {
      const names = { client: { clientId: name }, tenant: { tid: name }, key: { kid: name } }[scope];
      assert.equal(state.denies(tokenNames(names)), revoked.includes(name));
    }
  }
});

test('a revoked client is denied although it was looked up before', () => {
  const state = after({ scope: 'client', subject: 'another' });
  assert.equal(state.denies(tokenNames()), false);
  state.apply(eventsOf(101, { scope: 'client', subject: 'client-1' }), 101, start);
  assert.equal(state.denies(tokenNames()), true);
});

test('A-260: a denial is kept for ttl_max and the skews, and then let go', () => {
  const state = after({ scope: 'session', subject: 'sid-1' }, { scope: 'user', subject: 'sub-2' });
  const isDenied = (): boolean[] => [
    state.denies(tokenNames()),
    state.denies(tokenNames({ sid: 'x', sub: 'sub-2' })),
  ];
  for (const ms of [keptMs - 1, keptMs, 2 * keptMs - 1]) {
    state.apply(new Uint8Array(), 102, at(ms));
    assert.deepEqual(isDenied(), [true, true], `${ms} ms later`);
  }
  assert.equal(state.entries, 2);
  state.apply(new Uint8Array(), 102, at(2 * keptMs));
  assert.deepEqual(isDenied(), [false, false]);
  assert.equal(state.entries, 0);
});

test('a head after a long sleep swaps once, before its own events', () => {
  const state = after({ scope: 'session', subject: 'sid-1' });
  state.apply(eventsOf(101, { scope: 'session', subject: 'sid-2' }), 101, at(100 * keptMs));
  assert.equal(state.denies(tokenNames()), true);
  assert.equal(state.denies(tokenNames({ sid: 'sid-2' })), true);
  state.apply(eventsOf(102, { scope: 'session', subject: 'sid-3' }), 102, at(100 * keptMs));
  state.apply(new Uint8Array(), 103, at(100 * keptMs));
  for (const sid of ['sid-1', 'sid-2', 'sid-3']) assert.equal(state.denies(tokenNames({ sid })), true);
  state.apply(new Uint8Array(), 103, at(101 * keptMs));
  for (const sid of ['sid-2', 'sid-3']) assert.equal(state.denies(tokenNames({ sid })), true);
});

test('a ttl_max that was raised keeps denials for the longer time', () => {
  const state = after();
  state.apply(eventsOf(100, { scope: 'session', subject: 'sid-1' }), 100, { ...start, ttlMaxSeconds: 3600 });
  for (const ms of [keptMs, 2 * keptMs, 3_605_999]) {
    state.apply(new Uint8Array(), 101, { ...at(ms), ttlMaxSeconds: 3600 });
    assert.equal(state.denies(tokenNames()), true);
  }
});

test('changes rise once for what holds events, and not for an idle head', () => {
  const state = denyState();
  assert.equal(state.changes, 0);
  state.apply(new Uint8Array(), 100, start);
  assert.equal(state.changes, 0);
  state.apply(eventsOf(100, { scope: 'token', subject: 'a' }, { scope: 'token', subject: 'b' }), 100, start);
  assert.equal(state.changes, 1);
  state.apply(new Uint8Array(), 102, at(keptMs));
  assert.equal(state.changes, 1);
});

test('a batch with one event that is not understood is not added at all', () => {
  const state = denyState();
  const events = eventsOf(
    100,
    { scope: 'session', subject: 'sid-1' },
    { scope: 'session', subject: 'sid-2' },
  );
  events[24] = 77;
  assert.equal(state.apply(events, 100, at(0)), 'type');
  assert.equal(state.denies(tokenNames()), false);
  assert.deepEqual([state.changes, state.entries], [0, 0]);
});

test('a snapshot is added, however its bytes are cut, and keeps what was denied before', async () => {
  const bytes = Buffer.concat([
    eventsOf(110, ...acts.map(([act]) => act)),
    eventOf({ scope: 'everything', subject: '' }, 130),
  ]);
  for (const length of [1, 7, 24, 25, 48, 1000]) {
    const state = after({ scope: 'session', subject: 'before' });
    const { changes } = state;
    assert.equal(
      await state.applySnapshot(referenceTo(130, bytes), inPieces(bytes, length), at(1)),
      undefined,
    );
    assert.ok(state.changes > changes);
    assert.equal(state.denies(tokenNames({ sid: 'before', rvs: 500 })), true);
    assert.equal(state.denies(tokenNames({ jti: 'x', sid: 'x', kid: 'x', rvs: 129 })), true);
    assert.equal(state.denies(tokenNames({ jti: 'x', sid: 'x', kid: 'x', rvs: 130 })), false);
    for (const names of [{ jti: 'jti-1' }, { sid: 'sid-1' }, { kid: 'kid-1' }]) {
      const others = { jti: 'x', sid: 'x', kid: 'x', rvs: 500 };
      assert.equal(state.denies(tokenNames({ ...others, ...names })), true);
    }
  }
});

test('a snapshot that is not the signed one adds nothing', async () => {
  const bytes = eventsOf(110, { scope: 'session', subject: 'sid-1' }, { scope: 'everything', subject: '' });
  const wrong: readonly (readonly [string, Uint8Array])[] = [
    ['content', bytes.subarray(0, 24)],
    ['content', Buffer.concat([bytes, bytes])],
    ['content', bytes.map((byte, index) => (index === 47 ? byte ^ 1 : byte))],
    ['content', new Uint8Array()],
  ];
  for (const [fault, sent] of wrong) {
    const state = denyState();
    assert.equal(await state.applySnapshot(referenceTo(112, bytes), inPieces(sent, 40), start), fault);
    assert.equal(state.denies(tokenNames()), false);
    assert.deepEqual([state.changes, state.entries], [0, 0]);
  }
});

test('a signed snapshot that is not understood adds nothing', async () => {
  const unknown = eventsOf(110, { scope: 'session', subject: 'sid-1' }, { scope: 'token', subject: 't' });
  unknown[24] = 9;
  const half = eventsOf(110, { scope: 'session', subject: 'sid-1' }).subarray(0, 20);
  const late = eventsOf(112, { scope: 'user', subject: 'sub-1' });
  for (const [bytes, fault] of [
    [unknown, 'type'],
    [half, 'length'],
    [late, 'epoch'],
  ] as const) {
    const state = denyState();
    assert.equal(await state.applySnapshot(referenceTo(112, bytes), inPieces(bytes), start), fault);
    assert.deepEqual([state.changes, state.entries], [0, 0]);
  }
});

test('a source of a snapshot that breaks adds nothing', async () => {
  const bytes = eventsOf(110, { scope: 'session', subject: 'sid-1' });
  const state = denyState();
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield bytes;
    throw new Error('the connection is gone');
  }
  await assert.rejects(
    state.applySnapshot(referenceTo(111, bytes), broken(), start),
    /the connection is gone/,
  );
  assert.deepEqual([state.changes, state.entries, state.denies(tokenNames())], [0, 0, false]);
});

test('what is added while a snapshot is read is not lost', async () => {
  const bytes = eventsOf(
    110,
    ...Array.from({ length: 3 }, (_, i) => ({ scope: 'token', subject: `t${i}` }) as const),
  );
  const state = after({ scope: 'session', subject: 'before' });
  async function* slow(): AsyncGenerator<Uint8Array> {
    for await (const piece of inPieces(bytes, 24)) {
      yield piece;
      state.apply(eventsOf(101, { scope: 'session', subject: 'meanwhile' }), 101, at(10));
    }
  }
  await state.applySnapshot(referenceTo(113, bytes), slow(), at(5));
  for (const sid of ['before', 'meanwhile']) assert.equal(state.denies(tokenNames({ sid })), true);
  assert.equal(state.denies(tokenNames({ jti: 't2' })), true);
});

test('what a snapshot added is kept as long as what a batch added', async () => {
  const bytes = eventsOf(110, { scope: 'session', subject: 'sid-1' });
  const state = denyState();
  state.apply(new Uint8Array(), 100, start);
  await state.applySnapshot(referenceTo(111, bytes), inPieces(bytes), at(keptMs - 1));
  for (const ms of [keptMs, 2 * keptMs - 1]) {
    state.apply(new Uint8Array(), 111, at(ms));
    assert.equal(state.denies(tokenNames()), true);
  }
});

test('denials under the fingerprint key before stay until no token can be alive', () => {
  const newKey = fingerprintKey.map((byte) => byte ^ 0xff);
  const state = after({ scope: 'session', subject: 'sid-1' }, { scope: 'key', subject: 'old key' });
  const { changes } = state;
  state.useFingerprintKey(fingerprintKey);
  assert.equal(state.changes, changes);
  state.useFingerprintKey(newKey);
  assert.equal(state.changes, changes + 1);
  state.apply(eventOf({ scope: 'session', subject: 'sid-2' }, 103, { key: newKey }), 102, at(1));
  const isDenied = (names: Partial<TokenNames>): boolean => state.denies(tokenNames(names));
  assert.deepEqual([isDenied({}), isDenied({ sid: 'sid-2' }), isDenied({ sid: 'x' })], [true, true, false]);
  for (const ms of [keptMs, 2 * keptMs]) state.apply(new Uint8Array(), 103, at(ms));
  assert.deepEqual([isDenied({}), isDenied({ sid: 'x', kid: 'old key' })], [false, true]);
});

test('a snapshot that began under another fingerprint key is refused', async () => {
  const bytes = eventsOf(110, { scope: 'session', subject: 'sid-1' });
  const state = denyState();
  async function* changing(): AsyncGenerator<Uint8Array> {
    yield bytes;
    state.useFingerprintKey(new Uint8Array(16));
  }
  assert.equal(await state.applySnapshot(referenceTo(111, bytes), changing(), start), 'key_changed');
  assert.equal(state.entries, 0);
});
