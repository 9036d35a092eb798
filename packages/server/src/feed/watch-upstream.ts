import type { RevocationStatus } from '@countersign/revocation';
import type { Log } from '../base/house.ts';
import type { Schedule } from '../base/schedule.ts';

export interface UpstreamParts {
  status(): Pick<RevocationStatus, 'state' | 'fault' | 'seq'>;
  readonly schedule: Schedule;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
}

const lookMs = 1000;

/**
 * Writes a line when the feed that a relay follows is lost, and why, and when it is heard again; an alarm is an error.
 * Looks once a second: what is over between two looks is not written, for a stream ends now and then.
 *
 * @returns stops it
 */
export function watchUpstream({ status, schedule, log }: UpstreamParts): () => void {
  let seen = '';
  let written = '';
  const look = (): void => {
    const { state, fault, seq } = status();
    const now = `${state} ${fault ?? ''}`;
    const isOver = now !== seen;
    seen = now;
    cancel = schedule(look, lookMs);
    if (now === written || state === 'closed') return;
    if (state !== 'following' && (isOver || fault === undefined)) return;
    written = now;
    if (state === 'following') log.info('relay.following', { seq });
    else log[state === 'alarmed' ? 'error' : 'warn']('relay.upstream-lost', { state, fault });
  };
  let cancel = schedule(look, lookMs);
  return () => cancel();
}
