import type { Ledger } from './ledger.ts';
import { isLifeTooLong, judgeFreshness } from './freshness.ts';
import type { Surroundings } from './schedule.ts';
import type { Freshness, RevocationStatus, RevocationView } from './view.ts';

export interface FollowerViewOptions {
  readonly ledger: Ledger;
  readonly around: Surroundings;
  readonly signal: AbortSignal;
  catchUp(): Promise<void>;
  /** No judgement uses a longer staleness. */
  longestSeconds(): number;
  isConnected(): boolean;
  fault(): string | undefined;
  noteFault(error: unknown): void;
  close(): void;
}

export interface FollowerView {
  readonly view: RevocationView;
  /** Calls the listeners if anything that was live may now be denied. */
  notify(): void;
}

/** After a pull that failed, the next one asks no sooner. */
const restMs = 1000;

/** What a guard asks of a follower. */
export function createFollowerView(options: FollowerViewOptions): FollowerView {
  const { ledger, around, signal } = options;
  const listeners = new Set<() => void>();
  let notifiedChanges = 0;
  let restUntilMs = 0;

  const changes = (): number => ledger.denials?.changes ?? 0;
  const headNow = (): Ledger['head'] => (signal.aborted ? undefined : ledger.head);
  const bounded = (freshness: Freshness): Freshness => {
    const longest = options.longestSeconds();
    return freshness.maxStalenessSeconds <= longest
      ? freshness
      : { nowMs: freshness.nowMs, maxStalenessSeconds: longest };
  };

  async function pull(): Promise<void> {
    const restsMs = restUntilMs - around.now();
    if (signal.aborted || (restsMs > 0 && restsMs < 2 * restMs)) return;
    try {
      await options.catchUp();
    } catch (error) {
      if (signal.aborted) return;
      restUntilMs = around.now() + restMs * (0.5 + around.random());
      options.noteFault(error);
    }
  }

  const view: RevocationView = {
    get changes() {
      return changes();
    },
    get seq() {
      return ledger.place?.seq ?? 0;
    },
    get ttlMaxSeconds() {
      return ledger.lastHead?.ttlMaxSeconds;
    },
    judge(token, freshness) {
      const head = headNow();
      if (head === undefined || ledger.denials === undefined) return 'unsynchronised';
      if (ledger.denials.denies(token)) return 'revoked';
      if (isLifeTooLong(token, head)) return 'life_too_long';
      return judgeFreshness(token.iatSeconds, bounded(freshness), head);
    },
    judgeFreshness: (iatSeconds, freshness) => judgeFreshness(iatSeconds, bounded(freshness), headNow()),
    pull,
    onChange(listener) {
      const own = (): void => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    status() {
      const state = stateOf(options);
      return {
        state,
        fault: state === 'following' ? undefined : (ledger.alarm ?? options.fault()),
        seq: ledger.place?.seq ?? 0,
        headTimeMs: ledger.lastHead?.timeMs,
        entries: ledger.denials?.entries ?? 0,
        bytes: ledger.denials?.bytes ?? 0,
        revokedKeys: ledger.denials?.revokedKeys ?? 0,
      };
    },
    close: options.close,
  };

  return {
    view,
    notify() {
      if (changes() === notifiedChanges) return;
      notifiedChanges = changes();
      for (const listener of listeners) listener();
    },
  };
}

function stateOf({ signal, ledger, isConnected }: FollowerViewOptions): RevocationStatus['state'] {
  if (signal.aborted) return 'closed';
  if (ledger.alarm !== undefined) return 'alarmed';
  if (ledger.head === undefined) return 'starting';
  return isConnected() ? 'following' : 'disconnected';
}
