import type { CallIssuer } from './call-issuer.ts';
import type { Channel } from './channel.ts';
import type { ClientState } from './client-state.ts';
import type { Exclusive } from './exclusive.ts';
import type { SessionKeeper } from './keep-session.ts';
import type { RenewalPause } from './renewal-pause.ts';
import { readFreshness, type SessionRecord } from './session-record.ts';
import type { ValueStorage } from './storage/storage.ts';
import type { Surroundings } from './surroundings.ts';

/** Everything the flows of one client need, built once in `create-client.ts`. */
export interface Core {
  readonly surroundings: Surroundings;
  readonly state: ClientState;
  readonly keeper: SessionKeeper;
  /** Where the keeper keeps. */
  readonly kind: ValueStorage['kind'];
  readonly call: CallIssuer;
  readonly pause: RenewalPause;
  /**
   * The share of a token's life after which this client renews it: between 0.4 and 0.5, drawn once, so that
   * clients that came together do not come together again.
   */
  readonly freshShare: number;
  /** Spans renew, sign-in and sign-out until the answer is stored. Never entered from inside itself. */
  readonly exclusive: Exclusive;
  readonly channel: Pick<Channel, 'post'>;
}

export function freshnessOf(core: Core, record: SessionRecord): ReturnType<typeof readFreshness> {
  const { freshShare } = core;
  return readFreshness(record, { nowMs: core.surroundings.now(), freshShare });
}
