/**
 * What a verifier remembers of the feed, to deny tokens without asking anyone.
 *
 * 1. A denial that was applied holds until no token that it denies can be alive.
 * 2. Denials only come: no event, no snapshot and no change of the fingerprint key takes one back.
 * 3. Generations swap at most once a head, by the head's time, before the head's events are added.
 * 4. Epochs only rise. Keys are never dropped.
 * 5. Events are added whole or not at all; what is not understood is not added.
 * 6. `changes` rises whenever a token that was not denied may now be denied.
 */
import { setImmediate as rest } from 'node:timers/promises';
import { type EventFault, findEventFault } from './batch.ts';
import { copyDead } from './dead-set.ts';
import { createDenialCheck } from './denial-check.ts';
import {
  addEvents,
  copyGeneration,
  countBytes,
  countEntries,
  createDenials,
  createGeneration,
  type Denials,
  type Generation,
  swapGenerations,
} from './denial-generations.ts';
import { type HeadTime, skewSeconds } from './freshness.ts';
import type { SnapshotReference } from './head.ts';
import { type LoadedSnapshot, loadSnapshot, type SnapshotFault } from './load-snapshot.ts';
import type { TokenNames } from './view.ts';

export interface DenyState {
  /** Rises with every call that can turn a token from live to denied. */
  readonly changes: number;
  /** Denials held. */
  readonly entries: number;
  /** What their tables take. */
  readonly bytes: number;
  /** Signing keys among the denials. */
  readonly revokedKeys: number;
  /**
   * Whether any event denies the token. Allocates nothing.
   * Closed where it cannot know: an `rvs` that is no number, and a token
   * without `kid` once any key was revoked.
   * Does NOT check freshness, `exp` or signature.
   */
  denies(names: TokenNames): boolean;
  /**
   * Adds events, and lets go of those that are of no more use at that head.
   * Does NOT check the chain: the events must have been found to lead to the
   * hash of that verified head, or to lie before it. A batch may come in parts.
   *
   * @param events 24 bytes each, from `afterSeq + 1` on; none for an idle head
   * @returns why nothing was added: the feed says what this verifier does not understand
   */
  apply(events: Uint8Array, afterSeq: number, head: HeadTime): EventFault | undefined;
  /**
   * Adds a snapshot once its bytes have the signed SHA-256, and until then
   * nothing; rests every few thousand events. What was denied before stays denied.
   * Does NOT limit its length: the source of the chunks does, by throwing.
   *
   * @param snapshot of a verified head
   * @param chunks cut anywhere
   * @returns why nothing was added
   */
  applySnapshot(
    snapshot: SnapshotReference,
    chunks: AsyncIterable<Uint8Array>,
    head: HeadTime,
  ): Promise<SnapshotFault | undefined>;
  /** From now on events carry fingerprints under this key; denials under the one before stay. */
  useFingerprintKey(key: Uint8Array): void;
}

interface Layer {
  readonly denials: Denials;
  readonly denies: (names: TokenNames) => boolean;
}

/**
 * How long after `ttl_max` a denied token can still be taken for alive: the
 * clock of its signer may run ahead, that of the verifier behind, and `exp`
 * is tolerated for as long.
 */
const spareSeconds = 3 * skewSeconds;

/** @param options `fingerprintKey`: 16 bytes, from the feed's keys */
export function createDenyState(options: { readonly fingerprintKey: Uint8Array }): DenyState {
  let fingerprintKey = options.fingerprintKey.slice();
  let latest = createLayer(fingerprintKey);
  /** That of the key in use first. */
  let layers: readonly Layer[] = [latest];
  let everything = 0;
  let changes = 0;
  let swappedAtMs: number | undefined;

  function swapIfDue({ timeMs, ttlMaxSeconds }: HeadTime): void {
    swappedAtMs ??= timeMs;
    if (timeMs - swappedAtMs < (ttlMaxSeconds + spareSeconds) * 1000) return;
    swappedAtMs = timeMs;
    for (const { denials } of layers) swapGenerations(denials);
    layers = layers.filter((layer) => layer === latest || countEntries(layer.denials) > 0);
  }

  function adopt(denials: Denials, loaded: LoadedSnapshot): void {
    denials.current = loaded.generation;
    denials.old = createGeneration();
    for (const _ of copyDead(loaded.keys, denials.keys));
    everything = Math.max(everything, loaded.everything);
    changes += 1;
  }

  return {
    get changes() {
      return changes;
    },
    get entries() {
      return layers.reduce((sum, { denials }) => sum + countEntries(denials), 0);
    },
    get bytes() {
      return layers.reduce((sum, { denials }) => sum + countBytes(denials), 0);
    },
    get revokedKeys() {
      return layers.reduce((sum, { denials }) => sum + denials.keys.size, 0);
    },
    denies(names) {
      // Written so that an `rvs` that is no number is below everything.
      if (!(names.rvs >= everything)) return true;
      for (let index = 0; index < layers.length; index += 1) {
        if (layers[index]?.denies(names) === true) return true;
      }
      return false;
    },
    apply(events, afterSeq, head) {
      const fault = findEventFault(events, afterSeq);
      if (fault !== undefined) return fault;
      swapIfDue(head);
      if (events.length === 0) return undefined;
      const { current, keys } = latest.denials;
      everything = Math.max(everything, addEvents(events, { generation: current, keys }));
      changes += 1;
      return undefined;
    },
    async applySnapshot(snapshot, chunks, head) {
      const layer = latest;
      const loaded = await loadSnapshot(snapshot, chunks);
      if (typeof loaded === 'string') return loaded;
      // Once more when something was added while it rested.
      for (let seen: number | undefined; seen !== changes; ) {
        seen = changes;
        await copyDenials(layer.denials, loaded.generation);
      }
      if (layer !== latest) return 'key_changed';
      swapIfDue(head);
      adopt(layer.denials, loaded);
      return undefined;
    },
    useFingerprintKey(key) {
      if (Buffer.compare(key, fingerprintKey) === 0) return;
      fingerprintKey = key.slice();
      latest = createLayer(fingerprintKey);
      layers = [latest, ...layers];
      changes += 1;
    },
  };
}

function createLayer(fingerprintKey: Uint8Array): Layer {
  const denials = createDenials();
  return { denials, denies: createDenialCheck(denials, fingerprintKey) };
}

async function copyDenials({ current, old }: Denials, into: Generation): Promise<void> {
  for (const generation of [current, old]) {
    for (const _ of copyGeneration(generation, into)) await rest();
  }
}
