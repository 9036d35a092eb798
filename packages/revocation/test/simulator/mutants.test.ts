import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { followFeed } from '../../src/follow.ts';
import { type SimulationOptions, simulate } from './simulate.ts';

/** A rule of revocation.md, dropped by changing one line of a copy of the sources; and where the simulator sees it. */
interface Mutant {
  readonly rule: string;
  readonly file: string;
  readonly line: string;
  readonly instead: string;
  readonly weather: SimulationOptions['weather'];
  readonly faultKinds?: SimulationOptions['faultKinds'];
}

const mutants: readonly Mutant[] = [
  {
    rule: 'events are taken without looking at the chain',
    file: 'ledger.ts',
    line: "return sameBytes(extendChain(place.hash, missing), head.hash) ? missing : 'fork';",
    instead: 'return missing;',
    weather: 'faulty',
    faultKinds: ['corrupt'],
  },
  {
    rule: 'the time of a head is taken without its signature',
    file: 'head.ts',
    line: 'const { keyId, payload } = verifySignature(jws, keys);',
    instead:
      "const keyId = 'feed'; const payload = JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()); void keys; void verifySignature;",
    weather: 'faulty',
    faultKinds: ['postdate'],
  },
  {
    rule: 'the time of a head counts before the chain has reached it',
    file: 'ledger.ts',
    line: "if (typeof events === 'string') return { outcome: events, added: undefined };",
    instead:
      "if (typeof events === 'string') { lastHead = head; return { outcome: events, added: undefined }; }",
    weather: 'faulty',
    faultKinds: ['strip'],
  },
  {
    rule: 'generations swap twice at one head',
    file: 'deny-state.ts',
    line: 'for (const { denials } of layers) swapGenerations(denials);',
    instead:
      'for (const { denials } of layers) swapGenerations(denials); for (const { denials } of layers) swapGenerations(denials);',
    weather: 'calm',
  },
  {
    rule: 'a snapshot is taken without its signed hash',
    file: 'load-snapshot.ts',
    line: "if (!content.digest().equals(snapshot.content)) return 'content';",
    instead: '',
    weather: 'declared',
    faultKinds: ['strip'],
  },
  {
    rule: 'a judgement uses a longer staleness than the issuer was told',
    file: 'follower-view.ts',
    line: 'const longest = options.longestSeconds();',
    instead: 'const longest = Number.POSITIVE_INFINITY;',
    weather: 'faulty',
    faultKinds: ['cut'],
  },
];

const maxRuns = 150;

for (const mutant of mutants) {
  test(`the simulator notices when ${mutant.rule}`, async (context) => {
    const folder = copyMutated(mutant);
    try {
      const mutated: { followFeed: typeof followFeed } = await import(
        pathToFileURL(join(folder, 'follow.ts')).href
      );
      const { weather, faultKinds } = mutant;
      const options = { weather, followFeed: mutated.followFeed, ...(faultKinds && { faultKinds }) };
      context.diagnostic(`seed ${await findViolation(options)}`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

const issuerMutants = [
  ['readsNumberLate', 'the number is read after what the token asserts'],
  ['readsClockLate', 'iat is read after what the token asserts'],
  ['skipsGeneration', 'a session is opened and renewed without comparing generations'],
] as const;

for (const [fault, rule] of issuerMutants) {
  test(`the simulator notices when ${rule}`, async (context) => {
    const issuerFaults = { [fault]: true };
    const options = { weather: 'faulty', faultKinds: ['cut'], followFeed, issuerFaults } as const;
    context.diagnostic(`seed ${await findViolation(options)}`);
  });
}

/** Needs a late snapshot, clocks far apart and a session renewed in the second of its end: one run of thousands. */
test('the simulator notices when an entry leaves snapshots while a verifier may hold its token for alive', async () => {
  const seed = 20_269_261;
  const options = { seed, weather: 'faulty', followFeed } as const;
  const forgetful = await simulate({ ...options, issuerFaults: { forgetsEarly: true } });
  assert.match(forgetful.violations.join(), /accepted after it was confirmed: t33/);
  assert.deepEqual((await simulate(options)).violations, []);
});

async function findViolation(options: Omit<SimulationOptions, 'seed'>): Promise<number> {
  for (let seed = 1; seed <= maxRuns; seed++) {
    if ((await simulate({ ...options, seed })).violations.length > 0) return seed;
  }
  return assert.fail(`not noticed in ${maxRuns} runs`);
}

/** The sources with one line changed, outside the tree, with the other packages by their address. */
function copyMutated({ file, line, instead }: Mutant): string {
  const sources = join(import.meta.dirname, '../../src');
  const folder = mkdtempSync(join(tmpdir(), 'countersign-mutant-'));
  cpSync(sources, folder, { recursive: true });
  const text = readFileSync(join(folder, file), 'utf8');
  assert.equal(text.split(line).length, 2, `${file} has the line once: ${line}`);
  writeFileSync(
    join(folder, file),
    text.replace(line, () => instead),
  );
  const tokens = pathToFileURL(join(sources, '../../tokens/src/index.ts')).href;
  for (const name of readdirSync(folder)) {
    const source = readFileSync(join(folder, name), 'utf8');
    writeFileSync(join(folder, name), source.replaceAll("'@countersign/tokens'", `'${tokens}'`));
  }
  return folder;
}
