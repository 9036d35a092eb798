import type { Actor } from '../base/actor.ts';
import type { House, RequestSource } from '../base/house.ts';
import { createLog } from '../base/log.ts';
import { randomId } from '../base/random-id.ts';
import { openHouse } from '../open-house.ts';
import { openSettings } from './open-settings.ts';
import type { Terminal } from './terminal.ts';

/** Who acts, for the audit table: whoever has the database file may do everything. */
export const commandLine: Actor = { kind: 'command-line' };

/**
 * Opens the database of the settings beside a server that may be running,
 * does one thing through the same flows, and closes it again.
 *
 * @throws StartRefusal, and what the work throws
 */
export async function withHouse<Result>(
  terminal: Terminal,
  work: (house: House, source: RequestSource) => Promise<Result>,
): Promise<Result> {
  const { settings } = await openSettings(terminal);
  // Standard output belongs to the result.
  const sink = terminal.openLogSink('errors');
  const log = createLog({ level: 'error', now: terminal.now, sink });
  const opened = await openHouse(settings, { log, now: terminal.now, isGuest: true });
  try {
    return await work(opened.house, { requestId: randomId(), address: 'command line', userAgent: undefined });
  } finally {
    await opened.close();
    await sink.drained();
  }
}
