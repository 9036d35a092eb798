import { spawn } from 'node:child_process';
import { BrokenOff, type Call, UsageError } from '../command.ts';
import { readMembers, type TargetOptions, textOf } from './target.ts';

/** Gives the refresh token of a new session. */
export type SignIn = () => Promise<string>;

const commandPatienceMs = 60_000;
const mostWaits = 5;

/**
 * By a command of the caller's own, or by password at a server of ours.
 *
 * @throws UsageError, BrokenOff
 */
export async function readSignIn(call: Call, target: TargetOptions): Promise<SignIn> {
  const command = call.text('login-command');
  const identifier = call.text('identifier');
  if ((command === undefined) === (identifier === undefined)) {
    throw new UsageError('say how to sign in: --login-command, or --identifier at a server of ours');
  }
  if (command !== undefined) return () => signInByCommand(command);
  if (identifier === undefined || target.form !== 'countersign') {
    throw new UsageError('--identifier signs in at a server of ours alone: use --login-command');
  }
  const password = await readPassword(call);
  return () => signInByPassword(target, { identifier, password });
}

async function readPassword({ terminal, isSet }: Call): Promise<string> {
  if (isSet('password-stdin')) return terminal.readInput();
  if (!terminal.isInteractive) throw new UsageError('say where the password comes from: --password-stdin');
  const password = await terminal.askSecret('Password: ');
  if (password === undefined) throw new BrokenOff('Nothing was tried.');
  return password;
}

/** @throws UsageError when it prints no refresh token */
async function signInByCommand(command: string): Promise<string> {
  const child = spawn(command, {
    shell: true,
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: commandPatienceMs,
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject).once('close', resolve);
  const exitCode = await promise;
  if (exitCode !== 0) throw new UsageError(`the login command ended with ${exitCode ?? 'a signal'}`);
  const text = printed.trim();
  const token = text.startsWith('{') ? textOf(readMembers(text), 'refresh_token') : text;
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token)) {
    throw new UsageError(
      'the login command must print a refresh token, or the JSON of a token answer, and nothing else',
    );
  }
  return token;
}

interface Credentials {
  readonly identifier: string;
  readonly password: string;
}

async function signInByPassword(
  { url, fetch, pause }: TargetOptions,
  credentials: Credentials,
): Promise<string> {
  for (let waits = 0; ; waits++) {
    const response = await fetch(new URL('login', url).href, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    });
    const waitSeconds = Number(response.headers.get('retry-after'));
    if (response.status !== 429 || waits >= mostWaits) {
      const token = textOf(readMembers(await response.text()), 'refresh_token');
      if (token === undefined) throw new UsageError(`the sign-in was answered with ${response.status}`);
      return token;
    }
    await pause(waitSeconds * 1000);
  }
}
