import assert from 'node:assert/strict';
import test from 'node:test';
import { arms, compareKnownAndUnknown } from './enumeration.ts';
import { attackOneAccount } from './guess-attack.ts';

test('A-117, A-118, A-119, A-121: 300 guesses over sockets, spellings and routes: ten are looked at, and the owner gets in', async () => {
  const report = await attackOneAccount({ seed: 20_260_101, guesses: 300 });
  assert.equal(report.evaluated, report.cap, JSON.stringify(report));
  assert.equal(report.ownerStatus, 200);
  assert.ok((report.answers['404 not_found'] ?? 0) > 0);
});

for (const arm of arms) {
  test(`A-107: ${arm.route} answers known and unknown names with the same bytes`, async () => {
    const { answers } = await compareKnownAndUnknown(arm, { seed: 1, trialsAnArm: 15 });
    assert.equal(answers.length, 1, answers.join('\n'));
  });
}
