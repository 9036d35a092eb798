import { completeSettings } from './complete-settings.ts';
import { listUnsafe, type UnsafeSetting } from './list-unsafe.ts';
import { developmentKeyPath } from './master-key-file.ts';
import { type ConfigFile, readConfigFile } from './read-config-file.ts';
import { type Environment, type RawSettings, readConfigValues, readEnvironment } from './read-environment.ts';
import {
  environmentName,
  type FilledSettingValues,
  readSettingValues,
  type Settings,
  settingNames,
  type SettingsInput,
} from './settings.ts';
import { SettingsError } from './settings-error.ts';

export type SettingSource = 'default' | 'config' | 'environment';

export interface LoadedSettings {
  readonly settings: Settings;
  /** Where each setting came from, by name. */
  readonly sources: Readonly<Record<string, SettingSource>>;
  /** The variable that each setting of the environment came from, by name: its own or its `…_FILE`. */
  readonly variables: Readonly<Record<string, string>>;
  /** The configuration file that was read. */
  readonly configPath: string | undefined;
  /** Everything unsafe, refused or not. */
  readonly unsafe: readonly UnsafeSetting[];
}

export interface SettingsPlace {
  /** Where `countersign.config.ts` is looked for, and what relative paths start from. */
  readonly directory: string;
  readonly environment: Environment;
  readonly nowMs: number;
}

/**
 * Reads the configuration file and the environment, the environment winning,
 * for `countersign doctor`: settings that are unsafe are returned, not refused.
 * In development without a master key, makes `data/master.key`.
 *
 * @throws SettingsError naming every setting that is unknown, malformed or missing
 */
export async function inspectSettings(place: SettingsPlace): Promise<LoadedSettings> {
  const { values, files: given, file, config, environment } = await readGiven(place);
  const settings = completeSettings(values, {
    directory: place.directory,
    lacksConfigFile: file.kind === 'none',
  });
  const sources: Record<string, SettingSource> = {};
  for (const name of settingNames) {
    sources[name] = name in environment.values ? 'environment' : name in config.values ? 'config' : 'default';
  }
  const files: Record<string, string> = { ...given };
  if (sources['masterKey'] === 'default') files['masterKey'] = developmentKeyPath(place.directory);
  return {
    settings,
    sources,
    variables: nameVariables(environment),
    configPath: file.kind === 'found' ? file.path : undefined,
    unsafe: listUnsafe(settings, files, place.nowMs),
  };
}

export interface GivenSettings {
  readonly values: FilledSettingValues;
  /** Absolute path of each value that came out of a file. */
  readonly files: Readonly<Record<string, string>>;
  readonly file: ConfigFile;
  readonly config: RawSettings;
  readonly environment: RawSettings;
}

/**
 * What the configuration file and the environment say, each value checked by itself.
 * @throws SettingsError
 */
export async function readGiven(place: SettingsPlace): Promise<GivenSettings> {
  const file = await readConfigFile(place.directory);
  const config = readConfigValues(file.kind === 'found' ? file.values : {}, place.directory);
  const environment = readEnvironment(place.environment, place.directory);
  const problems = [...config.problems, ...environment.problems];
  const read = readSettingValues({ ...config.values, ...environment.values });
  if (read.kind === 'wrong') problems.push(...read.problems);
  if (read.kind === 'wrong' || problems.length > 0) throw new SettingsError(problems);
  const files = { ...withoutOverridden(config.files, environment.values), ...environment.files };
  return { values: read.values, files, file, config, environment };
}

/**
 * The settings for a start.
 *
 * @throws SettingsError also for what is unsafe in production
 */
export async function loadSettings(place: SettingsPlace): Promise<LoadedSettings> {
  const loaded = await inspectSettings(place);
  checkSafe(loaded.unsafe);
  return loaded;
}

/**
 * The settings of a server inside another program: the object alone, no
 * environment and no configuration file.
 *
 * @throws SettingsError as `loadSettings`
 */
export function settingsOf(input: SettingsInput, place: Omit<SettingsPlace, 'environment'>): Settings {
  const config = readConfigValues({ ...input }, place.directory);
  if (config.problems.length > 0) throw new SettingsError(config.problems);
  const read = readSettingValues(config.values);
  if (read.kind === 'wrong') throw new SettingsError(read.problems);
  const settings = completeSettings(read.values, place);
  checkSafe(listUnsafe(settings, config.files, place.nowMs));
  return settings;
}

function nameVariables(environment: RawSettings): Record<string, string> {
  return Object.fromEntries(
    Object.keys(environment.values).map((name) => [
      name,
      `${environmentName(name)}${name in environment.files ? '_FILE' : ''}`,
    ]),
  );
}

/** @throws SettingsError */
export function checkSafe(unsafe: readonly UnsafeSetting[]): void {
  const refused = unsafe.filter((row) => row.weight === 'refused');
  if (refused.length > 0) throw new SettingsError(refused);
}

function withoutOverridden(files: Readonly<Record<string, string>>, values: object): Record<string, string> {
  return Object.fromEntries(Object.entries(files).filter(([name]) => !(name in values)));
}
