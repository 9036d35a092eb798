import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Call, type Command, type ExitCode, UsageError } from '../command.ts';
import { runTrials } from './run-trials.ts';
import { readSignIn } from './sign-in.ts';
import { openTarget, type TargetOptions } from './target.ts';
import { writeReport } from './write-report.ts';

const secretVariable = 'COUNTERSIGN_RACE_CLIENT_SECRET';

export const raceTest: Command = {
  name: 'race-test',
  summary: 'Try a refresh endpoint, yours or another: races, replays, thieves and lost answers',
  options: {
    target: { type: 'string', value: '<url>', help: 'The refresh or token endpoint; required' },
    form: { type: 'string', value: '<oauth|countersign>', help: 'How it is asked; default by its path' },
    'login-command': { type: 'string', value: '<command>', help: 'Prints a new refresh token at each call' },
    identifier: { type: 'string', value: '<account>', help: 'Sign in by password at a server of ours' },
    'password-stdin': { type: 'boolean', help: 'Read that password from standard input' },
    'client-id': { type: 'string', value: '<client>', help: 'OAuth client; no secret: a public one' },
    'client-secret-file': { type: 'string', value: '<file>', help: `Its secret; or ${secretVariable}` },
    'client-auth': { type: 'string', value: '<basic|post>', help: 'How the secret is sent: basic' },
    'request-id-header': { type: 'string', value: '<name>', help: 'Header that names one refresh, if any' },
    resource: { type: 'string', value: '<url>', help: 'Answers 2xx to a good access token' },
    callers: { type: 'string', value: '<number>', help: 'How many call at once: 20' },
    'later-seconds': { type: 'string', value: '<seconds>', help: 'How long "later" is: 15' },
  },
  details: [
    'Each trial signs in anew and spends that session. Use an account that nobody needs: some trials end',
    'sessions, and a server may end all of the account. Tokens and secrets are never printed.',
    'Exit code 1 when a thief profits somewhere; 3 when nothing could be checked.',
  ],
  run: race,
};

async function race(call: Call): Promise<ExitCode> {
  const target = readTarget(call);
  const callers = readNumber(call, { name: 'callers', otherwise: 20, least: 2, most: 500 });
  const laterSeconds = readNumber(call, { name: 'later-seconds', otherwise: 15, least: 0, most: 3600 });
  const signIn = await readSignIn(call, target);
  const tried = await runTrials({ target: openTarget(target), signIn, callers, laterSeconds, pause });
  const { url, form, requestIdHeader } = target;
  if (call.isJson) {
    const header = requestIdHeader ?? null;
    const about = { target: url, form, request_id_header: header, callers, later_seconds: laterSeconds };
    call.terminal.print(JSON.stringify({ ...about, findings: tried }, undefined, 2));
  } else {
    call.terminal.print(
      `${url}, asked in the form of ${form}; ${callers} callers, later is ${laterSeconds} s\n`,
    );
    call.terminal.print(writeReport(call.terminal, tried));
  }
  if (tried.every(({ verdict }) => verdict === 'not checked')) return 3;
  return tried.some(({ verdict }) => verdict === 'broken') ? 1 : 0;
}

function readTarget(call: Call): TargetOptions {
  const url = readUrl(call, 'target');
  if (url === undefined) throw new UsageError('--target is missing: the endpoint that refreshes tokens');
  const form = call.text('form') ?? (url.pathname.endsWith('/v1/refresh') ? 'countersign' : 'oauth');
  if (form !== 'oauth' && form !== 'countersign') throw new UsageError('--form is oauth or countersign');
  const clientAuth = call.text('client-auth') ?? 'basic';
  if (clientAuth !== 'basic' && clientAuth !== 'post') throw new UsageError('--client-auth is basic or post');
  return {
    url: url.href,
    form,
    clientId: call.text('client-id'),
    clientSecret: readClientSecret(call),
    clientAuth,
    requestIdHeader:
      call.text('request-id-header') ?? (form === 'countersign' ? 'Idempotency-Key' : undefined),
    resource: readUrl(call, 'resource')?.href,
    fetch: (address, init) => fetch(address, init),
    pause,
  };
}

function readClientSecret(call: Call): string | undefined {
  const file = call.text('client-secret-file');
  if (file === undefined) return call.terminal.environment[secretVariable];
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    throw new UsageError(`--client-secret-file: ${file} cannot be read`);
  }
}

/** Tokens and passwords go there: in the clear only to this machine. */
function readUrl(call: Call, option: string): URL | undefined {
  const text = call.text(option);
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHere = url !== undefined && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  const isFine = url?.protocol === 'https:' || (url?.protocol === 'http:' && isHere);
  if (url === undefined || !isFine || url.username !== '' || url.password !== '') {
    throw new UsageError(
      `--${option} must be an https address, or http on this machine, without credentials`,
    );
  }
  return url;
}

interface NumberOption {
  readonly name: string;
  readonly otherwise: number;
  readonly least: number;
  readonly most: number;
}

function readNumber(call: Call, { name, otherwise, least, most }: NumberOption): number {
  const text = call.text(name) ?? String(otherwise);
  const number = Number(text);
  if (!/^\d{1,5}$/.test(text) || number < least || number > most) {
    throw new UsageError(`--${name} is a whole number from ${least} to ${most}`);
  }
  return number;
}
