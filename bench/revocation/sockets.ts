/**
 * `npm --prefix bench run revocation-sockets`: from the call that revokes a token until its bytes are at the last of
 * 1 000 sockets of one process, and at the last of 5 000 behind five relays.
 */
import type { ChildProcess } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { fetchFeedToken, revokeToken } from './ask-issuer.ts';
import { type Line, quantile, reportLines } from './delivery-results.ts';
import { type StartedIssuer, startRelay, stop, withIssuer } from './start-issuer.ts';

const revocations = Number(process.env['BENCH_REVOCATIONS'] ?? 100);
const perProcess = 1000;
const relays = 5;
const firstRelayPort = 4980;
const restMs = 200;
const connectedAtOnce = 50;

const lines: Line[] = [];
await withIssuer({ administrators: 3 }, async (issuer) => {
  const direct = await measure(issuer, [Number(new URL(issuer.issuer).port)]);
  lines.push(lineOf(`${perProcess} sockets of one process`, direct, 100));
});
await withIssuer({ administrators: 3 }, async (issuer) => {
  const ports = Array.from({ length: relays }, (_, at) => firstRelayPort + at);
  const children = ports.map((port) => startRelay(issuer, port));
  try {
    await Promise.all(ports.map(untilReady));
    lines.push(lineOf(`${perProcess * relays} behind ${relays} relays`, await measure(issuer, ports), 300));
  } finally {
    await Promise.all(children.map((child: ChildProcess) => stop(child)));
  }
});
reportLines('sockets', lines);

function lineOf(what: string, lastMs: readonly number[], target: number): Line {
  const figures = { p50: quantile(lastMs, 0.5), p99: quantile(lastMs, 0.99), most: Math.max(...lastMs) };
  return {
    what: `revoke call to bytes at the last of ${what}`,
    unit: 'ms',
    figures,
    targets: { p99: target },
  };
}

async function measure(issuer: StartedIssuer, ports: readonly number[]): Promise<readonly number[]> {
  const token = await fetchFeedToken(issuer);
  const after = await revokeToken(issuer, drawName(), 0);
  // A relay is as far once it has heard.
  await wait(500);
  let hear = (): void => {};
  const sockets: Socket[] = [];
  for (const port of ports) {
    for (let n = 0; n < perProcess; n += connectedAtOnce) {
      const some = Array.from({ length: connectedAtOnce }, (_, at) =>
        openStream({ port, after, token, machine: n + at, onEvents: () => hear() }),
      );
      sockets.push(...(await Promise.all(some)));
    }
  }
  const lastMs: number[] = [];
  for (let turn = 1; turn <= revocations; turn += 1) {
    await wait(restMs * (0.5 + Math.random()));
    const { promise, resolve } = Promise.withResolvers<void>();
    let heard = 0;
    hear = () => {
      heard += 1;
      if (heard === sockets.length) resolve();
    };
    const beganMs = performance.now();
    await revokeToken(issuer, drawName(), turn);
    await promise;
    lastMs.push(performance.now() - beganMs);
  }
  for (const socket of sockets) socket.destroy();
  return lastMs;
}

interface Opening {
  readonly port: number;
  readonly after: number;
  readonly token: string;
  readonly machine: number;
  readonly onEvents: () => void;
}

/** A bare socket, since here only the sender is measured. Resolves when the first head has come. */
function openStream({ port, after, token, machine, onEvents }: Opening): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connect(port, '127.0.0.1', () => {
    socket.write(
      `GET /revocations/stream?after=${after} HTTP/1.1\r\nhost: localhost:${port}\r\naccept: text/event-stream\r\n` +
        `x-forwarded-for: 10.2.${machine >> 8}.${machine & 255}\r\nauthorization: Bearer ${token}\r\n\r\n`,
    );
  });
  let isOpen = false;
  socket.setNoDelay(true);
  socket.on('data', (bytes) => {
    if (isOpen && bytes.includes('"events"')) onEvents();
    if (isOpen || !bytes.includes('"head"')) return;
    if (!bytes.includes('HTTP/1.1 200') && !bytes.includes('id: ')) reject(new Error(bytes.toString()));
    isOpen = true;
    resolve(socket);
  });
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('a stream was closed')));
  return promise;
}

async function untilReady(port: number): Promise<void> {
  const isReady = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ status }) => status === 200,
      () => false,
    );
  while (!(await isReady())) await wait(100);
}

function drawName(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url');
}
