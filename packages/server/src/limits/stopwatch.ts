import type { Now } from '../base/clock.ts';

/** Milliseconds that went by since the first reading; steps back count as none. */
export function createStopwatch(now: Now): () => number {
  let lastMs = now();
  let elapsedMs = 0;
  return () => {
    const atMs = now();
    elapsedMs += Math.max(0, atMs - lastMs);
    lastMs = atMs;
    return elapsedMs;
  };
}
