import { newCaller } from './target.ts';
import {
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

const noLoss =
  'RFC 6749 §6 leaves it to the server when the old token dies. A client cannot tell a lost answer from a lost request.';

/** Nobody but the owner; what he does is what networks and browsers make of an honest client. */
export const ownerTrials: readonly Trial[] = [
  {
    name: 'lost answer',
    property: 'An owner whose answer was lost asks again, and goes on.',
    clause: noLoss,
    run: (ground) => runLostAnswer(ground, 0),
  },
  {
    name: 'lost answer, later',
    property: 'So does one who asks again a while later, as after sleep.',
    clause: noLoss,
    run: (ground) => runLostAnswer(ground, ground.laterSeconds),
  },
  {
    name: 'tabs',
    property: 'Tabs that share one token and refresh at once all go on.',
    clause: 'RFC 9700 §4.14.2 knows no tabs: to a server without further signs they look like thieves.',
    async run(ground) {
      const owner = newCaller();
      const answers = await refreshAtOnce(ground, await ground.signIn(), () => owner);
      const { renewed, successors, text } = countAnswers(answers);
      // The storage keeps what was written last.
      const last = renewed.at(-1)?.refreshToken;
      const lives = last !== undefined && (await isAlive(ground, last, owner));
      const isShared = renewed.length === answers.length && successors.length === 1 && lives;
      const saw = `${text}; the session ${lives ? 'goes on' : 'is over'}.`;
      return { verdict: isShared ? 'holds' : successors.length > 1 ? 'broken' : 'costs', saw };
    },
  },
];

async function runLostAnswer(ground: Ground, laterSeconds: number): Promise<Finding> {
  const owner = newCaller();
  const first = await ground.signIn();
  await renew(ground, first, owner);
  if (laterSeconds > 0) await ground.pause(laterSeconds * 1000);
  const again = decided(await ground.target.refresh(first, owner));
  const lives = again.kind === 'renewed' && (await isAlive(ground, again.refreshToken, owner));
  const saw = `The repeat was ${describe(again)}; the session ${lives ? 'goes on' : 'is over for its owner'}.`;
  return { verdict: lives ? 'holds' : 'costs', saw };
}
