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

export interface Row {
  readonly api: string;
  /** Milliseconds since the commit; `undefined` for what has not happened. */
  readonly refusedMs: number | undefined;
  readonly closedMs: number | undefined;
  readonly acceptedMs: number | undefined;
}

/** One row for each API; none before the commit. */
export function rowsOf({ seen, commit, act }: ActRecord): readonly Row[] {
  if (commit === undefined) return [];
  const since = (atMs: number | undefined): number | undefined =>
    atMs === undefined ? undefined : Math.max(0, atMs - commit.atMs);
  return (['express', 'http'] as const).map((kind) => {
    const { refusedMs, closedMs, acceptedMs } = seen[kind];
    return {
      api: titles[kind],
      refusedMs: since(refusedMs),
      closedMs: since(closedMs),
      acceptedMs: act.endsSession ? undefined : since(acceptedMs),
    };
  });
}

/** For those who hear the page instead of seeing it. */
export function summarize(record: ActRecord): string {
  const rows = rowsOf(record).map(({ api, refusedMs, acceptedMs }) => {
    const renewed = acceptedMs === undefined ? '' : `, and accepts a new token after ${acceptedMs} ms`;
    return `${api} refuses after ${refusedMs} ms${renewed}.`;
  });
  return [`${record.act.title}.`, ...rows].join(' ');
}
