import { StartRefusal } from '../base/start-refusal.ts';
import { environmentName, settingNames, type SettingProblem } from './settings.ts';

/** The start is refused because of the settings. The message names settings, never their values. */
export class SettingsError extends StartRefusal {
  readonly problems: readonly SettingProblem[];
  /** A way out that belongs to no single setting; the last line of the message. */
  readonly hint: string | undefined;

  constructor(problems: readonly SettingProblem[], hint?: string) {
    const lines = problems.map((problem) => `${shownName(problem.name)} ${problem.message}`);
    super([...lines, ...(hint === undefined ? [] : [hint])].join('\n'));
    this.problems = problems;
    this.hint = hint;
  }
}

/** A setting as an operator finds it in either place. */
export function shownName(name: string): string {
  return settingNames.includes(name) ? `${environmentName(name)} (${name})` : name;
}
