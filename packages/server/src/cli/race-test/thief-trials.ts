import { newCaller, type RefreshAnswer } from './target.ts';
import {
  countAlive,
  countAnswers,
  decided,
  describe,
  type Finding,
  type Ground,
  isAlive,
  refreshAtOnce,
  renew,
  type Trial,
} from './trial.ts';

const replay =
  'RFC 9700 §4.14.2: whoever presents an invalidated refresh token informs the server of the breach, and it ' +
  'revokes the active one.';

/** Somebody else has a copy of the refresh token, and of nothing else. */
export const thiefTrials: readonly Trial[] = [
  {
    name: 'rotation',
    property: 'A refresh gives another refresh token.',
    clause: 'RFC 9700 §4.14.2: for public clients it is rotated, or bound to its sender.',
    async run(ground) {
      const answer = await renew(ground, await ground.signIn(), newCaller());
      const saw = `A refresh was ${describe(answer)}.`;
      return { verdict: answer.isRotated ? 'holds' : 'broken', saw };
    },
  },
  {
    name: 'old token',
    property: 'A token from two refreshes ago is refused and ends the session.',
    clause: replay,
    async run(ground) {
      const owner = newCaller();
      const first = await ground.signIn();
      const second = await renew(ground, first, owner);
      const third = await renew(ground, second.refreshToken, owner);
      const replayed = decided(await ground.target.refresh(first, newCaller()));
      return judgeReplay(ground, { replayed, newest: third.refreshToken });
    },
  },
  {
    name: 'spent token',
    property: 'A thief who comes after the owner is refused, and the session ends.',
    clause: replay,
    async run(ground) {
      const first = await ground.signIn();
      const second = await renew(ground, first, newCaller());
      const replayed = decided(await ground.target.refresh(first, newCaller()));
      return judgeReplay(ground, { replayed, newest: second.refreshToken });
    },
  },
  {
    name: 'spent token, later',
    property: 'So is one who comes a while later.',
    clause: replay,
    async run(ground) {
      const first = await ground.signIn();
      const second = await renew(ground, first, newCaller());
      await ground.pause(ground.laterSeconds * 1000);
      const replayed = decided(await ground.target.refresh(first, newCaller()));
      return judgeReplay(ground, { replayed, newest: second.refreshToken });
    },
  },
  {
    name: 'thief first',
    property: 'A thief who comes before the owner is found out when the owner comes.',
    clause: replay,
    async run(ground) {
      const [owner, thief] = [newCaller(), newCaller()];
      const first = await ground.signIn();
      const stolen = await renew(ground, first, thief);
      const owned = decided(await ground.target.refresh(first, owner));
      const isThiefAlive = await isAlive(ground, stolen.refreshToken, thief);
      const saw = `The owner was ${describe(owned)}; afterwards the thief ${isThiefAlive ? 'renews on' : 'is refused'}.`;
      return { verdict: isThiefAlive ? 'broken' : 'holds', saw };
    },
  },
  {
    name: 'thief at the same moment',
    property: 'Owner and thief who call together do not both go on, nor does whoever was faster.',
    clause: replay,
    run: runTogether,
  },
  {
    name: 'many thieves',
    property: 'Of callers that present one token at once, at most one gets a session.',
    clause:
      'RFC 9700 §4.14.2: the previous refresh token is invalidated. Finding and spending it must be one step.',
    async run(ground) {
      const answers = await refreshAtOnce(ground, await ground.signIn(), newCaller);
      const { successors, text } = countAnswers(answers);
      const alive = await countAlive(ground, successors);
      const saw = `${text}; ${alive} of them can be used afterwards.`;
      return { verdict: alive > 1 ? 'broken' : 'holds', saw };
    },
  },
  {
    name: 'access token',
    property: 'After reuse, the access tokens of the session are refused within a second.',
    clause: 'RFC 9700 §4.14.2 speaks of refresh tokens; the access token in the hands of a thief lives on.',
    run: runAccessToken,
  },
  {
    name: 'altered token',
    property: 'An altered token is refused and harms nobody.',
    clause: 'RFC 6749 §5.2: invalid_grant; RFC 6749 §10.10: guessing must be in vain.',
    async run(ground) {
      const first = await ground.signIn();
      const middle = Math.floor(first.length / 2);
      const other = first[middle] === 'A' ? 'B' : 'A';
      const altered = await ground.target.refresh(
        first.slice(0, middle) + other + first.slice(middle + 1),
        newCaller(),
      );
      const lives = await isAlive(ground, first, newCaller());
      const saw = `It was ${describe(altered)}; the session ${lives ? 'goes on' : 'is over'}.`;
      return { verdict: altered.kind === 'renewed' ? 'broken' : lives ? 'holds' : 'costs', saw };
    },
  },
];

async function judgeReplay(
  ground: Ground,
  { replayed, newest }: { readonly replayed: RefreshAnswer; readonly newest: string },
): Promise<Finding> {
  // Asked for by somebody new, who has that token and nothing else: it must be good for nobody.
  const isNewestAlive = await isAlive(ground, newest, newCaller());
  const saw = `The replay was ${describe(replayed)}; the newest token ${isNewestAlive ? 'still works' : 'is refused'}.`;
  return { verdict: replayed.kind === 'renewed' || isNewestAlive ? 'broken' : 'holds', saw };
}

async function runTogether(ground: Ground): Promise<Finding> {
  const { target } = ground;
  const callers = [newCaller(), newCaller()];
  const first = await ground.signIn();
  const answers = await Promise.all(callers.map((caller) => target.refresh(first, caller)));
  const held: RefreshAnswer[] = answers.map(decided);
  const begun = held.map(describe).join(' and ');
  let rounds = 0;
  while (rounds < 2 && areBothIn(held)) {
    for (const [index, caller] of callers.entries()) {
      const before = held[index];
      if (before?.kind === 'renewed')
        held[index] = decided(await target.refresh(before.refreshToken, caller));
    }
    rounds += 1;
  }
  if (areBothIn(held)) {
    const saw = `Together they were ${begun}; after ${rounds} more refreshes both go on.`;
    return { verdict: 'broken', saw };
  }
  // Whoever is left may be the thief.
  const left = held.findIndex(({ kind }) => kind === 'renewed');
  const [winner, caller] = [held[left], callers[left]];
  const isLeft =
    winner?.kind === 'renewed' &&
    caller !== undefined &&
    (await isAlive(ground, winner.refreshToken, caller));
  const saw = `Together they were ${begun}; ${rounds} refreshes later one was refused, and the other ${isLeft ? 'goes on' : 'is refused too'}.`;
  return { verdict: isLeft ? 'broken' : 'holds', saw };
}

function areBothIn(held: readonly RefreshAnswer[]): boolean {
  return held.every(({ kind }) => kind === 'renewed');
}

async function runAccessToken(ground: Ground): Promise<Finding> {
  const { target } = ground;
  const first = await ground.signIn();
  const { accessToken } = await renew(ground, first, newCaller());
  const before = accessToken === undefined ? undefined : await target.isAccepted(accessToken);
  if (accessToken === undefined || before === undefined) {
    return { verdict: 'not checked', saw: 'No resource was named (--resource).' };
  }
  if (!before)
    return { verdict: 'not checked', saw: 'The resource refused the access token before anything.' };
  decided(await target.refresh(first, newCaller()));
  await ground.pause(1000);
  const after = await target.isAccepted(accessToken);
  return {
    verdict: after === false ? 'holds' : 'broken',
    saw: `A second after the reuse the resource ${after === false ? 'refuses' : 'accepts'} the access token.`,
  };
}
