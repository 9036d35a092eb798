import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type LoadedSettings, loadSettings } from '../../src/settings/load-settings.ts';
import type { SettingsError } from '../../src/settings/settings-error.ts';

export const nowMs: number = Date.UTC(2026, 0, 1);

/** An empty folder that is gone after the test, with files in it. */
export function makeFolder(context: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-settings-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files))
    writeFileSync(join(directory, name), text, { mode: 0o600 });
  return directory;
}

/** A production environment that starts. */
export function safeProduction(): Record<string, string> {
  return {
    COUNTERSIGN_MODE: 'production',
    COUNTERSIGN_ISSUER: 'https://auth.example.com',
    COUNTERSIGN_MASTER_KEY: randomBytes(32).toString('base64url'),
    COUNTERSIGN_TRUSTED_PROXIES: '10.0.0.0/8',
    COUNTERSIGN_ROLES_REQUIRING_SECOND_FACTOR: 'admin',
  };
}

export function load(
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<LoadedSettings> {
  return loadSettings({ directory, environment, nowMs });
}

/** The names of the settings that a start is refused for. */
export async function refusedNames(
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  return (await refusalOf(directory, environment)).problems.map((problem) => problem.name);
}

export async function refusalOf(
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<SettingsError> {
  try {
    await load(directory, environment);
  } catch (error) {
    if (error instanceof Error && 'problems' in error) return error as SettingsError;
    throw error;
  }
  throw new Error('the start was not refused');
}
