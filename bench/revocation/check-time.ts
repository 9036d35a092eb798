import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createDenyState, eventBytes, type DenyState, type EventScope } from '@countersign/revocation';
import { createJwtVerifier, importPem, signJwt, toPublicKey } from '@countersign/tokens';
import { makeEvents, makeTokens } from './corpus.ts';
import { median, type Sample, sample } from './sample.ts';

export interface CheckTime extends Sample {
  /** What the entries are. */
  readonly name: string;
}

const ttlMaxSeconds = 300;
const tokenCount = 4096;
const checksASample = 100_000;
const verificationsASample = 200;

const kinds: readonly (readonly [string, readonly EventScope[]])[] = [
  ['nothing', []],
  ['token', ['token']],
  ['session', ['session']],
  ['user', ['user']],
  ['client', ['client']],
  ['tenant', ['tenant']],
  ['key', ['key']],
  ['all scopes', ['token', 'session', 'user', 'user-claims', 'client', 'tenant', 'key']],
];

/**
 * The deny check with so many live entries, half of them in each generation,
 * for tokens that nothing denies; last, one verification with ES256.
 */
export function measureChecks(entries: number, rounds: number): readonly CheckTime[] {
  const tokens = makeTokens(tokenCount, entries);
  const verify = makeVerification();
  const subjects = kinds.map(([name, scopes]) => {
    const state = fill(scopes.length === 0 ? 0 : entries, scopes);
    return { name, state, samples: [] as Sample[] };
  });
  const verifications: Sample[] = [];
  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    for (const { name, state, samples } of subjects) {
      const taken = sample(checksASample, (index) => {
        const token = tokens[index % tokenCount];
        if (token === undefined || state.denies(token))
          throw new Error(`${name}: an honest token was denied`);
      });
      if (round > 0) samples.push(taken);
    }
    const taken = sample(verificationsASample, verify);
    if (round > 0) verifications.push(taken);
  }
  return [
    ...subjects.map(({ name, samples }) => ({ name, ...median(samples) })),
    { name: 'ES256 verification', ...median(verifications) },
  ];
}

/** @returns heap in bytes and collections for so many checks of a state that holds every scope */
export async function measureAllocation(
  entries: number,
  checks: number,
): Promise<{ bytes: number; collections: number }> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('run with --expose-gc');
  const tokens = makeTokens(tokenCount, entries);
  const state = fill(entries, kinds.at(-1)?.[1] ?? []);
  let denied = 0;
  const check = (times: number): void => {
    for (let index = 0; index < times; index += 1) {
      const token = tokens[index % tokenCount];
      if (token !== undefined && state.denies(token)) denied += 1;
    }
  };
  check(checks / 10);
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  await collect({ type: 'major', execution: 'async' });
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.observe({ entryTypes: ['gc'] });
  const before = process.memoryUsage().heapUsed;
  check(checks);
  const bytes = process.memoryUsage().heapUsed - before;
  await new Promise((resolve) => setTimeout(resolve, 50));
  observer.disconnect();
  if (denied > 0) throw new Error('an honest token was denied');
  return { bytes, collections };
}

function fill(entries: number, scopes: readonly EventScope[]): DenyState {
  const state = createDenyState({ fingerprintKey: randomBytes(16) });
  const events = makeEvents(entries, scopes);
  const half = Math.floor(entries / 2);
  const parts = [events.subarray(0, half * eventBytes), events.subarray(half * eventBytes)];
  for (const [index, part] of parts.entries()) {
    const timeMs = 1_000_000_000 + index * 2 * ttlMaxSeconds * 1000;
    const fault = state.apply(part, index * half, { timeMs, ttlMaxSeconds });
    if (fault !== undefined) throw new Error(`events were refused: ${fault}`);
  }
  return state;
}

function makeVerification(): () => void {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = importPem(pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(), {
    algorithm: 'ES256',
  });
  const [issuer, audience, type] = ['https://auth.example.com', 'https://api.example.com', 'at+jwt'];
  const token = signJwt({ iss: issuer, aud: audience, sub: 'u' }, { key, type, expiresInSeconds: 3600 });
  const verify = createJwtVerifier({ keys: toPublicKey(key), issuer, audience, algorithms: ['ES256'], type });
  return () => {
    verify(token);
  };
}
