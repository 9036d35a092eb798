import { ownerTrials } from './owner-trials.ts';
import { thiefTrials } from './thief-trials.ts';
import { type Finding, type Ground, type Trial, TrialFailed } from './trial.ts';

export interface Tried extends Finding {
  readonly name: string;
  readonly property: string;
  readonly clause: string;
}

/** Every trial, one after the other, each in a session of its own. */
export async function runTrials(ground: Ground): Promise<readonly Tried[]> {
  const tried: Tried[] = [];
  for (const trial of [...thiefTrials, ...ownerTrials]) {
    const { name, property, clause } = trial;
    tried.push({ name, property, clause, ...(await runOne(trial, ground)) });
  }
  return tried;
}

async function runOne(trial: Trial, ground: Ground): Promise<Finding> {
  try {
    return await trial.run(ground);
  } catch (error) {
    if (!(error instanceof TrialFailed)) throw error;
    return { verdict: 'not checked', saw: `${error.message}.` };
  }
}
