import type { createDenyState, DenyState, TokenNames } from '../../src/index.ts';
import { inPieces } from '../denials.ts';
import { createIssuer, type Head, type Issuer, type Published, spareMs } from './issuer.ts';
import { createOracle, type Oracle } from './oracle.ts';
import { createRandom, type Random } from './random.ts';

export interface WalkOptions {
  readonly createDenyState: typeof createDenyState;
  readonly seed: number;
  readonly steps: number;
}

/** A verifier beside an oracle that was told the same. */
interface Verifier {
  denials: DenyState;
  oracle: Oracle;
  seq: number;
  head: Head | undefined;
  fingerprintKey: Uint8Array;
}

interface Minted {
  readonly names: TokenNames;
  /** `changes` when the token was last found to be live. */
  liveAt: number | undefined;
}

const mostTokens = 60;

/**
 * One issuer and one verifier in random steps: every scope in every order,
 * heads that lag, batches in parts, sleep, snapshots, lost commits, restarts.
 * After each step some tokens are asked for:
 *
 * - one that may be taken for alive is denied exactly when the oracle denies it
 * - one that is dead is denied only when the oracle denies it
 * - while `changes` stands still, no live token turns
 *
 * @returns what went wrong, or nothing
 */
export async function walk(options: WalkOptions): Promise<string | undefined> {
  const random = createRandom(options.seed);
  const issuer = createIssuer(random);
  let verifier = startVerifier(options, issuer);
  let tokens: Minted[] = [];
  for (let step = 0; step < options.steps; step += 1) {
    const dice = random.below(1000);
    if (dice < 330) tokens.push({ names: issuer.mint(), liveAt: undefined });
    else if (dice < 560) issuer.revoke();
    else if (dice < 700) issuer.pass(random.pick([1, 250, 500, 1000, 2000, 4000]));
    else if (dice < 703) issuer.pass(random.below(60_000));
    else if (dice < 780) issuer.announce();
    else if (dice < 800) issuer.makeSnapshot();
    else if (dice < 803) issuer.restore();
    else if (dice < 810) issuer.changeTtl();
    else if (dice < 812) {
      verifier = startVerifier(options, issuer);
      tokens = tokens.map(({ names }) => ({ names, liveAt: undefined }));
    } else if (dice < 830) await cross(verifier, issuer, random);
    else await follow(verifier, issuer, random);
    tokens = tokens.filter(({ names }) => names.expSeconds * 1000 > issuer.nowMs - 40_000).slice(-mostTokens);
    for (const token of random.chance(0.2) ? tokens : tokens.slice(-2)) {
      const fault = ask(verifier, token, issuer.nowMs);
      if (fault !== undefined) return `${fault}, step ${step} of seed ${options.seed}`;
    }
  }
  return undefined;
}

function startVerifier({ createDenyState }: WalkOptions, { fingerprintKey }: Issuer): Verifier {
  const denials = createDenyState({ fingerprintKey });
  return { denials, oracle: createOracle(), seq: -1, head: undefined, fingerprintKey };
}

async function follow(verifier: Verifier, issuer: Issuer, random: Random): Promise<void> {
  if (random.chance(0.5)) issuer.announce();
  if (verifier.seq < issuer.gap) await cross(verifier, issuer, random);
  const { head } = issuer;
  if (verifier.seq < issuer.gap || head.seq < verifier.seq) return;
  const events = issuer.history.filter(({ seq }) => seq > verifier.seq && seq <= head.seq);
  const cut = random.chance(0.3) ? random.below(events.length + 1) : events.length;
  for (const part of [events.slice(0, cut), events.slice(cut)]) apply(verifier, part, { issuer, head });
  verifier.head = head;
}

function apply(
  verifier: Verifier,
  events: readonly Published[],
  { issuer, head }: { readonly issuer: Issuer; readonly head: Head },
): void {
  const fault = verifier.denials.apply(Buffer.concat(events.map(issuer.encode)), verifier.seq, head);
  if (fault !== undefined) throw new Error(`a batch was refused: ${fault}`);
  for (const event of events) verifier.oracle.add(event);
  verifier.seq += events.length;
}

async function cross(verifier: Verifier, issuer: Issuer, random: Random): Promise<void> {
  const { snapshot, head } = issuer;
  if (snapshot.seq <= verifier.seq || head.seq < snapshot.seq) return;
  if (Buffer.compare(verifier.fingerprintKey, issuer.fingerprintKey) !== 0) {
    verifier.fingerprintKey = issuer.fingerprintKey;
    verifier.denials.useFingerprintKey(issuer.fingerprintKey);
  }
  const chunks = inPieces(snapshot.bytes, random.pick([1000, 24, 100]));
  const fault = await verifier.denials.applySnapshot(snapshot, chunks, head);
  if (fault !== undefined) throw new Error(`a snapshot was refused: ${fault}`);
  for (const event of issuer.history) {
    if (event.seq > verifier.seq && event.seq <= snapshot.seq) verifier.oracle.add(event);
  }
  verifier.seq = snapshot.seq;
  verifier.head = head;
}

function ask({ denials, oracle }: Verifier, token: Minted, nowMs: number): string | undefined {
  const { names } = token;
  const isDenied = denials.denies(names);
  const mustBeDenied = oracle.denies(names);
  if (isDenied && !mustBeDenied) return `a token was denied that nothing denies: ${JSON.stringify(names)}`;
  // The verifier's clock may be 2 s behind, and it tolerates `exp` for 2 s.
  const mayBeTakenForAlive = names.expSeconds * 1000 > nowMs - spareMs + 2000;
  if (mustBeDenied && !isDenied && mayBeTakenForAlive)
    return `a denied token passed: ${JSON.stringify(names)}`;
  if (isDenied && token.liveAt === denials.changes) return 'a live token turned while changes stood still';
  token.liveAt = isDenied ? undefined : denials.changes;
  return undefined;
}
