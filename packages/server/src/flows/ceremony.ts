import type { House } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import { ceremonySeconds } from '../proofs/passkey-options.ts';
import {
  type ChallengePurpose,
  type ChallengeRow,
  deleteExpiredChallenges,
  openChallenge,
  spendChallenge,
} from '../store/challenges.ts';
import { refusedAs, type Step } from './commit-act.ts';

/** Between the options of a passkey and the answer to them. */
export interface Ceremony {
  /** What the authenticator signs. Not a secret: whoever has it has no challenge id. */
  readonly challenge: string;
  /** For a registration: the session that began it is the only one that ends it. */
  readonly sessionId: string | null;
}

export type CeremonyPurpose = Extract<ChallengePurpose, 'passkey-sign-in' | 'passkey-registration'>;

export interface OpeningCeremony extends Ceremony {
  readonly id: string;
  readonly purpose: CeremonyPurpose;
  readonly user: { readonly id: string; readonly generation: number } | undefined;
  readonly atMs: number;
}

export function openCeremony({ id, purpose, user, atMs, challenge, sessionId }: OpeningCeremony): Step[] {
  return [
    deleteExpiredChallenges(atMs),
    openChallenge({
      id,
      purpose,
      userId: user?.id ?? null,
      userGeneration: user?.generation ?? null,
      isOnlyOne: false,
      detail: { challenge, sessionId } satisfies Ceremony,
      createdAtMs: atMs,
      expiresAtMs: atMs + ceremonySeconds * 1000,
    }),
  ];
}

/** @param detail  of a challenge that this file opened */
export function readCeremony({ detail }: Pick<ChallengeRow, 'detail'>): Ceremony {
  const value: unknown = JSON.parse(detail);
  if (typeof value === 'object' && value !== null && 'challenge' in value && 'sessionId' in value) {
    const { challenge, sessionId } = value;
    const isSession = typeof sessionId === 'string' || sessionId === null;
    if (typeof challenge === 'string' && isSession) return { challenge, sessionId };
  }
  throw new Error('a challenge of a passkey says nothing of its ceremony');
}

/**
 * Finds the ceremony and ends it, before anything that came with it is looked
 * at: of any number of answers one is verified.
 *
 * @throws Refusal `challenge_expired`
 */
export async function spendCeremony(
  house: House,
  name: { readonly id: string; readonly purpose: CeremonyPurpose },
): Promise<Ceremony & { readonly userId: string | null }> {
  const outcome = await house.store.commit([spendChallenge({ ...name, nowMs: house.now() })]);
  const row = outcome.kind === 'committed' ? outcome.results[0].rows[0] : undefined;
  if (row === undefined) throw new Refusal('challenge_expired', { reason: 'no such open ceremony' });
  return { ...readCeremony(row), userId: row.userId };
}

/** As part of an act. */
export function endCeremony(name: { readonly id: string; readonly nowMs: number }): Step {
  return refusedAs(spendChallenge({ ...name, purpose: 'passkey-sign-in' }), 'challenge_expired');
}
