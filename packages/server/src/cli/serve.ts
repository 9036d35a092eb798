import type { Log } from '../base/house.ts';
import { createLog } from '../base/log.ts';
import { startServer } from '../main.ts';
import type { UnsafeSetting } from '../settings/list-unsafe.ts';
import type { Call, Command, ExitCode } from './command.ts';
import { listenOrClose } from './listen-or-close.ts';
import { openSettings } from './open-settings.ts';
import { runUntilStopped, wait } from './run-until-stopped.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'Run the server until SIGINT or SIGTERM',
  details: [
    'Logs JSON lines to standard output. The first signal lets open requests finish',
    '(COUNTERSIGN_SHUTDOWN_SECONDS), a second one ends at once with exit code 3.',
  ],
  run,
};

async function run(call: Call): Promise<ExitCode> {
  const { terminal } = call;
  const loaded = await openSettings(terminal);
  const { settings } = loaded;
  const sink = terminal.openLogSink('output');
  const log = createLog({ level: settings.logLevel, now: terminal.now, sink });
  warnOfUnsafe(log, loaded.unsafe);
  const server = await startServer(settings, { log, now: terminal.now, ownsProcess: true });
  const url = await listenOrClose(server, settings);
  log.info('server.listening', {
    url,
    issuer: settings.issuer,
    mode: settings.mode,
    algorithm: settings.signingAlgorithm,
    revocation_feed: `${settings.issuer}/revocations`,
  });
  if (terminal.isInteractive && !call.isJson) {
    terminal.warn(`countersign is ready at ${settings.issuer}, in ${settings.mode} mode. Ctrl-C stops it.`);
  }
  const exitCode = await runUntilStopped(terminal, { log, server, settings });
  await Promise.race([sink.drained(), wait(1000)]);
  return exitCode;
}

export function warnOfUnsafe(log: Log, unsafe: readonly UnsafeSetting[]): void {
  for (const { name, message, because } of unsafe) {
    log.warn('setting.unsafe', { setting: name, message, because });
  }
}
