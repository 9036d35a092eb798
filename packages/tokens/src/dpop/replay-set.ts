import { checkKnownOptions } from '../known-options.ts';
import { TokenError } from '../token-error.ts';

/** Remembers proofs that were used. Asking and remembering are one step. */
export interface ReplaySet {
  /**
   * @param proofId  43 characters, the same for the same proof of the same key
   * @param expiresAtMs  from then on the proof is refused by its time
   * @returns `false` when it was remembered already
   * @throws TokenError `replay_set_full`
   */
  remember(proofId: string, expiresAtMs: number, nowMs: number): boolean;
  /** Remembered proofs, some of them perhaps past their time. */
  readonly size: number;
}

export interface ReplaySetOptions {
  /** Default 100 000, about 15 MB. */
  readonly maxEntries?: number;
}

const optionNames: ReadonlySet<string> = new Set(['maxEntries']);
const defaultMaxEntries = 100_000;
/** More than come in, so that the set shrinks again. */
const droppedAtOnce = 2;

/**
 * A replay set in the memory of one process.
 *
 * When it is full of proofs that are still good, further ones are refused: one
 * that is forgotten could be used again. Does NOT see what other processes remember.
 *
 * @throws TypeError for a limit that is none
 * @see RFC 9449 §11.1
 */
export function createReplaySet(options: ReplaySetOptions = {}): ReplaySet {
  checkKnownOptions(options, optionNames, 'createReplaySet');
  const maxEntries = options.maxEntries ?? defaultMaxEntries;
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) {
    throw new TypeError('createReplaySet: maxEntries must be a positive integer');
  }
  const expiries = new Map<string, number>();
  // Before this instant a sweep finds nothing: without it, a full set would be swept for every proof.
  let nextExpiryMs = 0;
  return {
    remember(proofId, expiresAtMs, nowMs) {
      const known = expiries.get(proofId);
      if (known !== undefined && known > nowMs) return false;
      dropOldest(expiries, nowMs);
      if (expiries.size >= maxEntries && nowMs >= nextExpiryMs) nextExpiryMs = dropExpired(expiries, nowMs);
      if (expiries.size >= maxEntries) throw new TokenError('replay_set_full');
      expiries.set(proofId, expiresAtMs);
      nextExpiryMs = Math.min(nextExpiryMs, expiresAtMs);
      return true;
    },
    get size() {
      return expiries.size;
    },
  };
}

/** The oldest are the first to expire, near enough: a window's length apart at most. */
function dropOldest(expiries: Map<string, number>, nowMs: number): void {
  let left = droppedAtOnce;
  for (const [proofId, expiresAtMs] of expiries) {
    if (left-- === 0 || expiresAtMs > nowMs) return;
    expiries.delete(proofId);
  }
}

/** @returns when the next one expires */
function dropExpired(expiries: Map<string, number>, nowMs: number): number {
  let nextExpiryMs = Number.POSITIVE_INFINITY;
  for (const [proofId, expiresAtMs] of expiries) {
    if (expiresAtMs <= nowMs) expiries.delete(proofId);
    else nextExpiryMs = Math.min(nextExpiryMs, expiresAtMs);
  }
  return nextExpiryMs;
}
