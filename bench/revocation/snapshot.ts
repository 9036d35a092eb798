/**
 * `npm --prefix bench run revocation-snapshot`: what a follower needs until it is ready, over HTTP from a real issuer
 * whose database has so many events: keys, head, snapshot, stream. Until then it judges nothing.
 *
 * BENCH_ENTRIES=10000000 measures ten million, for which the issuer's database alone takes minutes to fill.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { followFeed } from '@countersign/revocation';
import { openFeed } from './ask-issuer.ts';
import { quantile, reportLines } from './delivery-results.ts';
import { type StartedIssuer, withIssuer } from './start-issuer.ts';

const entries = Number(process.env['BENCH_ENTRIES'] ?? 1e6);
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5);
const targetMs = 300 * Math.max(1, entries / 1e6);

interface Run {
  readonly readyMs: number;
  readonly cpuMs: number;
  readonly bytesAnEntry: number;
}

const runs = await withIssuer({ entries }, async (issuer) => {
  const all: Run[] = [];
  for (let round = 0; round <= rounds; round += 1) all.push(await followOnce(issuer, round));
  return all;
});
const [first, ...others] = runs;
const middle = (key: keyof Run): number =>
  quantile(
    others.map((run) => run[key]),
    0.5,
  );
const count = entries.toLocaleString('en');
reportLines(entries === 1e6 ? 'snapshot' : `snapshot-${entries}`, [
  {
    what: `snapshot of ${count} entries to ready`,
    unit: 'ms',
    figures: { p50: middle('readyMs'), 'processor of the follower': middle('cpuMs') },
    targets: { p50: targetMs },
  },
  {
    what: 'the first one, which the issuer has to make',
    unit: 'ms',
    figures: { once: first?.readyMs ?? Number.NaN },
    targets: {},
  },
  {
    what: 'memory of its tables',
    unit: 'bytes',
    figures: { 'an entry': middle('bytesAnEntry') },
    targets: {},
  },
]);

async function followOnce(issuer: StartedIssuer, round: number): Promise<Run> {
  const closing = new AbortController();
  const transport = openFeed(issuer, round, closing.signal);
  // The access token is fetched before: a service has it for other reasons, or waits for it as for any call.
  await transport.fetchKeys(closing.signal);
  const before = process.cpuUsage();
  const beganAt = performance.now();
  const view = followFeed({ issuer: issuer.issuer, transport, clientId: issuer.clientId });
  let wasOpenTooEarly = false;
  while (view.status().state !== 'following') {
    wasOpenTooEarly ||=
      isOpen(view.judgeFreshness(nowSeconds(), freshness())) && view.status().entries < entries;
    await wait(1);
  }
  const readyMs = performance.now() - beganAt;
  const { user, system } = process.cpuUsage(before);
  const { entries: held, bytes } = view.status();
  view.close();
  closing.abort();
  if (held !== entries || wasOpenTooEarly)
    throw new Error(`${held} entries, open too early: ${wasOpenTooEarly}`);
  return { readyMs, cpuMs: (user + system) / 1000, bytesAnEntry: bytes / held };
}

function isOpen(verdict: string): boolean {
  return verdict !== 'unsynchronised';
}

function freshness(): { readonly nowMs: number; readonly maxStalenessSeconds: number } {
  return { nowMs: Date.now(), maxStalenessSeconds: 300 };
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
