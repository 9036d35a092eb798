import { warnOnce } from './warn-once.ts';

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Milliseconds by the names that the `ms` package knows; a year has 365.25 days. */
const unitMs: ReadonlyMap<string, number> = new Map(
  (
    [
      [1, 'milliseconds millisecond msecs msec ms'],
      [second, 'seconds second secs sec s'],
      [minute, 'minutes minute mins min m'],
      [hour, 'hours hour hrs hr h'],
      [day, 'days day d'],
      [7 * day, 'weeks week w'],
      [365.25 * day, 'years year yrs yr y'],
    ] as const
  ).flatMap(([length, names]) => names.split(' ').map((name): [string, number] => [name, length])),
);

const spanForm = /^(-?\d*\.?\d+) *([a-z]*)$/i;
const maxLength = 100;

/**
 * Add a time span to a time.
 *
 * @param span  seconds as a number, or a text such as `"2 days"`, `"10h"`, `"-1.5 hrs"`; a text without
 *   a unit counts milliseconds
 * @param startSeconds  0 stands for now
 * @returns seconds since 1970, or undefined when the span cannot be read
 */
export function addTimeSpan(span: unknown, startSeconds: number): number | undefined {
  const start = startSeconds || nowSeconds();
  if (typeof span === 'number') return start + span;
  const milliseconds = typeof span === 'string' ? readMilliseconds(span) : undefined;
  return milliseconds === undefined ? undefined : Math.floor(start + milliseconds / 1000);
}

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

function readMilliseconds(span: string): number | undefined {
  const [, amount, unit = ''] = (span.length <= maxLength && spanForm.exec(span)) || [];
  const length = unit === '' ? 1 : unitMs.get(unit.toLowerCase());
  if (amount === undefined || length === undefined) return undefined;
  if (unit === '') warnOnce('COUNTERSIGN_JWT_MILLISECONDS');
  return Number.parseFloat(amount) * length;
}
