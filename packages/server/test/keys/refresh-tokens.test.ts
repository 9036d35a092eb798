import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import type { RefreshTokens } from '../../src/base/house.ts';
import { StartRefusal } from '../../src/base/start-refusal.ts';
import { createRefreshTokens } from '../../src/keys/refresh-tokens.ts';
import { refreshKeyStatements } from '../../src/store/refresh-keys.ts';
import { sql } from '../../src/store/sql.ts';
import { type MemoryStore, openMemoryStore, otherSeal, seal, startMs } from './key-ground.ts';

function open(store: MemoryStore = openMemoryStore(), masterSeal = seal): Promise<RefreshTokens> {
  return createRefreshTokens({
    store,
    seal: masterSeal,
    statements: refreshKeyStatements,
    now: () => startMs,
  });
}

const refreshId = Buffer.from('0123456789abcdef').toString('base64url');

test('a token says what it was made of, in 71 characters after its prefix', async () => {
  const tokens = await open();
  const token = tokens.make({ version: tokens.currentVersion, refreshId, counter: 0xffff_ffff });
  assert.match(token, /^cs_rt_[A-Za-z0-9_-]{71}$/);
  assert.deepEqual(tokens.read(token), { version: 1, refreshId, counter: 0xffff_ffff });
});

test('the same session, counter and version give the same token, also after a restart', async () => {
  const store = openMemoryStore();
  const token = { version: 1, refreshId, counter: 7 };
  assert.equal((await open(store)).make(token), (await open(store)).make(token));
});

test('a token of another database is not ours', async () => {
  const [ours, theirs] = [await open(), await open()];
  assert.equal(ours.read(theirs.make({ version: 1, refreshId, counter: 1 })), undefined);
});

test('A-248: no token with one character changed, left out or added is read', async () => {
  const tokens = await open();
  const token = tokens.make({ version: 1, refreshId, counter: 3 });
  const other = (character: string): string => (character === 'A' ? 'B' : 'A');
  for (let index = 0; index < token.length; index += 1) {
    const [before, after] = [token.slice(0, index), token.slice(index + 1)];
    assert.equal(tokens.read(before + other(token.charAt(index)) + after), undefined);
    assert.equal(tokens.read(before + after), undefined);
    assert.equal(tokens.read(`${before}A${token.slice(index)}`), undefined);
  }
});

test('A-248: a token has one spelling', async () => {
  const tokens = await open();
  const token = tokens.make({ version: 1, refreshId, counter: 3 });
  const standard = token.replaceAll('-', '+');
  const spellings = [
    `${token}=`,
    ` ${token}`,
    `${token}\n`,
    token.toUpperCase(),
    token.slice(6),
    `${standard}\0`,
  ];
  for (const spelling of spellings) assert.equal(tokens.read(spelling), undefined);
});

test('A-248: nothing that was not made here is read, and nothing throws', async () => {
  const tokens = await open();
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 100 }),
        fc
          .uint8Array({ minLength: 53, maxLength: 53 })
          .map((bytes) => `cs_rt_${Buffer.from(bytes).toString('base64url')}`),
        fc
          .uint8Array({ minLength: 52, maxLength: 52 })
          .map((bytes) => `cs_rt_${Buffer.from([1, ...bytes]).toString('base64url')}`),
      ),
      (text) => {
        assert.equal(tokens.read(text), undefined);
      },
    ),
  );
});

test('whatever is made is read again', async () => {
  const tokens = await open();
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc.nat({ max: 0xffff_ffff }),
      (bytes, counter) => {
        const token = { version: 1, refreshId: Buffer.from(bytes).toString('base64url'), counter };
        assert.deepEqual(tokens.read(tokens.make(token)), token);
      },
    ),
  );
});

test('an impossible token is not made', async () => {
  const tokens = await open();
  const good = { version: 1, refreshId, counter: 0 };
  for (const wrong of [{ counter: -1 }, { counter: 0x1_0000_0000 }, { counter: 0.5 }, { version: 2 }]) {
    assert.throws(() => tokens.make({ ...good, ...wrong }), TypeError);
  }
  for (const wrong of ['', 'short', randomBytes(17).toString('base64url'), `${refreshId.slice(0, -1)}x`]) {
    assert.throws(() => tokens.make({ ...good, refreshId: wrong }));
  }
});

test('of two processes that meet an empty database both use the same key', async () => {
  const store = openMemoryStore();
  const [one, other] = await Promise.all([open(store), open(store)]);
  assert.ok(other.read(one.make({ version: 1, refreshId, counter: 1 })));
});

test('a newer key makes new tokens, and those of the older one are still read', async () => {
  const store = openMemoryStore();
  const old = (await open(store)).make({ version: 1, refreshId, counter: 4 });
  await store.commit([
    refreshKeyStatements.insert({
      version: 2,
      sealedKey: seal.close(randomBytes(32), 'refresh_keys/2'),
      createdAtMs: startMs,
    }),
  ]);
  const tokens = await open(store);
  assert.equal(tokens.currentVersion, 2);
  assert.equal(tokens.read(old)?.version, 1);
  assert.equal(tokens.read(tokens.make({ version: 2, refreshId, counter: 5 }))?.version, 2);
});

test('A-095: with another master key nothing starts, nothing is made, and the message says why', async () => {
  const store = openMemoryStore();
  await open(store);
  await assert.rejects(open(store, otherSeal), (error) => {
    assert.ok(error instanceof StartRefusal);
    assert.match(error.message, /COUNTERSIGN_MASTER_KEY does not open/);
    return true;
  });
  assert.equal((await store.read(refreshKeyStatements.readAll())).length, 1);
});

test('A-436: a sealed MAC key copied to another version does not open', async () => {
  const store = openMemoryStore();
  await open(store);
  await store.commit([
    sql`INSERT INTO refresh_keys (version, sealed_key, created_at_ms) SELECT 2, sealed_key, created_at_ms FROM refresh_keys`,
  ]);
  await assert.rejects(open(store), StartRefusal);
});
