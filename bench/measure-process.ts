import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Contender } from './contenders.ts';

export interface Sample {
  /** From `spawn` to the end of the first answer with status 200. */
  readonly firstAnswerMs: number;
  /** Resident memory when idle (VmRSS). */
  readonly residentMb: number;
  /** The same with pages shared among processes counted in part (PSS). */
  readonly proportionalMb: number;
  /** Not backed by a file: what is this process's alone. */
  readonly anonymousMb: number;
  /** Highest resident memory up to then (VmHWM). */
  readonly peakMb: number;
  /** Processor time up to then, all threads. */
  readonly cpuMs: number;
}

const idleMs = 3000;
const pollMs = 2;
const patienceMs = 20_000;
/** USER_HZ of Linux on every platform that Node runs on. */
const msPerTick = 10;

/** Starts a server, asks it until it answers 200, leaves it idle for 3 s, looks at it, stops it. */
export async function measureProcess(contender: Contender, port: number): Promise<Sample> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, contender.parameters, {
    cwd: contender.directory,
    env: contender.environment,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await untilAnswered(child, contender, port);
    const firstAnswerMs = performance.now() - startedMs;
    await wait(idleMs);
    return { firstAnswerMs, ...readMemory(Number(child.pid)) };
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
  }
}

async function untilAnswered(child: ChildProcess, contender: Contender, port: number): Promise<void> {
  const deadlineMs = performance.now() + patienceMs;
  while ((await readStatus(port, contender.path)) !== 200) {
    if (child.exitCode !== null) throw new Error(`${contender.name} ended with ${child.exitCode}`);
    if (performance.now() > deadlineMs) throw new Error(`${contender.name} does not answer 200`);
    await wait(pollMs);
  }
}

/** @returns 0 when nobody listens yet */
function readStatus(port: number, path: string): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
    response.resume();
    response.on('end', () => resolve(response.statusCode ?? 0));
  }).on('error', () => resolve(0));
  return promise;
}

function readMemory(pid: number): Omit<Sample, 'firstAnswerMs'> {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  // Fields 14 and 15 of proc(5); the name in parentheses may hold blanks.
  const [userTicks, systemTicks] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(11, 13);
  return {
    residentMb: readMb(status, 'VmRSS'),
    proportionalMb: readMb(rollup, 'Pss'),
    anonymousMb: readMb(status, 'RssAnon'),
    peakMb: readMb(status, 'VmHWM'),
    cpuMs: (Number(userTicks) + Number(systemTicks)) * msPerTick,
  };
}

/** The kernel writes `kB` and means 1024 bytes; MB here are 1024 of those. */
function readMb(text: string, name: string): number {
  const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1];
  if (kib === undefined) throw new Error(`the kernel does not tell ${name}`);
  return Number(kib) / 1024;
}
