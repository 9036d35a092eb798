import { Secret } from '../base/secret.ts';
import type { UnsafeSetting } from '../settings/list-unsafe.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import { settingNames } from '../settings/settings.ts';
import { SettingsError, shownName } from '../settings/settings-error.ts';
import type { Call, Command, ExitCode } from './command.ts';
import { openSettingsUnchecked } from './open-settings.ts';
import { paint } from './paint.ts';
import { writeTable } from './write-table.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'Show the effective settings, where each comes from, and what is unsafe',
  details: ['Exit code 1 when something is unsafe. Secrets are shown as [secret].'],
  run: examine,
};

async function examine(call: Call): Promise<ExitCode> {
  let loaded: LoadedSettings;
  try {
    loaded = await openSettingsUnchecked(call.terminal);
  } catch (error) {
    if (!(error instanceof SettingsError) || !call.isJson) throw error;
    const { problems, hint } = error;
    call.terminal.print(JSON.stringify({ problems, hint }, undefined, 2));
    return 1;
  }
  call.terminal.print(call.isJson ? writeJson(loaded) : writeReport(call, loaded));
  return loaded.unsafe.length === 0 ? 0 : 1;
}

interface ShownSetting {
  readonly name: string;
  readonly value: unknown;
  readonly source: string;
}

function listSettings(loaded: LoadedSettings): ShownSetting[] {
  const { settings } = loaded;
  const values: Readonly<Record<string, unknown>> = {
    ...settings,
    tlsCert: settings.tls && '[certificate]',
    tlsKey: settings.tls?.key,
    texts: [...settings.catalogues.keys()],
    pageLogo: settings.pageLogo && '[picture]',
    pageCss: settings.pageCss && '[style sheet]',
  };
  return settingNames.map((name) => ({
    name,
    value: values[name],
    source: loaded.sources[name] ?? 'default',
  }));
}

function writeJson(loaded: LoadedSettings): string {
  const settings = Object.fromEntries(
    listSettings(loaded).map(({ name, value, source }) => [name, { value: value ?? null, source }]),
  );
  const { configPath = null, unsafe } = loaded;
  return JSON.stringify(
    { config: configPath, database: loaded.settings.databaseFile, settings, unsafe },
    undefined,
    2,
  );
}

function writeReport(call: Call, loaded: LoadedSettings): string {
  const rows = listSettings(loaded).map(({ name, value, source }) => [
    name,
    showValue(value),
    loaded.variables[name] ?? source,
  ]);
  return [
    `Configuration file: ${loaded.configPath ?? 'none'}`,
    `Database: ${loaded.settings.databaseFile}`,
    '',
    writeTable(['setting', 'value', 'from'], rows),
    '',
    ...(loaded.unsafe.length === 0
      ? [paint(call.terminal, 'green', 'Nothing unsafe was found.')]
      : loaded.unsafe.map((row) => writeUnsafe(call, row))),
  ].join('\n');
}

function showValue(value: unknown): string {
  if (value === undefined) return '-';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.join(', ');
  if (value instanceof Secret) return value.toString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function writeUnsafe(call: Call, row: UnsafeSetting): string {
  const label =
    row.weight === 'refused'
      ? paint(call.terminal, 'red', 'stops the start')
      : paint(call.terminal, 'yellow', 'warning');
  return `${label}: ${shownName(row.name)} ${row.message}\n  because: ${row.because}`;
}
