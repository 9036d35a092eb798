import { createLog, openLogSink } from './base/log.ts';
import { type Server, startServer } from './main.ts';
import { settingsOf } from './settings/load-settings.ts';
import type { SettingsInput } from './settings/settings.ts';

export type { House } from './base/house.ts';
export type {
  AuditEvent,
  EnrichAccessToken,
  EnrichmentFacts,
  ExtraClaims,
  OnAuditEvent,
} from './base/own-functions.ts';
export type { OwnGuardOptions } from './http/guard-in-process.ts';
export type { Server } from './main.ts';
export { defineSettings, type SettingsInput } from './settings/settings.ts';

/**
 * An auth server inside this process. Reads neither the environment nor a
 * configuration file; relative paths start from the working directory.
 *
 * @throws SettingsError naming what is wrong, StartRefusal when the database cannot be used
 */
export async function createServer(input: SettingsInput): Promise<Server> {
  const now = Date.now;
  const settings = settingsOf(input, { directory: process.cwd(), nowMs: now() });
  const log = createLog({ level: settings.logLevel, now, sink: openLogSink(now) });
  return startServer(settings, { now, log, ownsProcess: false });
}
