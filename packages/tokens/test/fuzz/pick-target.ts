import type { Random } from './random.ts';
import type { Target } from './target.ts';

const resolution = 1_000_000;

/** The place of a target in the list, by weight. */
export function pickTarget(targets: readonly Target[], random: Random): number {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  let left = (random.below(resolution) / resolution) * total;
  for (const [index, { weight }] of targets.entries()) {
    left -= weight;
    if (left < 0) return index;
  }
  return 0;
}
