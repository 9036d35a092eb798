import { functionNames } from './message-settings.ts';
import { findNearestName } from './nearest-name.ts';
import { environmentName, parseSettingText, type SettingProblem, settingNames } from './settings.ts';
import { readSettingFile } from './setting-file.ts';

/** Values from one place, with what was wrong there. */
export interface RawSettings {
  readonly values: Readonly<Record<string, unknown>>;
  /** Absolute paths of values that came out of a file. */
  readonly files: Readonly<Record<string, string>>;
  readonly problems: readonly SettingProblem[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

const nameOfVariable = new Map(settingNames.map((name) => [environmentName(name), name]));
const knownVariables = [...nameOfVariable.keys()].flatMap((variable) => [variable, `${variable}_FILE`]);

/**
 * Every variable whose name begins with `COUNTERSIGN_`; one that nobody reads is
 * a problem, so is one that is set but empty. Does NOT check values.
 *
 * @param directory  what the paths in `…_FILE` are relative to
 */
export function readEnvironment(environment: Environment, directory: string): RawSettings {
  const values: Record<string, unknown> = {};
  const files: Record<string, string> = {};
  const problems: SettingProblem[] = [];
  for (const [variable, text] of Object.entries(environment)) {
    if (!variable.startsWith('COUNTERSIGN_') || text === undefined) continue;
    const isFile = !nameOfVariable.has(variable) && variable.endsWith('_FILE');
    const name = nameOfVariable.get(isFile ? variable.slice(0, -'_FILE'.length) : variable);
    if (name === undefined)
      problems.push({ name: variable, message: describeUnknown(variable, knownVariables) });
    else if (text === '')
      problems.push({ name: variable, message: 'is set but empty; unset it or give a value' });
    else if (isFile && environment[environmentName(name)] !== undefined) problems.push(bothForms(variable));
    else if (isFile) {
      const file = readSettingFile(directory, text);
      if (file.kind === 'failed') problems.push({ name: variable, message: file.message });
      else {
        values[name] = parseSettingText(name, file.text);
        files[name] = file.path;
      }
    } else values[name] = parseSettingText(name, text);
  }
  return { values, files, problems };
}

/** The same for the object that `countersign.config.ts` exports. */
export function readConfigValues(config: Readonly<Record<string, unknown>>, directory: string): RawSettings {
  const values: Record<string, unknown> = {};
  const files: Record<string, string> = {};
  const problems: SettingProblem[] = [];
  const known = [...settingNames.flatMap((name) => [name, `${name}File`]), ...functionNames];
  for (const [key, value] of Object.entries(config)) {
    if (value === undefined) continue;
    const isFile = !settingNames.includes(key) && key.endsWith('File');
    const name = isFile ? key.slice(0, -'File'.length) : key;
    if (functionNames.includes(key)) values[key] = value;
    else if (!settingNames.includes(name)) problems.push({ name: key, message: describeUnknown(key, known) });
    else if (!isFile) values[name] = value;
    else if (config[name] !== undefined) problems.push(bothForms(key));
    else if (typeof value !== 'string') problems.push({ name: key, message: 'must be a path' });
    else {
      const file = readSettingFile(directory, value);
      if (file.kind === 'failed') problems.push({ name: key, message: file.message });
      else {
        values[name] = parseSettingText(name, file.text);
        files[name] = file.path;
      }
    }
  }
  return { values, files, problems };
}

function bothForms(name: string): SettingProblem {
  return { name, message: 'and the same setting without the file are both given; keep one' };
}

function describeUnknown(name: string, known: readonly string[]): string {
  const nearest = findNearestName(name, known);
  return nearest === undefined ? 'is not a setting' : `is not a setting; did you mean ${nearest}?`;
}
