import { makeOneTimeSecret } from '../proofs/one-time-secret.ts';
import { linkPath, type LinkPurpose, mailLinks } from '../rules/mail-links.ts';
import { deleteExpiredChallenges, openChallenge } from '../store/challenges.ts';
import type { BegunAct } from './begin-act.ts';
import type { Step } from './commit-act.ts';

export interface LinkPlan {
  readonly purpose: LinkPurpose;
  /** A null generation: the link outlives what ends sessions. None: whoever holds the link has no account yet. */
  readonly user?: { readonly id: string; readonly generation: number | null };
  /** Replaces an open one of the same slot. Default: of the same user and purpose, if there is a user. */
  readonly slot?: string;
  readonly detail?: Readonly<Record<string, string | null>>;
  /** Default: as long as the table says. */
  readonly validMinutes?: number;
}

export interface OpenedLink {
  /** Of the row: the hash of the secret. */
  readonly id: string;
  /** Path and query below the issuer; holds the secret, so it goes into a message and nowhere else. */
  readonly path: string;
  readonly validMinutes: number;
  /** To be committed with the message. */
  readonly steps: readonly Step[];
}

/** A secret for a mailbox. Who brings it back has proven to read mail there. */
export function openLink(act: BegunAct, plan: LinkPlan): OpenedLink {
  const { purpose, user, slot, detail = {} } = plan;
  const { secret, id } = makeOneTimeSecret();
  const validMinutes = plan.validMinutes ?? mailLinks[purpose].validMinutes;
  return {
    id,
    path: linkPath(purpose, secret),
    validMinutes,
    steps: [
      deleteExpiredChallenges(act.atMs),
      openChallenge({
        id,
        purpose,
        userId: user?.id ?? null,
        userGeneration: user?.generation ?? null,
        isOnlyOne: user !== undefined && slot === undefined,
        slot,
        detail,
        createdAtMs: act.atMs,
        expiresAtMs: act.atMs + validMinutes * 60_000,
      }),
    ],
  };
}
