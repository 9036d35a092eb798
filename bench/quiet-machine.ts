import { cpus } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';

const lookMs = 250;
const idleShare = 0.9;

/**
 * Waits for a moment in which the processors idle, on a machine that others use as well.
 * @param patienceMs then it goes on all the same
 * @returns whether it became quiet
 */
export async function untilQuiet(patienceMs: number): Promise<boolean> {
  const deadlineMs = performance.now() + patienceMs;
  for (let before = readTimes(); performance.now() < deadlineMs; ) {
    await wait(lookMs);
    const now = readTimes();
    if ((now.idle - before.idle) / (now.all - before.all) >= idleShare) return true;
    before = now;
  }
  return false;
}

function readTimes(): { readonly idle: number; readonly all: number } {
  let idle = 0;
  let all = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idle, all };
}
