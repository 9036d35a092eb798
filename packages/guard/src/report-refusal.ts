import type { Refusal } from './challenge.ts';
import type { RefusalReport } from './options.ts';

/**
 * Make the call that tells the log of each refusal.
 *
 * A broken log changes no answer and ends no process: anybody can cause
 * refusals. It is warned about once.
 */
export function createReporter(
  onRefusal: ((report: RefusalReport) => void) | undefined,
): (refusal: Refusal) => void {
  if (onRefusal === undefined) return () => {};
  let hasWarned = false;
  return ({ status, code, reason, claim, fault }) => {
    try {
      onRefusal({ status, code, reason, claim, fault });
    } catch {
      if (!hasWarned) process.emitWarning('guard: onRefusal threw; the answer was not changed by it');
      hasWarned = true;
    }
  };
}
