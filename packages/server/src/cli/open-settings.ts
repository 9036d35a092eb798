import { inspectSettings, type LoadedSettings, loadSettings } from '../settings/load-settings.ts';
import type { Terminal } from './terminal.ts';

/** The settings of the folder and environment where the command was typed. @throws SettingsError */
export function openSettings(terminal: Terminal): Promise<LoadedSettings> {
  return loadSettings(placeOf(terminal));
}

/** The same, unsafe ones included. @throws SettingsError */
export function openSettingsUnchecked(terminal: Terminal): Promise<LoadedSettings> {
  return inspectSettings(placeOf(terminal));
}

function placeOf(terminal: Terminal): Parameters<typeof loadSettings>[0] {
  return { directory: terminal.directory, environment: terminal.environment, nowMs: terminal.now() };
}
