import type { Log } from '../base/house.ts';
import { createLog } from '../base/log.ts';
import { StartRefusal } from '../base/start-refusal.ts';
import { type Server, startServer } from '../main.ts';
import type { LoadedSettings } from '../settings/load-settings.ts';
import type { Settings } from '../settings/settings.ts';
import type { Call, Command, ExitCode } from './command.ts';
import { openSettings } from './open-settings.ts';
import type { Terminal } from './terminal.ts';

export const serve: Command = {
  name: 'serve',
  summary: 'Run the server until SIGINT or SIGTERM',
  details: [
    'Logs JSON lines to standard output. The first signal lets open requests finish',
    '(COUNTERSIGN_SHUTDOWN_SECONDS), a second one ends at once with exit code 3.',
  ],
  run,
};

/** A terminal and a launcher may both pass one Ctrl-C on; that is still one. */
const sameSignalMs = 200;

async function run(call: Call): Promise<ExitCode> {
  const { terminal } = call;
  const loaded = await openSettings(terminal);
  const { settings } = loaded;
  const sink = terminal.openLogSink('output');
  const log = createLog({ level: settings.logLevel, now: terminal.now, sink });
  warnOfUnsafe(log, loaded);
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

function warnOfUnsafe(log: Log, { unsafe }: LoadedSettings): void {
  for (const { name, message, because } of unsafe) {
    log.warn('setting.unsafe', { setting: name, message, because });
  }
}

const listenFaults: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another process; stop that one, or set COUNTERSIGN_PORT',
  EACCES: 'may not be used by this user; set COUNTERSIGN_PORT to 1024 or above',
  EADDRNOTAVAIL: 'is not an address of this machine; set COUNTERSIGN_HOST',
  ENOTFOUND: 'is not a name that this machine knows; set COUNTERSIGN_HOST',
};

/** @throws StartRefusal when the address cannot be had */
async function listenOrClose(server: Server, { host, port }: Settings): Promise<string> {
  try {
    const { url } = await server.listen();
    return url;
  } catch (error) {
    await server.close();
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const fault = Object.hasOwn(listenFaults, code) ? listenFaults[code] : undefined;
    throw fault === undefined ? error : new StartRefusal(`${host}:${port} ${fault}`);
  }
}

interface Running {
  readonly log: Log;
  readonly server: Server;
  readonly settings: Settings;
}

/** `close` itself cuts open requests after SHUTDOWN_SECONDS; the rest of it is quick. */
const closingMs = 3000;

/** @returns 0 when the server closed, 3 when a second signal or the clock cut that short */
async function runUntilStopped(terminal: Terminal, { log, server, settings }: Running): Promise<ExitCode> {
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

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds).unref();
  });
}
