import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import test from 'node:test';
import { startTestServer } from '../../src/testing.ts';
import { walkAccounts } from './account-walk/walk.ts';

const steps = Number(process.env['STEPS'] ?? 100_000);
const seed = Number(process.env['SEED'] ?? randomInt(2 ** 31));

test('A-123, A-159, A-169: no way through the account opens more than was proven, and none shuts its owner out', async (t) => {
  const server = await startTestServer();
  t.after(() => server.close());
  t.diagnostic(`seed ${seed}`);
  const { steps: walked, tally } = await walkAccounts({ server, steps, seed });
  for (const [text, count] of [...tally].sort(([one], [other]) => one.localeCompare(other)))
    t.diagnostic(`${count} × ${text}`);
  assert.ok(walked >= steps);
});
