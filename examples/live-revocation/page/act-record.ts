import type { LaneKind } from './lane.ts';
import { titles } from './setup.ts';

export interface Act {
  readonly name: string;
  readonly title: string;
  /** Nothing is accepted again before somebody signs in. */
  readonly endsSession: boolean;
}

interface Finding {
  refusedMs?: number;
  closedMs?: number;
  acceptedMs?: number;
}

/** One act, and what became of the token at each API. All times count from the commit. */
export interface ActRecord {
  readonly act: Act;
  readonly clickedAtMs: number;
  commit: { readonly seq: number; readonly atMs: number } | undefined;
  readonly seen: Readonly<Record<LaneKind, Finding>>;
  confirmed?: { readonly confirmed: number; readonly connected: number };
  fault?: string;
}

export function beginRecord(act: Act): ActRecord {
  return { act, clickedAtMs: Date.now(), commit: undefined, seen: { express: {}, http: {} } };
}

export interface Observation {
  readonly kind: LaneKind;
  readonly what: 'accepted' | 'refused' | 'closed';
  readonly atMs: number;
}

/**
 * The first of each counts. What is accepted after the click, but before anything was refused, is the old token.
 *
 * @returns whether it is news
 */
export function note(record: ActRecord, { kind, what, atMs }: Observation): boolean {
  const seen = record.seen[kind];
  const member = ({ accepted: 'acceptedMs', refused: 'refusedMs', closed: 'closedMs' } as const)[what];
  const isTooEarly = atMs < record.clickedAtMs || (what === 'accepted' && seen.refusedMs === undefined);
  if (isTooEarly || seen[member] !== undefined) return false;
  seen[member] = atMs;
  return true;
}

export function isSettled({ act, seen, commit, fault }: ActRecord): boolean {
  if (fault !== undefined) return true;
  return (
    commit !== undefined &&
    Object.values(seen).every(
      ({ refusedMs, closedMs, acceptedMs }) =>
        refusedMs !== undefined && closedMs !== undefined && (act.endsSession || acceptedMs !== undefined),
    )
  );
}

/** One line for each API; what has not happened yet is left out. */
export function describe({
  seen,
  commit,
  act,
}: ActRecord): readonly { readonly api: string; readonly text: string }[] {
  if (commit === undefined) return [];
  const since = (atMs: number): string => `${Math.max(0, atMs - commit.atMs)} ms`;
  return (['express', 'http'] as const).map((kind) => {
    const { refusedMs, closedMs, acceptedMs } = seen[kind];
    const parts = [
      refusedMs === undefined ? 'still accepted' : `refused after ${since(refusedMs)}`,
      ...(closedMs === undefined ? [] : [`stream closed after ${since(closedMs)}`]),
      ...(acceptedMs === undefined || act.endsSession
        ? []
        : [`a new token accepted after ${since(acceptedMs)}`]),
    ];
    return { api: titles[kind], text: parts.join(', ') };
  });
}
