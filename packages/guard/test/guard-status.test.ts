import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RevocationStatus } from '@countersign/revocation';
import { describeView } from '../src/guard-status.ts';

const following: RevocationStatus = {
  state: 'following',
  fault: undefined,
  seq: 7,
  headTimeMs: 1_790_000_000_000,
  entries: 1,
  bytes: 896,
  revokedKeys: 0,
};

test('a guard whose newest head is older than half a minute is not connected, whatever its stream repeats', () => {
  const at = (ageMs: number) => describeView(following, 'following', 1_790_000_000_000 + ageMs);
  assert.deepEqual(
    [at(30_000), at(30_001)].map(({ state, fault, isConnected }) => [state, fault, isConnected]),
    [
      ['following', undefined, true],
      ['disconnected', 'head_too_old', false],
    ],
  );
  assert.equal(describeView(following, 'embedded', 1_790_000_030_001).isConnected, true);
});
