/**
 * `npm --prefix bench run revocation-traffic`: what one follower sends and receives, headers and acknowledgements
 * included, when nothing happens and at 116 revocations a second. Counted between the two, below HTTP and without TLS.
 */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { followFeed } from '@countersign/revocation';
import { openFeed } from './ask-issuer.ts';
import { type Line, reportLines } from './delivery-results.ts';
import { type StartedIssuer, withIssuer } from './start-issuer.ts';

/** Longer than the 20 s between two signs of life. */
const idleSeconds = Number(process.env['BENCH_SECONDS'] ?? 25);
const busySeconds = 15;
const perSecond = 116;

reportLines('traffic', await withIssuer({}, measure));

async function measure(issuer: StartedIssuer): Promise<readonly Line[]> {
  const counted = { received: 0, sent: 0 };
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(Number(new URL(issuer.issuer).port), '127.0.0.1');
    for (const [one, other, way] of [
      [near, far, 'sent'],
      [far, near, 'received'],
    ] as const) {
      sockets.add(one);
      one.on('data', (bytes) => {
        counted[way] += bytes.length;
      });
      one.on('error', () => other.destroy());
      one.pipe(other);
    }
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const closing = new AbortController();
  const transport = openFeed(issuer, 0, closing.signal, `http://127.0.0.1:${port}/revocations`);
  const view = followFeed({ issuer: issuer.issuer, transport, clientId: issuer.clientId });
  while (view.status().state !== 'following') await wait(20);
  await wait(1000);

  const take = (seconds: number): Line['figures'] => {
    const figures = { received: counted.received / seconds, sent: counted.sent / seconds };
    counted.received = 0;
    counted.sent = 0;
    return figures;
  };
  take(1);
  await wait(idleSeconds * 1000);
  const idle = take(idleSeconds);
  const before = view.status().entries;
  const beganMs = performance.now();
  await issuer.revokeSteadily(perSecond, busySeconds);
  const tookSeconds = (performance.now() - beganMs) / 1000;
  const busy = take(tookSeconds);
  const rate = (view.status().entries - before) / tookSeconds;
  view.close();
  closing.abort();
  for (const socket of sockets) socket.destroy();
  proxy.close();
  return [
    { what: 'one follower, idle', unit: 'bytes a second', figures: idle, targets: { received: 700 } },
    {
      what: `one follower at ${rate.toFixed(0)} revocations a second`,
      unit: 'bytes a second',
      figures: busy,
      targets: { received: 10_000 },
    },
  ];
}
