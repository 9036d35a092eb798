import type { TokenNames } from '../../src/index.ts';
import type { Act } from '../denials.ts';

export interface Remembered {
  readonly seq: number;
  readonly act: Act;
}

/** Keeps every event for ever, by what it names, and looks at all of them. */
export interface Oracle {
  add(event: Remembered): void;
  denies(names: TokenNames): boolean;
}

export function createOracle(): Oracle {
  const events = new Map<string, Remembered[]>();

  function find(scope: string, subject: string | undefined): readonly Remembered[] {
    return events.get(`${scope} ${subject}`) ?? [];
  }

  return {
    add(event) {
      const name = `${event.act.scope} ${event.act.subject}`;
      const same = events.get(name);
      if (same === undefined) events.set(name, [event]);
      else same.push(event);
      if (event.act.scope === 'key') events.set('key undefined', [event]);
    },
    denies({ jti, sid, sub, clientId, tid, kid, rvs }) {
      const dead = [find('token', jti), find('session', sid), find('key', kid)];
      const epochs = [
        find('user', sub),
        find('user-claims', sub),
        find('client', clientId),
        find('tenant', tid),
        find('everything', ''),
      ];
      return dead.some((each) => each.length > 0) || epochs.some((each) => each.some(({ seq }) => rvs < seq));
    },
  };
}
