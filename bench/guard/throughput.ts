/**
 * `npm --prefix bench run guard [-- none]`: what protecting a route costs, in
 * four frameworks, with our guard following the feed of a real server (or, with
 * `none`, following nothing) and with each framework's usual middleware.
 *
 * The server under test has one core, wrk and the issuer the other. Peers get
 * HS256, which is their cheapest; the guard gets ES256, which is its default.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describeMachine } from '../results.ts';
import { median } from '../tokens/measure.ts';
import { checkTools, runWrk, writeProgram } from './wrk.ts';

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);
const seconds = Number(process.env['BENCH_SECONDS'] ?? 1);
const warmUpSeconds = 4;
const mode = process.argv.includes('none') ? 'none' : 'feed';
const targets = { one: 0.95, many: 0.92 };

const rows = [
  ['express', 'bare', 'one'],
  ['express', 'guard', 'one'],
  ['express', 'guard', 'many'],
  ['express', 'peer', 'one'],
  ['fastify', 'bare', 'one'],
  ['fastify', 'guard', 'one'],
  ['fastify', 'guard', 'many'],
  ['fastify', 'peer', 'one'],
  ['fastify', 'peer-cache', 'one'],
  ['fastify', 'peer-cache', 'many'],
  ['hono', 'bare', 'one'],
  ['hono', 'guard', 'one'],
  ['hono', 'guard', 'many'],
  ['hono', 'peer', 'one'],
  ['node', 'bare', 'one'],
  ['node', 'guard', 'one'],
  ['node', 'guard', 'many'],
] as const;

type Row = (typeof rows)[number];
interface Sample {
  readonly perSecond: number;
  /** Processor time of the server for each request, all its threads. */
  readonly cpuUs: number;
}
interface Running {
  readonly child: ChildProcess;
  readonly port: number;
}

checkTools();
const folder = mkdtempSync(join(tmpdir(), 'countersign-guard-'));
const children: ChildProcess[] = [];
try {
  report(await measure());
} finally {
  for (const child of children) child.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<ReadonlyMap<Row, readonly Sample[]>> {
  const { issuer, clientId, clientSecret } = await start('issuer.ts', [folder], {});
  const tokens: readonly string[] = JSON.parse(readFileSync(join(folder, 'tokens.json'), 'utf8'));
  const secret = randomBytes(32).toString('base64url');
  const programs = {
    ours: writePrograms('ours', tokens),
    peers: writePrograms(
      'peers',
      tokens.map((token) => resign(token, secret)),
    ),
  };
  const feed = mode === 'feed' ? { clientId, clientSecret } : undefined;
  const environment = { BENCH_TARGET: JSON.stringify({ issuer, secret, feed }) };
  const running = new Map<string, Running>();
  for (const [framework, protection] of rows) {
    const name = `${framework} ${protection}`;
    if (running.has(name)) continue;
    const { port } = await start('target.ts', [framework, protection], environment);
    running.set(name, { child: children.at(-1) ?? process.exit(1), port: Number(port) });
    const [token = ''] = protection.startsWith('peer') ? [resign(tokens[0] ?? '', secret)] : tokens;
    await checkAnswers(Number(port), protection, token);
  }
  const samples = new Map<Row, Sample[]>(rows.map((row) => [row, []]));
  for (let round = 0; round <= rounds; round += 1) {
    process.stderr.write(`round ${round} of ${rounds}\n`);
    for (const row of rows) {
      const [framework, protection, count] = row;
      const target = running.get(`${framework} ${protection}`);
      if (target === undefined) throw new Error(`${framework} ${protection} does not run`);
      const program = (protection.startsWith('peer') ? programs.peers : programs.ours)[count];
      // The first round warms up, caches of 10 000 tokens as well.
      const length = round === 0 && count === 'many' ? warmUpSeconds : seconds;
      const beforeUs = readCpuUs(target.child);
      const perSecond = await runWrk(target.port, program, length);
      const cpuUs = (readCpuUs(target.child) - beforeUs) / (perSecond * length);
      if (round > 0) samples.get(row)?.push({ perSecond, cpuUs });
    }
  }
  return samples;
}

function writePrograms(name: string, tokens: readonly string[]): Readonly<Record<'one' | 'many', string>> {
  return {
    one: writeProgram(folder, `${name}-one`, tokens.slice(0, 1)),
    many: writeProgram(folder, `${name}-many`, tokens),
  };
}

/** The same claims under HS256, typed as the peers expect it. */
function resign(token: string, secret: string): string {
  const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
  const input = `${header}.${token.split('.')[1]}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
}

/** The server under test alone on core 0. @returns its first message */
async function start(
  program: string,
  parameters: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Record<string, string>> {
  const child = fork(fileURLToPath(new URL(program, import.meta.url)), [...parameters], {
    execPath: 'taskset',
    execArgv: ['-c', program === 'issuer.ts' ? '1' : '0', process.execPath, '-C', '@countersign/source'],
    env: { ...process.env, NODE_ENV: 'production', ...environment },
  });
  children.push(child);
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${program} ended with ${code}`);
    }),
  ]);
  return message;
}

/** A target that lets a bad token in is out. */
async function checkAnswers(port: number, protection: string, token: string): Promise<void> {
  const visit = async (authorization?: string): Promise<number> => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await fetch(`http://127.0.0.1:${port}/`, { headers })).status;
  };
  const wanted = protection === 'bare' ? 200 : 401;
  const bad = `${token.slice(0, -10)}AAAAAAAAAA`;
  const seen = [await visit(`Bearer ${token}`), await visit(), await visit(`Bearer ${bad}`)];
  if (seen.join() !== [200, wanted, wanted].join()) throw new Error(`${protection} answers ${seen}`);
}

/** Fields 14 and 15 of proc(5), in hundredths of a second. */
function readCpuUs({ pid }: ChildProcess): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10_000;
}

function report(samples: ReadonlyMap<Row, readonly Sample[]>): void {
  const lines = [
    '| | requests a second (lowest to highest) | share kept | processor, µs a request | bare, of it | target |',
    '| --- | --: | --: | --: | --: | --: |',
  ];
  const written = [];
  for (const [row, own] of samples) {
    const [framework, protection, count] = row;
    const bare = samples.get(rows.find(([name]) => name === framework) ?? row) ?? [];
    const rates = own.map(({ perSecond }) => perSecond);
    const share = median(rates.map((rate, at) => rate / (bare[at]?.perSecond ?? Number.NaN)));
    const cpuShare = median(own.map(({ cpuUs }, at) => (bare[at]?.cpuUs ?? Number.NaN) / cpuUs));
    const target = protection === 'guard' ? targets[count] : undefined;
    const verdict = target === undefined ? '' : `${target * 100} %: ${share >= target ? 'met' : 'MISSED'}`;
    const cells = [
      `${framework}, ${protection}, ${count === 'one' ? 'one token' : '10 000 tokens'}`,
      `${median(rates).toFixed(0)} (${Math.min(...rates).toFixed(0)}–${Math.max(...rates).toFixed(0)})`,
      percent(share),
      median(own.map(({ cpuUs }) => cpuUs)).toFixed(1),
      percent(cpuShare),
      verdict,
    ];
    lines.push(`| ${cells.join(' | ')} |`);
    written.push({ framework, protection, tokens: count, samples: own, share, cpuShare, target });
  }
  process.stdout.write(`${lines.join('\n')}\n`);
  writeResults(written);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function writeResults(written: readonly object[]): void {
  mkdirSync(new URL('../results/', import.meta.url), { recursive: true });
  const date = new Date().toISOString().slice(0, 10);
  const results = {
    date,
    machine: describeMachine(),
    node: process.versions.node,
    mode,
    rounds,
    seconds,
    rows: written,
  };
  const text = JSON.stringify(
    results,
    (_key, value: unknown) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value),
    2,
  );
  writeFileSync(new URL(`../results/guard-${mode}.json`, import.meta.url), `${text}\n`);
}
