import { newCaller, type RefreshAnswer, type RefreshCaller, type Target } from './target.ts';

/**
 * `broken`: a thief profits. `costs`: an honest user is signed out or asked
 * again. `not checked`: the server was not asked, or did not answer.
 */
export type Verdict = 'holds' | 'broken' | 'costs' | 'not checked';

export interface Finding {
  readonly verdict: Verdict;
  /** What happened, in a sentence. */
  readonly saw: string;
}

export interface Trial {
  readonly name: string;
  /** What ought to hold. */
  readonly property: string;
  /** What the clause says, and which it is. */
  readonly clause: string;
  run(ground: Ground): Promise<Finding>;
}

export interface Ground {
  readonly target: Target;
  /** The refresh token of a session that nobody has used yet. */
  signIn(): Promise<string>;
  /** How many call at once. */
  readonly callers: number;
  readonly laterSeconds: number;
  readonly pause: (ms: number) => Promise<void>;
}

/** The server would not do what every trial begins with. Its trial was not checked. */
export class TrialFailed extends Error {
  override readonly name = 'TrialFailed';
}

/** A refresh that any server grants. @throws TrialFailed */
export async function renew(
  { target }: Ground,
  refreshToken: string,
  caller: RefreshCaller,
): Promise<Extract<RefreshAnswer, { kind: 'renewed' }>> {
  const answer = await target.refresh(refreshToken, caller);
  if (answer.kind === 'renewed') return answer;
  throw new TrialFailed(`a first refresh was ${describe(answer)}`);
}

/** @throws TrialFailed when it cannot be told */
export async function isAlive(
  { target }: Ground,
  refreshToken: string,
  caller: RefreshCaller,
): Promise<boolean> {
  return decided(await target.refresh(refreshToken, caller)).kind === 'renewed';
}

/** A limit or a fault is no refusal: nothing follows from it. @throws TrialFailed */
export function decided(answer: RefreshAnswer): Exclude<RefreshAnswer, { kind: 'failed' }> {
  if (answer.kind === 'failed') throw new TrialFailed(`a refresh ${describe(answer)}`);
  return answer;
}

export function describe(answer: RefreshAnswer): string {
  if (answer.kind === 'renewed') return answer.isRotated ? 'renewed' : 'renewed without a new refresh token';
  if (answer.kind === 'refused') return `refused (${answer.status} ${answer.error})`;
  return answer.status === undefined ? 'got no answer' : `failed (${answer.status})`;
}

/** All at once, each in a request of its own. @throws TrialFailed when none of them was decided */
export async function refreshAtOnce(
  { target, callers }: Ground,
  refreshToken: string,
  callerOf: () => RefreshCaller,
): Promise<readonly RefreshAnswer[]> {
  const calls = Array.from({ length: callers }, () => target.refresh(refreshToken, callerOf()));
  const answers = await Promise.all(calls);
  const [first] = answers;
  if (first !== undefined && answers.every(({ kind }) => kind === 'failed')) decided(first);
  return answers;
}

export interface Counted {
  readonly renewed: readonly Extract<RefreshAnswer, { kind: 'renewed' }>[];
  readonly successors: readonly string[];
  /** `20 at once: 1 renewed, 19 refused` */
  readonly text: string;
}

export function countAnswers(answers: readonly RefreshAnswer[]): Counted {
  const renewed = answers.filter((answer) => answer.kind === 'renewed');
  const refused = answers.filter((answer) => answer.kind === 'refused').length;
  const failed = answers.length - renewed.length - refused;
  const successors = [...new Set(renewed.map(({ refreshToken }) => refreshToken))];
  const parts = [
    `${renewed.length} renewed`,
    ...(refused > 0 ? [`${refused} refused`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  const different = renewed.length > 1 ? `, ${successors.length} different refresh tokens` : '';
  return { renewed, successors, text: `${answers.length} at once: ${parts.join(', ')}${different}` };
}

/** How many of these can still be used, each by somebody who has nothing but the token. */
export async function countAlive(ground: Ground, refreshTokens: readonly string[]): Promise<number> {
  let alive = 0;
  for (const refreshToken of refreshTokens) {
    if (await isAlive(ground, refreshToken, newCaller())) alive += 1;
  }
  return alive;
}
