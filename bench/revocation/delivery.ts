/**
 * `npm --prefix bench run revocation-delivery`: from the call that revokes a token, over HTTP, until the last of
 * 100 followers in another process refuses it. Ninety are followers with their deny state, ten are whole guards.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { createGuard, type Guard } from '@countersign/guard';
import { followFeed, type RevocationView, type TokenNames } from '@countersign/revocation';
import { decodeUnverified } from '@countersign/tokens';
import { fetchFrom, openFeed, revokeToken } from './ask-issuer.ts';
import { quantile, reportLines } from './delivery-results.ts';
import { type StartedIssuer, withIssuer } from './start-issuer.ts';

const followers = 90;
const guards = 10;
const revocations = Number(process.env['BENCH_REVOCATIONS'] ?? 220);
const warmUp = 20;
const restMs = 120;
const lastMs: number[] = [];
const answeredMs: number[] = [];
const medianMs: number[] = [];
/** Of the followers' process, from the call to the last refusal. */
const cpuMs: number[] = [];

await withIssuer({ tokens: revocations + warmUp, administrators: 4 }, measure);
reportLines('delivery', [
  {
    what: `revoke call to the last of ${followers + guards} that refuses, ${lastMs.length} times`,
    unit: 'ms',
    figures: spread(lastMs),
    targets: { p50: 30, p99: 80 },
  },
  { what: 'to the middle one', unit: 'ms', figures: spread(medianMs), targets: {} },
  { what: 'processor of the followers until then', unit: 'ms', figures: spread(cpuMs), targets: {} },
  { what: 'to the answer of the call', unit: 'ms', figures: spread(answeredMs), targets: {} },
]);

async function measure(issuer: StartedIssuer): Promise<void> {
  const closing = new AbortController();
  const views = openViews(issuer, closing.signal);
  const protectedBy = openGuards(issuer);
  await Promise.all(protectedBy.map((guard) => guard.ready()));
  while (views.some((view) => view.status().state !== 'following')) await wait(20);
  for (const [turn, token] of issuer.tokens.entries()) {
    const { refusedMs, answerMs, usedMs } = await revokeOne(issuer, { views, protectedBy, token, turn });
    if (turn < warmUp) continue;
    lastMs.push(Math.max(...refusedMs));
    medianMs.push(quantile(refusedMs, 0.5));
    answeredMs.push(answerMs);
    cpuMs.push(usedMs);
  }
  for (const view of views) view.close();
  for (const guard of protectedBy) guard.close();
  closing.abort();
}

interface Round {
  readonly views: readonly RevocationView[];
  readonly protectedBy: readonly Guard[];
  readonly token: string;
  readonly turn: number;
}

async function revokeOne(
  issuer: StartedIssuer,
  { views, protectedBy, token, turn }: Round,
): Promise<{ readonly refusedMs: readonly number[]; readonly answerMs: number; readonly usedMs: number }> {
  const names = namesOf(token);
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const refusedAt: number[] = [];
  const note = (): void => {
    refusedAt.push(performance.now());
    if (refusedAt.length === views.length + protectedBy.length) resolve();
  };
  const stops = [
    ...views.map((view) => whenDenied(view, names, note)),
    ...(await Promise.all(protectedBy.map((guard) => whenRefused(guard, token, note)))),
  ];
  await wait(restMs * (0.5 + Math.random()));
  const before = process.cpuUsage();
  const beganAt = performance.now();
  await revokeToken(issuer, names.jti, turn);
  const answerMs = performance.now() - beganAt;
  await all;
  const { user, system } = process.cpuUsage(before);
  for (const stop of stops) stop();
  return { refusedMs: refusedAt.map((at) => at - beganAt), answerMs, usedMs: (user + system) / 1000 };
}

function whenDenied(view: RevocationView, names: TokenNames, note: () => void): () => void {
  const judge = (): string => view.judge(names, { nowMs: Date.now(), maxStalenessSeconds: 300 });
  if (judge() !== 'live') throw new Error(`a token is ${judge()} before it was revoked`);
  const stop = view.onChange(() => {
    if (judge() !== 'revoked') return;
    stop();
    note();
  });
  return stop;
}

/** The guard accepted the token, so it is in its cache, and refuses it from the moment that is noted. */
async function whenRefused(guard: Guard, token: string, note: () => void): Promise<() => void> {
  const auth = await guard.verify(token);
  return guard.onRevoked(auth, () => {
    guard.verify(token).then(
      () => {
        throw new Error('a guard closes and accepts');
      },
      () => note(),
    );
  });
}

function openViews(issuer: StartedIssuer, closed: AbortSignal): readonly RevocationView[] {
  // Ten share one access token, since a client gets only so many at once.
  return Array.from({ length: followers / 10 }, (_, at) => openFeed(issuer, at, closed)).flatMap(
    (transport) =>
      Array.from({ length: 10 }, () =>
        followFeed({ issuer: issuer.issuer, transport, clientId: issuer.clientId }),
      ),
  );
}

function openGuards({ issuer, clientId, clientSecret }: StartedIssuer): readonly Guard[] {
  return Array.from({ length: guards }, (_, at) =>
    createGuard({
      issuer,
      audience: issuer,
      feed: { clientId, clientSecret },
      fetch: fetchFrom(1000 + at),
      dangerAllowHttp: true,
    }),
  );
}

function namesOf(token: string): TokenNames {
  const { header, claims } = decodeUnverified(token);
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  return {
    jti: text(claims['jti']),
    sid: text(claims['sid']),
    sub: text(claims.sub),
    clientId: text(claims['client_id']),
    tid: undefined,
    kid: text(header['kid']),
    rvs: Number(claims['rvs']),
    iatSeconds: Number(claims.iat),
    expSeconds: Number(claims.exp),
  };
}

function spread(values: readonly number[]): Readonly<Record<string, number>> {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99), most: Math.max(...values) };
}
