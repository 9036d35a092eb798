import { StartRefusal } from '../base/start-refusal.ts';
import { environmentName, settingNames, type SettingProblem } from './settings.ts';

/** The start is refused because of the settings. The message names settings, never their values. */
export class SettingsError extends StartRefusal {
  readonly problems: readonly SettingProblem[];

  constructor(problems: readonly SettingProblem[]) {
    super(problems.map((problem) => `${shownName(problem.name)} ${problem.message}`).join('\n'));
    this.problems = problems;
  }
}

/** A setting as an operator finds it in either place. */
export function shownName(name: string): string {
  return settingNames.includes(name) ? `${environmentName(name)} (${name})` : name;
}
