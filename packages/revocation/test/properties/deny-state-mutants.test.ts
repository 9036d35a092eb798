import assert from 'node:assert/strict';
import test from 'node:test';
import { loadMutant } from './load-mutant.ts';
import { walk } from './walk.ts';

/** So many walks at most; the same ones every time. */
const walks = 60;
const steps = 2500;

const mutants: readonly (readonly [string, string, string, string])[] = [
  ['denials are dropped as soon as tokens expire', 'deny-state.ts', '3 * skewSeconds', '0'],
  [
    'a swap drops both generations',
    'denial-generations.ts',
    'denials.old = denials.current;',
    'denials.old = createGeneration();',
  ],
  [
    'two swaps in one head',
    'deny-state.ts',
    'for (const { denials } of layers) swapGenerations(denials);',
    'for (const { denials } of [...layers, ...layers]) swapGenerations(denials);',
  ],
  [
    'a head after a long sleep counts for every swap that was missed',
    'deny-state.ts',
    'swappedAtMs = timeMs;',
    'swappedAtMs += (ttlMaxSeconds + spareSeconds) * 1000;',
  ],
  ['a number at the epoch is below it', 'epochs.ts', 'rvs < readEpochAt(', 'rvs <= readEpochAt('],
  ['an epoch sinks', 'epochs.ts', 'if (epoch <= readEpochAt(lanes, at)) return;', ''],
  [
    'everything comes to life again',
    'deny-state.ts',
    'everything = Math.max(everything, addEvents(events, { generation: current, keys }));',
    'everything = addEvents(events, { generation: current, keys });',
  ],
  ['the older dead are not looked up', 'denial-check.ts', ' || isDead(denials.old.dead, fingerprint)', ''],
  [
    'the older epochs are not looked up',
    'denial-check.ts',
    ' || isBelowEpoch(old.epochs, fingerprint, rvs)',
    '',
  ],
  [
    'a snapshot takes the place of what was known',
    'deny-state.ts',
    'await copyDenials(layer.denials, loaded.generation);',
    '',
  ],
  [
    'a snapshot hides the scopes of what was known',
    'denial-generations.ts',
    'into.scopes |= from.scopes;',
    '',
  ],
  [
    'what is gathered of a snapshot is not added',
    'load-snapshot.ts',
    'for (const _ of finishLoading(loader)) await rest();',
    '',
  ],
  [
    'the keys of a snapshot are not taken',
    'deny-state.ts',
    'for (const _ of copyDead(loaded.keys, denials.keys));',
    '',
  ],
  [
    'a new fingerprint key forgets what the one before denied',
    'deny-state.ts',
    'layers = [latest, ...layers];',
    'layers = [latest];',
  ],
  [
    'a remembered name has the fingerprint of another',
    'denial-check.ts',
    'fingerprints[oldest]?.set(fingerprinter.lanes);',
    '',
  ],
  [
    'a batch does not raise changes',
    'deny-state.ts',
    'generation: current, keys }));\n      changes += 1;',
    'generation: current, keys }));',
  ],
  [
    'a token without kid passes although a key is revoked',
    'denial-check.ts',
    'kid === undefined || isDead(denials.keys, readKid(kid))',
    'kid !== undefined && isDead(denials.keys, readKid(kid))',
  ],
  [
    'the claims of a user are looked up apart from the user',
    'denial-generations.ts',
    "1 << (type === eventTypes['user-claims'] ? eventTypes.user : type)",
    '1 << type',
  ],
];

for (const [name, file, from, to] of mutants) {
  test(`the walk notices that ${name}`, async () => {
    const createDenyState = await loadMutant({ file, from, to });
    let fault: string | undefined;
    for (let seed = 0; fault === undefined && seed < walks; seed += 1) {
      fault = await walk({ createDenyState, seed, steps });
    }
    assert.notEqual(fault, undefined);
  });
}
