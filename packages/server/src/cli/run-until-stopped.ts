import type { Log } from '../base/house.ts';
import type { ExitCode } from './command.ts';
import type { Terminal } from './terminal.ts';

export interface Running {
  readonly log: Log;
  readonly server: { close(): Promise<void> };
  readonly settings: { readonly shutdownSeconds: number };
}

/** A terminal and a launcher may both pass one Ctrl-C on; that is still one. */
const sameSignalMs = 200;

/** `close` itself cuts open requests after SHUTDOWN_SECONDS; the rest of it is quick. */
const closingMs = 3000;

/** @returns 0 when the server closed, 3 when a second signal or the clock cut that short */
export async function runUntilStopped(
  terminal: Terminal,
  { log, server, settings }: Running,
): Promise<ExitCode> {
  const first = Promise.withResolvers<void>();
  const second = Promise.withResolvers<'again'>();
  let firstAtMs: number | undefined;
  const forget = terminal.onStopSignal(() => {
    const nowMs = terminal.now();
    if (firstAtMs === undefined) {
      firstAtMs = nowMs;
      first.resolve();
    } else if (nowMs - firstAtMs >= sameSignalMs) second.resolve('again');
  });
  await first.promise;
  log.info('server.stopping', { within_seconds: settings.shutdownSeconds });
  const ended = await Promise.race([
    server.close().then(() => 'closed' as const),
    wait(settings.shutdownSeconds * 1000 + closingMs).then(() => 'late' as const),
    second.promise,
  ]);
  forget();
  if (ended === 'closed') {
    log.info('server.stopped');
    return 0;
  }
  log.error('server.stopped-early', {
    because: ended === 'late' ? 'requests were still open' : 'second signal',
  });
  return 3;
}

export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
