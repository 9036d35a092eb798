import type { RevocationStatus } from '@countersign/revocation';
import type { IssuerStatus } from './issuer-keys.ts';
import type { CacheStatus } from './verified-cache.ts';

/** A poll waits 20 s for news; a relay that is cut off repeats older heads. */
const maxHeadAgeMs = 30_000;

/** What one guard knows of the revocations of one issuer. */
export interface IssuerRevocationStatus {
  /** `none`: not followed. `embedded`: read in the issuer's own process. */
  readonly kind: 'following' | 'embedded' | 'none';
  /** `undefined` where revocations are not followed. */
  readonly state: RevocationStatus['state'] | undefined;
  /** Why, where the state is not `following`. */
  readonly fault: string | undefined;
  /** Whether news arrive at once; without that, what is known grows old. */
  readonly isConnected: boolean;
  /** Of the last event that is known. */
  readonly seq: number;
  /** Milliseconds since the issuer vouched for it; `undefined` before it ever did. */
  readonly headAgeMs: number | undefined;
  /** Denials held, and what they take. */
  readonly entries: number;
  readonly bytes: number;
}

export interface GuardStatus {
  /** The least that holds for all issuers. */
  readonly revocation: 'following' | 'embedded' | 'none';
  /** What `revocation` means, in a sentence for the operator. */
  readonly notice: string;
  readonly isClosed: boolean;
  readonly issuers: readonly (IssuerStatus & { readonly revocations: IssuerRevocationStatus })[];
  /** Tokens that are remembered as verified. */
  readonly cache: CacheStatus;
}

const notices = {
  following: 'Revocations are followed: a connected guard refuses a revoked token within a second.',
  embedded: 'Revocations are read in the process of the issuer.',
  none: 'Revocation is not followed: a revoked token is accepted until it expires.',
} as const;

/** Of several issuers, the one that is followed least says it for the guard. */
export function weakest(
  issuers: readonly { readonly revocations: IssuerRevocationStatus }[],
): Pick<GuardStatus, 'revocation' | 'notice'> {
  const kinds = issuers.map(({ revocations }) => revocations.kind);
  const revocation = kinds.find((kind) => kind === 'none') ?? kinds.find((kind) => kind === 'following');
  return { revocation: revocation ?? 'embedded', notice: notices[revocation ?? 'embedded'] };
}

export const notFollowed: IssuerRevocationStatus = {
  kind: 'none',
  state: undefined,
  fault: undefined,
  isConnected: false,
  seq: 0,
  headAgeMs: undefined,
  entries: 0,
  bytes: 0,
};

/** @param nowMs  milliseconds since 1970 */
export function describeView(
  status: RevocationStatus,
  kind: 'following' | 'embedded',
  nowMs: number,
): IssuerRevocationStatus {
  const { state, fault, seq, headTimeMs, entries, bytes } = status;
  const headAgeMs = headTimeMs === undefined ? undefined : Math.max(0, nowMs - headTimeMs);
  const known = { kind, seq, headAgeMs, entries, bytes };
  if (kind === 'following' && state === 'following' && (headAgeMs ?? 0) > maxHeadAgeMs) {
    return { ...known, state: 'disconnected', fault: 'head_too_old', isConnected: false };
  }
  return { ...known, state, fault, isConnected: state === 'following' };
}
