/**
 * `npm --prefix bench run refresh`: refreshes a second and their processor time, each answered after it was synced to
 * disk here and kept in memory there: ours beside oidc-provider with rotation and JWT access tokens, in turns.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { quantile, reportLines } from './delivery-results.ts';
import { type Line, openLine } from './post-line.ts';
import { stop, withIssuer } from './start-issuer.ts';

/** One of ours may refresh thirty times at once, and then once a second. */
const sessions = Number(process.env['BENCH_SESSIONS'] ?? 2048);
/** Its memory keeps a thousand things, a grant and two tokens of each session among them. */
const peerSessions = 64;
const atOnce = 32;
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);
const seconds = Number(process.env['BENCH_SECONDS'] ?? 3);
const peerPort = 4990;
/** Of a person in an office: budgets are counted by address. */
const refreshesOfAnAddress = 200;

interface Contender {
  readonly child: ChildProcess;
  readonly tokens: string[];
  readonly port: number;
  readonly path: string;
  readonly type: string;
  write(token: string): string;
}

interface Sample {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly cpuUs: number;
}

let calls = 0;
await withIssuer({ sessions }, async (issuer) => {
  const peers = [
    await startPeer('RS256', peerPort),
    await startPeer('ES256', peerPort + 1),
    await startLimit(peerPort + 2),
  ];
  try {
    const contenders: readonly Contender[] = [
      {
        child: issuer.child,
        tokens: [...issuer.sessions],
        port: Number(new URL(issuer.issuer).port),
        path: '/v1/refresh',
        type: 'application/json',
        write: writeJson,
      },
      ...peers,
    ];
    const samples = contenders.map((): Sample[] => []);
    for (let round = 0; round <= rounds; round += 1) {
      for (const [at, contender] of contenders.entries()) {
        const sample = await load(contender);
        if (round > 0) samples[at]?.push(sample);
      }
    }
    report(samples);
  } finally {
    for (const { child } of peers) await stop(child);
  }
});

function report(samples: readonly (readonly Sample[])[]): void {
  const [ours, byDefault, likeOurs, limit] = samples.map((own) => ({
    'a second': middle(own, 'perSecond'),
    'p50 ms': middle(own, 'p50Ms'),
    'processor us': middle(own, 'cpuUs'),
  }));
  if (ours === undefined || byDefault === undefined || likeOurs === undefined || limit === undefined) {
    throw new Error('nothing was measured');
  }
  const compare = (theirs: typeof ours): typeof ratios => ({
    times: ours['a second'] / theirs['a second'],
    'times by processor': theirs['processor us'] / ours['processor us'],
  });
  const ratios = { times: Number.NaN, 'times by processor': Number.NaN };
  const peer = 'oidc-provider, rotation, JWT, in memory';
  const unit = 'refreshes';
  reportLines('refresh', [
    { what: `Countersign, durable, ES256, ${atOnce} at once`, unit, figures: ours, targets: {} },
    { what: `${peer}, RS256 as by default`, unit, figures: byDefault, targets: {} },
    { what: `${peer}, ES256`, unit, figures: likeOurs, targets: {} },
    { what: 'limit: bare node:http, SQLite and signature', unit, figures: limit, targets: {} },
    { what: 'ours to its default', unit: 'ratio', figures: compare(byDefault), targets: { times: 6 } },
    { what: 'ours to it with ES256', unit: 'ratio', figures: compare(likeOurs), targets: {} },
    { what: 'ours to the limit', unit: 'ratio', figures: compare(limit), targets: {} },
  ]);
}

function middle(samples: readonly Sample[], key: keyof Sample): number {
  return quantile(
    samples.map((sample) => sample[key]),
    0.5,
  );
}

/** So many sessions in turns; none has two refreshes under way. */
async function load(contender: Contender): Promise<Sample> {
  const { port, path } = contender;
  const lines = await Promise.all(Array.from({ length: atOnce }, () => openLine(port, path)));
  const beforeUs = readCpuUs(contender.child);
  const beganMs = performance.now();
  const untilMs = beganMs + seconds * 1000;
  const latencies: number[] = [];
  const runOne = async (line: Line, at: number): Promise<void> => {
    for (let n = at; performance.now() < untilMs; n = (n + atOnce) % contender.tokens.length) {
      const sentMs = performance.now();
      contender.tokens[n] = await refreshOnce(line, contender, contender.tokens[n] ?? '');
      latencies.push(performance.now() - sentMs);
    }
  };
  await Promise.all(lines.map(runOne));
  const tookMs = performance.now() - beganMs;
  for (const line of lines) line.close();
  return {
    perSecond: (latencies.length * 1000) / tookMs,
    p50Ms: quantile(latencies, 0.5),
    cpuUs: (readCpuUs(contender.child) - beforeUs) / latencies.length,
  };
}

async function refreshOnce(line: Line, { type, write }: Contender, token: string): Promise<string> {
  calls += 1;
  const machine = Math.floor(calls / refreshesOfAnAddress);
  const address = `10.${3 + (machine >> 16)}.${(machine >> 8) & 255}.${machine & 255}`;
  const headers = `Content-Type: ${type}\r\nX-Forwarded-For: ${address}\r\n`;
  const { status, body } = await line.post(headers, write(token));
  const { refresh_token: next, access_token: access } = JSON.parse(body);
  const isJwt = typeof access === 'string' && access.split('.').length === 3;
  if (status !== 200 || !isJwt || next === token) {
    throw new Error(`a refresh was answered with ${status}: ${body}`);
  }
  return next;
}

async function startPeer(algorithm: 'RS256' | 'ES256', port: number): Promise<Contender> {
  const { privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: algorithm };
  const program = { file: 'oidc-provider-refresh.mjs', sessions: peerSessions, port };
  return {
    ...(await startProgram(program, { BENCH_JWK: JSON.stringify(jwk), BENCH_ALG: algorithm })),
    path: '/token',
    type: 'application/x-www-form-urlencoded',
    write: (token) =>
      new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'bench',
        refresh_token: token,
      }).toString(),
  };
}

/** What no server that does the same can go below: three parts of it and nothing else. */
async function startLimit(port: number): Promise<Contender> {
  return {
    ...(await startProgram({ file: 'bare-refresh.mjs', sessions, port }, {})),
    path: '/',
    type: 'application/json',
    write: writeJson,
  };
}

function writeJson(token: string): string {
  return JSON.stringify({ refresh_token: token });
}

interface Program {
  readonly file: string;
  readonly sessions: number;
  readonly port: number;
}

async function startProgram(
  program: Program,
  environment: Readonly<Record<string, string>>,
): Promise<Pick<Contender, 'child' | 'tokens' | 'port'>> {
  const child = fork(
    fileURLToPath(new URL(`../peers/${program.file}`, import.meta.url)),
    [String(program.sessions), String(program.port)],
    {
      execPath: 'taskset',
      execArgv: ['-c', '1', process.execPath],
      env: { ...process.env, NODE_ENV: 'production', ...environment },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  );
  const [{ tokens }] = await once(child, 'message');
  return { child, tokens, port: program.port };
}

/** Fields 14 and 15 of proc(5), in hundredths of a second; all threads. */
function readCpuUs({ pid }: ChildProcess): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10_000;
}
