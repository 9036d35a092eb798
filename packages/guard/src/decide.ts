import type { RevocationVerdict } from '@countersign/revocation';
import { type Refusal, refuseMinSeq, refuseToken, refuseUnsynchronised } from './challenge.ts';
import type { Judge } from './judge.ts';
import type { PacedPull } from './paced-pull.ts';
import { readAuthorization } from './read-authorization.ts';
import { readMinSeq } from './read-min-seq.ts';
import type { CheckAccess } from './require.ts';
import type { VerifiedCache } from './verified-cache.ts';
import { type Accepted, stillHolds, type TrustedIssuer, type VerifiedToken } from './verified-token.ts';
import type { Verdict, VerifyToken } from './verify-token.ts';

export type Decision = Accepted | Refusal;

/**
 * Decides over one request of one route. Answers at once when the key is known
 * and what is known is fresh, with a promise when something must be fetched
 * first. Never rejects for what the caller sent.
 *
 * @param authorization  field value of `Authorization`; `null` or `undefined` when it is absent
 * @param minSeq  field value of `Revocation-Min-Seq`, likewise
 */
export type Gate = (
  authorization: string | null | undefined,
  minSeq: string | null | undefined,
) => Decision | Promise<Decision>;

/** What one route decides with. */
export interface Route {
  readonly verifyToken: VerifyToken;
  readonly cache: VerifiedCache;
  readonly judge: Judge;
  /** Where revocations are followed: how their feed is asked. */
  readonly pullFor: (issuer: TrustedIssuer) => PacedPull | undefined;
  readonly checkAccess: CheckAccess;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly clockToleranceSeconds: number;
  /** Tells the log of a refusal. Must not throw. */
  readonly report: (refusal: Refusal) => void;
}

/** The way of every request: header; a known token, or signature and claims; revocations; the rights of the route. */
export function openGate(route: Route): Gate {
  return (authorization, minSeq) => {
    if (typeof authorization !== 'string') return refuse(readAuthorization(authorization), route);
    if (typeof minSeq !== 'string') {
      const nowMs = route.now();
      const known = findKnown(authorization, nowMs, route);
      // Nothing is allocated on this way.
      if (known !== undefined && route.judge(known, nowMs) === 'live') return grant(known, route);
    }
    const read = (): Verdict | Promise<Verdict> => {
      const credential = readAuthorization(authorization);
      return credential.kind === 'refused' ? credential : route.verifyToken(credential.token);
    };
    return decide({ field: authorization, read, minSeq }, route, patient);
  };
}

/** As a gate, for a token that does not come out of an `Authorization` field. */
export function decideToken(token: string, route: Route): Decision | Promise<Decision> {
  const field = typeof token === 'string' ? `Bearer ${token}` : '';
  return decide({ field, read: () => route.verifyToken(token), minSeq: undefined }, route, patient);
}

interface Question {
  readonly field: string;
  /** Verify what the field brought. */
  readonly read: () => Verdict | Promise<Verdict>;
  readonly minSeq: string | null | undefined;
}

/** What may still be waited for. After each wait everything is looked at again: time has passed. */
interface Patience {
  readonly reach: boolean;
  readonly refresh: boolean;
}

const patient: Patience = { reach: true, refresh: true };

function decide(question: Question, route: Route, patience: Patience): Decision | Promise<Decision> {
  const known = findKnown(question.field, route.now(), route);
  const verdict = known ?? question.read();
  return verdict instanceof Promise
    ? verdict.then((settled) => conclude(settled, { question, route, patience }))
    : conclude(verdict, { question, route, patience });
}

interface Circumstances {
  readonly question: Question;
  readonly route: Route;
  readonly patience: Patience;
}

function conclude(verdict: Verdict, circumstances: Circumstances): Decision | Promise<Decision> {
  const { question, route, patience } = circumstances;
  if (verdict.kind === 'refused') return refuse(verdict, route);
  const late = patience.reach ? catchUp(verdict, circumstances) : undefined;
  if (late !== undefined) return late;
  const standing = route.judge(verdict, route.now());
  if (standing === 'live') {
    keep(question.field, verdict, route);
    return grant(verdict, route);
  }
  const pull = route.pullFor(verdict.issuer);
  if (patience.refresh && pull !== undefined && (standing === 'stale' || standing === 'unsynchronised')) {
    return pull.refresh().then(() => decide(question, route, { reach: false, refresh: false }));
  }
  route.cache.drop(question.field);
  return refuse(refuseStanding(standing, verdict.issuer), route);
}

/** `Revocation-Min-Seq`: wait a moment until so many events are known, then decide, whether or not they came. */
function catchUp(
  token: VerifiedToken,
  circumstances: Circumstances,
): Promise<Decision> | Refusal | undefined {
  const { question, route } = circumstances;
  const { view } = token.issuer;
  if (view === undefined || typeof question.minSeq !== 'string') return undefined;
  const minSeq = readMinSeq(question.minSeq);
  if (minSeq === undefined) return refuse(refuseMinSeq(), route);
  if (view.seq >= minSeq) return undefined;
  const reached = route.pullFor(token.issuer)?.reach(minSeq);
  return reached?.then(() => decide(question, route, { reach: false, refresh: true }));
}

function findKnown(field: string, nowMs: number, route: Route): VerifiedToken | undefined {
  const token = route.cache.find(field);
  if (token === undefined || stillHolds(token, nowMs, route.clockToleranceSeconds)) return token;
  route.cache.drop(field);
  return undefined;
}

const canonicalPrefix = 'Bearer ';

/** Only in the form in which everybody writes it, so that a bare token finds what a field has brought. */
function keep(field: string, token: VerifiedToken, { cache }: Route): void {
  if (field.startsWith(canonicalPrefix) && field[canonicalPrefix.length] !== ' ') cache.keep(field, token);
}

function grant(token: VerifiedToken, route: Route): Decision {
  const refusal = route.checkAccess(token.accepted.auth);
  return refusal === undefined ? token.accepted : refuse(refusal, route);
}

function refuseStanding(standing: Exclude<RevocationVerdict, 'live'>, issuer: TrustedIssuer): Refusal {
  if (standing !== 'unsynchronised') return refuseToken(standing);
  // What a feed contradicts is not mended by asking again soon.
  return refuseUnsynchronised(issuer.view?.status().state === 'alarmed' ? 30 : 1, issuer.fault());
}

function refuse(refusal: Refusal, { report }: Route): Refusal {
  report(refusal);
  return refusal;
}
