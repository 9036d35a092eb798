import { timingSafeEqual } from 'node:crypto';
import { type Acknowledgement, acknowledgementMac } from '@countersign/revocation';
import type { FeedStatements, FollowingClient } from '../base/feed-rows.ts';
import type { AcknowledgementOutcome, Store } from '../base/house.ts';
import { followScope } from '../base/revocations-scope.ts';
import { isOnChain } from './rollback.ts';
import type { Roll } from './roll.ts';
import type { Tail } from './tail.ts';

export interface AcknowledgeParts {
  readonly store: Pick<Store, 'read'>;
  readonly statements: Pick<FeedStatements, 'findClients' | 'findHash'>;
  readonly tail: Tail;
  readonly roll: Roll;
}

/** Whether processes of this client may follow now, whoever carries their words. */
export function mayFollow(client: FollowingClient | undefined): client is FollowingClient & {
  readonly secretHash: Uint8Array;
} {
  const isActive = client !== undefined && client.disabledAtMs === null && client.secretHash !== null;
  return isActive && client.scopes.split(' ').includes(followScope);
}

/**
 * Puts a process on the roll. Its MAC proves it end to end: a relay in between
 * cannot make one. A repeat changes nothing, since what is said of a process only rises.
 */
export async function acknowledge(
  { store, statements, tail, roll }: AcknowledgeParts,
  acknowledgement: Acknowledgement,
  mac: Uint8Array,
): Promise<AcknowledgementOutcome> {
  const { clientId, process, seq, hash, maxStalenessSeconds } = acknowledgement;
  const [client] = await store.read(statements.findClients([clientId]));
  if (!mayFollow(client) || !isSame(acknowledgementMac(client.secretHash, acknowledgement), mac))
    return 'unproven';
  if ((await isOnChain({ store, statements, tail }, { seq, hash })) !== true) return 'not-on-chain';
  const ttlMaxSeconds = tail.state?.ttlMaxSeconds ?? 0;
  const isOwn = await roll.note({ process, clientId, seq, maxStalenessSeconds, ttlMaxSeconds });
  return isOwn ? 'noted' : 'unproven';
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
