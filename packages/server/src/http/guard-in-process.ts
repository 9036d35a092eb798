import { createGuard, type Guard, type GuardOptions } from '@countersign/guard';
import type { House } from '../base/house.ts';

/** What may differ from route to route, or is for the log; issuer, audience, keys and view are the server's own. */
export type OwnGuardOptions = Pick<GuardOptions, 'maxStalenessSeconds' | 'cache' | 'onRefusal'>;

/** A guard over the issuer's own keys and its own log: nothing is fetched, and what is revoked here is refused at once. */
export function guardInProcess(house: House, options: OwnGuardOptions = {}): Guard {
  const { policy, keys, feed, now } = house;
  return createGuard({
    ...options,
    issuer: policy.issuer,
    audience: policy.audience,
    keys: keys.keySet,
    // After a change of algorithm, keys of the old one live on until their tokens are dead.
    algorithms: keys.algorithm === 'HS256' ? ['HS256'] : ['ES256', 'RS256', 'Ed25519'],
    revocation: feed.view,
    now,
  });
}
