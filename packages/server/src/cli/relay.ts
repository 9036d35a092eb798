import { createLog } from '../base/log.ts';
import { startRelay } from '../open-relay.ts';
import { loadRelaySettings } from '../settings/load-relay-settings.ts';
import type { Call, Command, ExitCode } from './command.ts';
import { listenOrClose } from './listen-or-close.ts';
import { runUntilStopped, wait } from './run-until-stopped.ts';
import { warnOfUnsafe } from './serve.ts';

export const relay: Command = {
  name: 'relay',
  summary: 'Serve the revocations of an issuer from another place, without its keys',
  options: {
    issuer: { type: 'string', value: '<origin>', help: 'The issuer whose feed is followed' },
    'client-id': { type: 'string', value: '<client>', help: 'Its client, with the scope revocations:read' },
    upstream: { type: 'string', value: '<address>', help: 'Another relay to follow instead of the issuer' },
    host: { type: 'string', value: '<address>', help: 'Where to listen' },
    port: { type: 'string', value: '<port>', help: 'Where to listen' },
  },
  details: [
    'An option goes before the setting of its name. The secret of the client is never an argument:',
    'COUNTERSIGN_RELAY_CLIENT_SECRET_FILE, or COUNTERSIGN_RELAY_CLIENT_SECRET.',
  ],
  run,
};

const variables: Readonly<Record<string, string>> = {
  issuer: 'COUNTERSIGN_ISSUER',
  'client-id': 'COUNTERSIGN_RELAY_CLIENT_ID',
  upstream: 'COUNTERSIGN_RELAY_UPSTREAM',
  host: 'COUNTERSIGN_HOST',
  port: 'COUNTERSIGN_PORT',
};

async function run(call: Call): Promise<ExitCode> {
  const { terminal } = call;
  const { directory, now } = terminal;
  const typed = Object.entries(variables).flatMap(([option, variable]) => {
    const text = call.text(option);
    return text === undefined ? [] : [[variable, text] as const];
  });
  const environment = { ...terminal.environment, ...Object.fromEntries(typed) };
  const { settings, unsafe } = await loadRelaySettings({ directory, environment, nowMs: now() });
  const sink = terminal.openLogSink('output');
  const log = createLog({ level: settings.logLevel, now, sink });
  warnOfUnsafe(log, unsafe);
  const server = startRelay(settings, { log, now, ownsProcess: true });
  const url = await listenOrClose(server, settings);
  log.info('relay.listening', {
    url,
    issuer: settings.issuer,
    mode: settings.mode,
    feed: `${url}/revocations`,
  });
  const exitCode = await runUntilStopped(terminal, { log, server, settings });
  await Promise.race([sink.drained(), wait(1000)]);
  return exitCode;
}
