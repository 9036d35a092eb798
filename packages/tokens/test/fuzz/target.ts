import { TokenError, type TokenErrorCode } from '../../src/index.ts';
import type { Random } from './random.ts';

/** What came out of a case that was not refused. */
export type Accepted =
  /** Exactly what the owner of the key made. */
  | 'genuine'
  /** A key that is another one and verifies nothing of the owner's. */
  | 'another_key'
  /** Anything else: what must never come out. */
  | 'forged';

export interface Case {
  /** All that the call got, for a report. */
  readonly input: string;
  /** The call under test. */
  readonly act: () => Accepted | Promise<Accepted>;
  /** Whether a refusal for the signature means that one of the right length was computed. */
  readonly isWhole: boolean;
}

export interface Target {
  readonly name: string;
  /** How many of all cases go here, in relation to the others. */
  readonly weight: number;
  readonly draw: (random: Random) => Case;
  /** The keys of this run, for a report. */
  readonly describe: () => unknown;
}

export interface Outcome {
  readonly result: Accepted | TokenErrorCode | 'untyped';
  readonly reachedCrypto: boolean;
  readonly error?: unknown;
}

/** Refusals that come after the signature or the tag was computed. */
const afterCrypto: ReadonlySet<TokenErrorCode> = new Set([
  'signature_invalid',
  'decryption_failed',
  'claims_invalid',
  'claim_missing',
  'claim_invalid',
  'expired',
  'not_yet_valid',
  'issuer_mismatch',
  'audience_mismatch',
  'proof_mismatch',
]);

export function accepted(result: Accepted): Outcome {
  return { result, reachedCrypto: true };
}

export function refused(error: unknown, { isWhole }: Case): Outcome {
  if (!(error instanceof TokenError)) return { result: 'untyped', reachedCrypto: false, error };
  return { result: error.code, reachedCrypto: isWhole && afterCrypto.has(error.code) };
}

export function isFailure({ result }: Outcome): boolean {
  return result === 'forged' || result === 'untyped';
}
