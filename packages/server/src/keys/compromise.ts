import type { SigningKeyChange, SigningKeyRow } from '../base/key-rows.ts';
import {
  endOf,
  everSigns,
  findSigner,
  type KeyTiming,
  lastFrom,
  publicationLeadMs,
  type SuccessionPlan,
  stopAt,
} from './succession.ts';

export interface Loss {
  /** The times that end the key at once. */
  readonly loss: SigningKeyChange;
  readonly plan: SuccessionPlan;
  /** The key that signs afterwards; absent: the first of the plan's inserts. */
  readonly signer: SigningKeyRow | undefined;
}

interface Lost {
  /** None of them compromised before. */
  readonly rows: readonly SigningKeyRow[];
  /** One of the rows. */
  readonly lost: SigningKeyRow;
  readonly nowMs: number;
}

/** A key ends at once, whether or not the others are known for long enough; they close the gap that it leaves. */
export function planCompromise({ rows, lost, nowMs }: Lost, timing: KeyTiming): Loss {
  const loss = { before: lost, after: endAt(lost, nowMs) };
  const signer = findSigner(rows, nowMs);
  if (lost === signer) return { loss, ...replaceSigner({ rows, lost, nowMs }, timing) };
  const isComing = everSigns(lost) && lost.signsFromMs > nowMs;
  const plan = isComing ? closeGap({ rows, lost, nowMs }, timing) : { changes: [], inserts: [] };
  return { loss, plan, signer };
}

function endAt(lost: SigningKeyRow, atMs: number): SigningKeyChange['after'] {
  return {
    signsFromMs: Math.min(lost.signsFromMs, atMs),
    signsUntilMs: Math.min(endOf(lost), atMs),
    publishedUntilMs: Math.min(lost.publishedUntilMs ?? atMs, atMs),
  };
}

/** The next key signs from now, although its publication may be young. */
function replaceSigner({ rows, lost, nowMs }: Lost, timing: KeyTiming): Pick<Loss, 'plan' | 'signer'> {
  const [successor] = rows
    .filter((row) => row !== lost && everSigns(row) && endOf(row) > nowMs)
    .toSorted((one, other) => one.signsFromMs - other.signsFromMs);
  if (successor === undefined) {
    const nextFromMs = nowMs + timing.periodMs;
    const inserts = [stopAt(lastFrom(nowMs), nextFromMs, timing), lastFrom(nextFromMs)];
    return { plan: { changes: [], inserts }, signer: undefined };
  }
  const { signsUntilMs, publishedUntilMs } = successor;
  const after = { signsFromMs: Math.min(successor.signsFromMs, nowMs), signsUntilMs, publishedUntilMs };
  return { plan: { changes: [{ before: successor, after }], inserts: [] }, signer: successor };
}

/** The key before one whose turn had not come signs until the key after it, which is made where there is none. */
function closeGap({ rows, lost, nowMs }: Lost, timing: KeyTiming): SuccessionPlan {
  const before = rows.find((row) => everSigns(row) && row.signsUntilMs === lost.signsFromMs);
  const next = rows.find((row) => row !== lost && everSigns(row) && row.signsFromMs === lost.signsUntilMs);
  const nextFromMs = next?.signsFromMs ?? Math.max(lost.signsFromMs, nowMs + publicationLeadMs);
  return {
    changes: before === undefined ? [] : [{ before, after: stopAt(before, nextFromMs, timing) }],
    inserts: next === undefined ? [lastFrom(nextFromMs)] : [],
  };
}
