import { createHmac, randomBytes } from 'node:crypto';
import type { Now } from '../base/clock.ts';
import type { GuessingEpisode, GuessSensors, Log } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import type { Schedule } from '../base/schedule.ts';
import { createDistinctCounts } from './distinct-counts.ts';
import { sourceKey } from './source-key.ts';
import { createStopwatch } from './stopwatch.ts';

/**
 * What shows only when many accounts are looked at together. Counted in this process.
 *
 * | sensor     | trips when                                                         | then                    |
 * | ---------- | ------------------------------------------------------------------ | ----------------------- |
 * | `accounts` | one source was wrong at 20 accounts in an hour, more than it was right at | it rests for 15 minutes |
 * | `password` | one password was wrong at 10 accounts in an hour                   | so does each source that is wrong with it |
 * | `rate`     | 200 wrong in 10 minutes, four times as many as right               | 5 accounts trip a source; of failures one a second gets its row |
 *
 * Each leaves a row in the audit table when it begins and one with counts when
 * it is over, and none in between.
 */
const accountsOfSource = 20;
const accountsOfSourceUnderAttack = 5;
const accountsOfPassword = 10;
const failuresOfRate = 200;
const failuresToSuccesses = 4;
const restMs = 900_000;
const tickMs = 60_000;
/** Two halves are an hour: nothing of a password is kept longer. */
const halfHourMs = 1_800_000;
const rateHalfMs = 300_000;
const rowEveryMs = 1000;
const bounds = { maxKeys: 20_000, maxMembers: 32 };

export interface GuessSensorsParts {
  readonly now: Now;
  readonly schedule: Schedule;
  readonly log: Log;
  readonly onEnded: (episode: GuessingEpisode) => void;
}

interface Rest {
  readonly episode: Omit<GuessingEpisode, 'refused'>;
  readonly untilMs: number;
  refused: number;
}

interface Tally {
  wrong: number;
  right: number;
}

export function createGuessSensors(parts: GuessSensorsParts): GuessSensors {
  const { log, onEnded, schedule } = parts;
  const elapsed = createStopwatch(parts.now);
  const digest = createDigest();
  const wrongAccounts = createDistinctCounts(bounds);
  const rightAccounts = createDistinctCounts(bounds);
  const wrongWithPassword = createDistinctCounts(bounds);
  const resting = new Map<string, Rest>();
  let tally: Tally = { wrong: 0, right: 0 };
  let tallyBefore: Tally = { wrong: 0, right: 0 };
  let attack: { notRecorded: number } | undefined;
  let lastRowMs = Number.NEGATIVE_INFINITY;
  let [turnedMs, rateTurnedMs] = [elapsed(), elapsed()];

  const end = (source: string): void => {
    const rest = resting.get(source);
    resting.delete(source);
    if (rest !== undefined) onEnded({ ...rest.episode, refused: rest.refused });
  };
  const begin = (episode: Rest['episode']): Rest['episode'] => {
    log.warn('guessing.detected', { ...episode });
    return episode;
  };
  const isAttack = (): boolean => {
    const wrong = tally.wrong + tallyBefore.wrong;
    return wrong >= failuresOfRate && wrong > failuresToSuccesses * (tally.right + tallyBefore.right);
  };
  const findTripped = (source: string, guess: { account: number; password: string }) => {
    const wrong = wrongAccounts.add(source, guess.account);
    const sprayed = wrongWithPassword.add(guess.password, guess.account);
    if (sprayed >= accountsOfPassword) return { sensor: 'password', accounts: sprayed } as const;
    const most = attack === undefined ? accountsOfSource : accountsOfSourceUnderAttack;
    const isTripped = wrong >= most && wrong > rightAccounts.count(source);
    return isTripped ? ({ sensor: 'accounts', accounts: wrong } as const) : undefined;
  };
  const tick = (): void => {
    const atMs = elapsed();
    if (atMs - turnedMs >= halfHourMs) {
      for (const counts of [wrongAccounts, rightAccounts, wrongWithPassword]) counts.turn();
      turnedMs = atMs;
    }
    if (atMs - rateTurnedMs >= rateHalfMs) {
      [tallyBefore, tally] = [tally, { wrong: 0, right: 0 }];
      rateTurnedMs = atMs;
    }
    for (const [source, { untilMs }] of resting) if (untilMs <= atMs) end(source);
    if (attack === undefined || isAttack()) return;
    onEnded({ sensor: 'rate', source: undefined, accounts: 0, refused: attack.notRecorded });
    attack = undefined;
  };
  let cancel = (): void => {};
  const repeat = (): void => {
    cancel = schedule(() => {
      tick();
      repeat();
    }, tickMs);
  };
  repeat();

  return {
    check(address) {
      const rest = resting.get(sourceKey(address));
      if (rest === undefined) return;
      const leftMs = rest.untilMs - elapsed();
      if (leftMs <= 0) return end(sourceKey(address));
      rest.refused += 1;
      throw new Refusal('too_many_requests', {
        reason: `guessing: ${rest.episode.sensor}`,
        retryAfterSeconds: Math.ceil(leftMs / 1000),
      });
    },
    failed({ address, account, password }) {
      const source = sourceKey(address);
      tally.wrong += 1;
      const detected: Rest['episode'][] = [];
      const tripped = findTripped(source, { account: digest(account), password: String(digest(password)) });
      if (tripped !== undefined && !resting.has(source)) {
        const episode = begin({ ...tripped, source });
        resting.set(source, { episode, untilMs: elapsed() + restMs, refused: 0 });
        const [oldest] = resting.keys();
        if (resting.size > bounds.maxKeys && oldest !== undefined) end(oldest);
        detected.push(episode);
      }
      if (attack === undefined && isAttack()) {
        attack = { notRecorded: 0 };
        detected.push(begin({ sensor: 'rate', source: undefined, accounts: 0 }));
      }
      const isRecorded = attack === undefined || elapsed() - lastRowMs >= rowEveryMs;
      if (isRecorded) lastRowMs = elapsed();
      else if (attack !== undefined) attack.notRecorded += 1;
      return { detected, isRecorded };
    },
    succeeded({ address, account }) {
      tally.right += 1;
      rightAccounts.add(sourceKey(address), digest(account));
    },
    close: () => cancel(),
  };
}

/** 32 bits, by a key that dies with the process: enough to count with, useless for guessing. */
function createDigest(): (text: string) => number {
  const key = randomBytes(32);
  return (text) => createHmac('sha256', key).update(text).digest().readUInt32BE(0);
}
