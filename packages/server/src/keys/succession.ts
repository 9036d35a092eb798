import type { SigningKeyChange, SigningKeyRow, SigningKeyTimes } from '../base/key-rows.ts';

/** JWKS answers may be cached for so long; `http` writes it into `Cache-Control`. */
export const jwksMaxAgeSeconds = 300;

/** A key is published for so long before it signs: A-090. */
export const publicationLeadMs: number = 2 * jwksMaxAgeSeconds * 1000;

const clockToleranceMs = 2_000;
/** Other processes read the table every 10 s and sign by what they read. */
const laggardMs = 60_000;
/** Rows stay for a while after they are unpublished: clocks step, and operators look. */
export const keptUnpublishedMs: number = 7 * 86_400_000;

/** How long keys live. */
export interface KeyTiming {
  readonly periodMs: number;
  readonly overlapMs: number;
}

export function timingOf(rotationDays: number, accessTokenSeconds: number): KeyTiming {
  return {
    periodMs: rotationDays * 86_400_000,
    // longer than any token that the key signed.
    overlapMs: accessTokenSeconds * 1000 + clockToleranceMs + laggardMs,
  };
}

/** What a change of the succession writes; new keys are made by the caller. */
export interface SuccessionPlan {
  readonly changes: readonly SigningKeyChange[];
  readonly inserts: readonly SigningKeyTimes[];
}

/**
 * The key that signs at a moment: of those whose turn is not over, the first.
 * Before all of them, or in the gap that a compromised key left (the clock
 * stepped back): the next one.
 */
export function findSigner<Row extends SigningKeyTimes>(
  rows: readonly Row[],
  nowMs: number,
): Row | undefined {
  return rows
    .filter((row) => everSigns(row) && nowMs < endOf(row))
    .toSorted((one, other) => one.signsFromMs - other.signsFromMs)[0];
}

export function isPublished(row: SigningKeyTimes, nowMs: number): boolean {
  return row.publishedUntilMs === null || nowMs < row.publishedUntilMs;
}

/** A new database: one key that signs at once, and the next one. */
export function planFirst(nowMs: number, timing: KeyTiming): readonly [SigningKeyTimes, SigningKeyTimes] {
  const nextFromMs = nowMs + timing.periodMs;
  return [stopAt(lastFrom(nowMs), nextFromMs, timing), lastFrom(nextFromMs)];
}

/** The last key has begun to sign: schedule its end and the key after it. */
export function planExtension(
  rows: readonly SigningKeyRow[],
  nowMs: number,
  timing: KeyTiming,
): SuccessionPlan | undefined {
  const last = findLast(rows);
  if (last === undefined || last.signsFromMs > nowMs) return undefined;
  const nextFromMs = Math.max(last.signsFromMs + timing.periodMs, nowMs + publicationLeadMs);
  return {
    changes: [{ before: last, after: stopAt(last, nextFromMs, timing) }],
    inserts: [lastFrom(nextFromMs)],
  };
}

/**
 * Hand over as soon as verifiers can know the successor.
 *
 * @returns the key that signs soon anyway, when a hand-over is under way
 */
export function planHandOver(
  rows: readonly SigningKeyRow[],
  nowMs: number,
  timing: KeyTiming,
):
  | { readonly pending: SigningKeyRow }
  | { readonly plan: SuccessionPlan; readonly successor?: SigningKeyRow } {
  const coming = rows.filter((row) => everSigns(row) && row.signsFromMs > nowMs);
  const pending = coming.find((row) => row.signsFromMs <= nowMs + publicationLeadMs);
  if (pending !== undefined) return { pending };
  // A key from the future was made before the clock stepped back: no lead can be counted from it.
  const successor = coming.find((row) => row.createdAtMs <= nowMs);
  if (successor === undefined) return { plan: planReplacement(rows, nowMs, timing) };
  const atMs = Math.max(nowMs, successor.createdAtMs + publicationLeadMs);
  const others = rows.filter((row) => row !== successor);
  const promoted = {
    before: successor,
    after: stopAt({ ...successor, signsFromMs: atMs }, atMs + timing.periodMs, timing),
  };
  return {
    successor,
    plan: {
      changes: [...stopAll(others, { nowMs, atMs }, timing), promoted],
      inserts: [lastFrom(atMs + timing.periodMs)],
    },
  };
}

/** Hand over to a key that is yet to be made, of another algorithm for instance: the first of the inserts. */
export function planReplacement(
  rows: readonly SigningKeyRow[],
  nowMs: number,
  timing: KeyTiming,
): SuccessionPlan {
  const atMs = nowMs + publicationLeadMs;
  const nextFromMs = atMs + timing.periodMs;
  return {
    changes: stopAll(rows, { nowMs, atMs }, timing),
    inserts: [stopAt(lastFrom(atMs), nextFromMs, timing), lastFrom(nextFromMs)],
  };
}

/** The settings were changed: the next scheduled hand-over moves. */
export function planNewPeriod(
  rows: readonly SigningKeyRow[],
  nowMs: number,
  timing: KeyTiming,
): SuccessionPlan | undefined {
  const coming = rows.filter((row) => everSigns(row) && row.signsFromMs > nowMs);
  const [last] = coming;
  const current = rows.find((row) => everSigns(row) && row.signsUntilMs === last?.signsFromMs);
  if (last === undefined || coming.length > 1 || current === undefined) return undefined;
  const atMs = Math.max(current.signsFromMs + timing.periodMs, nowMs, last.createdAtMs + publicationLeadMs);
  if (atMs === last.signsFromMs) return undefined;
  return {
    changes: [
      { before: current, after: stopAt(current, atMs, timing) },
      { before: last, after: lastFrom(atMs) },
    ],
    inserts: [],
  };
}

/** Tokens of this process live longer than whoever planned the hand-over knew: settings change one process at a time. */
export function planLongerOverlap(
  rows: readonly SigningKeyRow[],
  nowMs: number,
  timing: KeyTiming,
): SuccessionPlan | undefined {
  const changes = rows.flatMap((row) => {
    if (row.signsUntilMs === null || row.publishedUntilMs === null) return [];
    const longerMs = row.signsUntilMs + timing.overlapMs;
    const isTooShort = row.publishedUntilMs < longerMs && nowMs < longerMs;
    return isTooShort ? [{ before: row, after: { ...timesOf(row), publishedUntilMs: longerMs } }] : [];
  });
  return changes.length === 0 ? undefined : { changes, inserts: [] };
}

/** The key after which none is scheduled: every plan but a longer overlap changes it, so only one plan wins. */
export function findLast(rows: readonly SigningKeyRow[]): SigningKeyRow | undefined {
  return rows.find((row) => row.signsUntilMs === null);
}

/** A key whose turn was withdrawn ends before it begins. */
export function everSigns(row: SigningKeyTimes): boolean {
  return row.signsFromMs < endOf(row);
}

export function endOf(row: SigningKeyTimes): number {
  return row.signsUntilMs ?? Number.POSITIVE_INFINITY;
}

/**
 * Every key ends at a moment at the latest; one whose turn had not come is
 * withdrawn. The key that signs only because the clock stepped back before its
 * turn has it from now on.
 */
function stopAll(rows: readonly SigningKeyRow[], when: HandOverTimes, timing: KeyTiming): SigningKeyChange[] {
  const signer = findSigner(rows, when.nowMs);
  return rows
    .filter((row) => endOf(row) > when.atMs)
    .map((row) => {
      const signsFromMs = row === signer ? Math.min(row.signsFromMs, when.nowMs) : row.signsFromMs;
      return { before: row, after: stopAt({ ...row, signsFromMs }, when.atMs, timing) };
    });
}

interface HandOverTimes {
  readonly nowMs: number;
  readonly atMs: number;
}

/** Not shorter than planned before: tokens that the key signed under other settings may be alive. */
export function stopAt(key: SigningKeyTimes, signsUntilMs: number, timing: KeyTiming): SigningKeyTimes {
  const plannedMs = (key.publishedUntilMs ?? 0) - (key.signsUntilMs ?? 0);
  const overlapMs = Math.max(timing.overlapMs, plannedMs);
  return { signsFromMs: key.signsFromMs, signsUntilMs, publishedUntilMs: signsUntilMs + overlapMs };
}

export function lastFrom(signsFromMs: number): SigningKeyTimes {
  return { signsFromMs, signsUntilMs: null, publishedUntilMs: null };
}

function timesOf({ signsFromMs, signsUntilMs, publishedUntilMs }: SigningKeyTimes): SigningKeyTimes {
  return { signsFromMs, signsUntilMs, publishedUntilMs };
}
