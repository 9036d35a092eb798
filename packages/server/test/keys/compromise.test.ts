import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeUnverified } from '@countersign/tokens';
import fc from 'fast-check';
import type { Keys } from '../../src/base/house.ts';
import { sql } from '../../src/store/sql.ts';
import {
  claimsAt,
  dayMs,
  type Ground,
  leadMs,
  makeGround,
  minuteMs,
  rotate,
  startKeys,
} from './key-ground.ts';

/** Plans and commits as the flow does. @returns whether this caller's plan won */
async function compromise(ground: Ground, keys: Keys, keyId: string): Promise<boolean> {
  const plan = keys.planCompromise(keyId);
  if (plan.kind !== 'planned') return false;
  const outcome = await ground.store.commit(plan.act);
  await keys.reload();
  return outcome.kind === 'committed';
}

function signerOf(ground: Ground, keys: Keys): string {
  const { kid } = decodeUnverified(keys.issueAccessToken(claimsAt(ground.clock.atMs))).header;
  assert.ok(typeof kid === 'string');
  return kid;
}

function isPublished(keys: Keys, keyId: string): boolean {
  return keys.publicJwks().keys.some(({ kid }) => kid === keyId);
}

function stateOf(keys: Keys, keyId: string): string | undefined {
  return keys.list().find((key) => key.keyId === keyId)?.state;
}

test('A-093: a compromised signing key is unpublished at once and the next key signs', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  const [first, next] = keys.list();
  assert.ok(first && next);
  ground.clock.atMs += dayMs;
  const { version } = keys.keySet;
  const plan = keys.planCompromise(first.keyId);
  assert.equal(plan.kind === 'planned' && plan.signingKeyId, next.keyId);
  assert.ok(await compromise(ground, keys, first.keyId));
  assert.equal(signerOf(ground, keys), next.keyId);
  assert.ok(!isPublished(keys, first.keyId));
  assert.equal(keys.keySet.find({ algorithm: 'ES256', keyId: first.keyId }), undefined);
  assert.notEqual(keys.keySet.version, version);
  assert.equal(stateOf(keys, first.keyId), 'compromised');
  const { state, signsFromMs } = keys.list().find(({ keyId }) => keyId === next.keyId) ?? {};
  assert.deepEqual({ state, signsFromMs }, { state: 'signing', signsFromMs: ground.clock.atMs });
  assert.equal(keys.planCompromise(first.keyId).kind, 'compromised');
  assert.equal(keys.planCompromise('x').kind, 'unknown');
});

test('A-093: the newest key signs even when nobody has had time to learn it', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  for (const { keyId } of keys.list()) assert.ok(await compromise(ground, keys, keyId));
  const signer = signerOf(ground, keys);
  assert.ok(isPublished(keys, signer));
  assert.deepEqual(
    keys
      .list()
      .map(({ state }) => state)
      .toSorted(),
    ['compromised', 'compromised', 'published', 'signing'],
  );
});

test('a compromised key comes back with no clock, no restart and no longer life of tokens', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  const [first] = keys.list();
  assert.ok(first);
  ground.clock.atMs += dayMs;
  assert.ok(await compromise(ground, keys, first.keyId));
  ground.clock.atMs -= 2 * dayMs;
  const policy = { issuer: 'https://a', audience: 'https://b', accessTokenSeconds: 86_400 };
  for (const again of [keys, await startKeys(ground), await startKeys(ground, { policy })]) {
    await again.reload();
    assert.notEqual(signerOf(ground, again), first.keyId);
    assert.ok(!isPublished(again, first.keyId));
  }
});

test('a key whose turn had not come leaves no gap behind', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  const [first, next] = keys.list();
  assert.ok(first && next);
  ground.clock.atMs = next.signsFromMs - minuteMs;
  assert.ok(await compromise(ground, keys, next.keyId));
  assert.equal(signerOf(ground, keys), first.keyId);
  const successor = keys.list().find(({ state }) => state === 'published');
  assert.ok(successor && successor.signsFromMs >= ground.clock.atMs + leadMs, 'A-090');
  const extended = keys.list().find(({ keyId }) => keyId === first.keyId);
  assert.equal(extended?.signsUntilMs, successor.signsFromMs);
});

test('A-092: of two processes that act on the same keys at once one wins, and both sign with the same key', async () => {
  const ground = makeGround();
  const processes = [await startKeys(ground), await startKeys(ground)];
  const [first] = processes[0]?.list() ?? [];
  assert.ok(first);
  const plans = processes.map((keys) => keys.planCompromise(first.keyId));
  const outcomes = [];
  for (const plan of plans) {
    assert.equal(plan.kind, 'planned');
    if (plan.kind === 'planned') outcomes.push((await ground.store.commit(plan.act)).kind);
  }
  assert.deepEqual(outcomes, ['committed', 'refused']);
  for (const keys of processes) await keys.reload();
  assert.equal(new Set(processes.map((keys) => signerOf(ground, keys))).size, 1);
});

const step = fc.oneof(
  fc.record({
    kind: fc.constant('wait' as const),
    ms: fc.constantFrom(1, minuteMs, leadMs, dayMs, 31 * dayMs),
  }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(-minuteMs, -dayMs) }),
  fc.record({ kind: fc.constant('compromise' as const), nth: fc.nat(4) }),
  fc.constant({ kind: 'rotate' as const }),
);

test('A-093: over any schedule one key signs, it is published, and no compromised one ever again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const ground = makeGround();
      const keys = await startKeys(ground);
      const lost = new Set<string>();
      for (const next of steps) {
        if (next.kind === 'wait') ground.clock.atMs += next.ms;
        await keys.reload();
        const chosen = next.kind === 'compromise' ? keys.list()[next.nth]?.keyId : undefined;
        if (chosen !== undefined && (await compromise(ground, keys, chosen))) lost.add(chosen);
        if (next.kind === 'rotate') await rotate(ground, keys);
        const signer = signerOf(ground, keys);
        assert.ok(isPublished(keys, signer), 'the signer is not published');
        assert.ok(!lost.has(signer), 'a compromised key signs');
        for (const keyId of lost) assert.ok(!isPublished(keys, keyId), 'a compromised key is published');
        const [open] = await ground.store.read(
          sql<{ n: number }>`SELECT count(*) AS n FROM signing_keys WHERE signs_until_ms IS NULL`,
        );
        assert.equal(open?.n, 1, 'there is one last key');
      }
    }),
    { numRuns: 120 },
  );
});
