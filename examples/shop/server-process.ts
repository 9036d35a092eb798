import { type ChildProcess, spawn } from 'node:child_process';
import { text as readText } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { showLogLine } from './show-log-line.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ServerProcess {
  readonly child: ChildProcess;
  /** Fulfilled when the process itself says that it listens; rejected when it ends before. */
  readonly listening: Promise<void>;
}

export interface Command {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** What the process prints once it listens. */
  readonly listensWhen: RegExp;
}

/** In a process group of its own: Ctrl-C reaches the starter alone, which then ends its servers in order. */
export function startServerProcess({ name, parameters, environment, listensWhen }: Command): ServerProcess {
  const child = spawn(process.execPath, parameters, {
    cwd: root,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { promise: listening, resolve, reject } = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    readLines(stream, (line) => {
      showLogLine(name, line);
      if (listensWhen.test(line)) resolve();
    });
  }
  child.once('close', () => reject(new Error(`The ${name} server did not start; its message is above.`)));
  return { child, listening };
}

export interface CommandEnd {
  readonly code: number;
  /** What it wrote to standard output, and to standard error. */
  readonly output: string;
  readonly message: string;
}

/** @param input for its standard input */
export async function runCommand(
  command: Pick<Command, 'parameters' | 'environment'>,
  input = '',
): Promise<CommandEnd> {
  const child = spawn(process.execPath, command.parameters, {
    cwd: root,
    env: command.environment,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const texts = Promise.all([readText(child.stdout), readText(child.stderr)]);
  child.stdin.end(input);
  const [code, [output, message]] = await Promise.all([ended(child), texts]);
  return { code, output, message };
}

export function ended(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? 1);
  const { promise, resolve } = Promise.withResolvers<number>();
  child.once('exit', (code) => resolve(code ?? 1));
  return promise;
}

function readLines(stream: NodeJS.ReadableStream, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  });
}
