/**
 * `npm --prefix bench run refresh`: refreshes a second and their processor time, each answered after it was synced to
 * disk here and kept in memory there: ours beside oidc-provider with rotation and JWT access tokens, in turns.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { quantile, reportLines } from './delivery-results.ts';
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
  readonly agent: Agent;
  readonly url: string;
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
  const peers = [await startPeer('RS256', peerPort), await startPeer('ES256', peerPort + 1)];
  try {
    const contenders: readonly Contender[] = [
      {
        child: issuer.child,
        tokens: [...issuer.sessions],
        agent: new Agent({ keepAlive: true, maxSockets: atOnce }),
        url: `${issuer.issuer.replace('localhost', '127.0.0.1')}/v1/refresh`,
        type: 'application/json',
        write: (token) => JSON.stringify({ refresh_token: token }),
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
  const [ours, byDefault, likeOurs] = samples.map((own) => ({
    'a second': middle(own, 'perSecond'),
    'p50 ms': middle(own, 'p50Ms'),
    'processor us': middle(own, 'cpuUs'),
  }));
  if (ours === undefined || byDefault === undefined || likeOurs === undefined)
    throw new Error('nothing was measured');
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
    { what: 'ours to its default', unit: 'ratio', figures: compare(byDefault), targets: { times: 6 } },
    { what: 'ours to it with ES256', unit: 'ratio', figures: compare(likeOurs), targets: {} },
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
  const beforeUs = readCpuUs(contender.child);
  const beganMs = performance.now();
  const untilMs = beganMs + seconds * 1000;
  const latencies: number[] = [];
  const runOne = async (at: number): Promise<void> => {
    for (let n = at; performance.now() < untilMs; n = (n + atOnce) % contender.tokens.length) {
      const sentMs = performance.now();
      contender.tokens[n] = await refreshOnce(contender, contender.tokens[n] ?? '');
      latencies.push(performance.now() - sentMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, at) => runOne(at)));
  const tookMs = performance.now() - beganMs;
  return {
    perSecond: (latencies.length * 1000) / tookMs,
    p50Ms: quantile(latencies, 0.5),
    cpuUs: (readCpuUs(contender.child) - beforeUs) / latencies.length,
  };
}

async function refreshOnce({ agent, url, type, write }: Contender, token: string): Promise<string> {
  calls += 1;
  const machine = Math.floor(calls / refreshesOfAnAddress);
  const body = write(token);
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'x-forwarded-for': `10.${3 + (machine >> 16)}.${(machine >> 8) & 255}.${machine & 255}`,
  };
  const call = request(url, { method: 'POST', agent, headers }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const { refresh_token: next, access_token: access } = JSON.parse(text);
      const isJwt = typeof access === 'string' && access.split('.').length === 3;
      if (response.statusCode === 200 && isJwt && next !== token) resolve(next);
      else reject(new Error(`a refresh was answered with ${response.statusCode}: ${text}`));
    });
  });
  call.on('error', reject);
  call.end(body);
  return promise;
}

async function startPeer(algorithm: 'RS256' | 'ES256', port: number): Promise<Contender> {
  const { privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'bench', use: 'sig', alg: algorithm };
  const child = fork(
    fileURLToPath(new URL('../peers/oidc-provider-refresh.mjs', import.meta.url)),
    [String(peerSessions), String(port)],
    {
      execPath: 'taskset',
      execArgv: ['-c', '1', process.execPath],
      env: { ...process.env, NODE_ENV: 'production', BENCH_JWK: JSON.stringify(jwk), BENCH_ALG: algorithm },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  );
  const [{ tokens }] = await once(child, 'message');
  return {
    child,
    tokens,
    agent: new Agent({ keepAlive: true, maxSockets: atOnce }),
    url: `http://127.0.0.1:${port}/token`,
    type: 'application/x-www-form-urlencoded',
    write: (token) =>
      new URLSearchParams({
        grant_type: 'refresh_token',
        client_id: 'bench',
        refresh_token: token,
      }).toString(),
  };
}

/** Fields 14 and 15 of proc(5), in hundredths of a second; all threads. */
function readCpuUs({ pid }: ChildProcess): number {
  const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * 10_000;
}
