import type { Acknowledgement, Batch, FeedTransport, Gone } from '../../src/transport.ts';
import type { FeedModel } from './issuer.ts';
import type { VirtualTime } from './virtual-time.ts';

export const faultKinds = [
  'drop',
  'delay',
  'freeze',
  'cut',
  'reorder',
  'duplicate',
  'strip',
  'replay',
  'corrupt',
  'postdate',
] as const;

export interface LinkFault {
  readonly kind: (typeof faultKinds)[number];
  readonly fromMs: number;
  readonly toMs: number;
}

export interface LinkOptions {
  readonly time: VirtualTime;
  readonly feed: FeedModel;
  readonly random: () => number;
  readonly faults: readonly LinkFault[];
  /** What went over any link: a relay can say it again. */
  readonly past: { readonly batches: Batch[]; readonly heads: string[]; readonly snapshots: Uint8Array[] };
  onAcknowledged(acknowledgement: Acknowledgement): void;
  onLastHead(lastHead: string | undefined): void;
}

/** One guard's way to the feed, through a network and a relay that do what the faults say. */
export function createLink(options: LinkOptions): FeedTransport {
  const { time, feed, random, faults, past } = options;
  const active = (kind: LinkFault['kind']): LinkFault | undefined =>
    faults.find((fault) => fault.kind === kind && fault.fromMs <= time.nowMs && time.nowMs < fault.toMs);
  const maybe = (kind: LinkFault['kind'], share: number): boolean =>
    active(kind) !== undefined && random() < share;
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];

  let held: string | undefined;

  /** When what is sent now arrives; `undefined` where it never does. */
  function arrivalMs(): number | undefined {
    if (maybe('drop', 0.5) || active('cut') !== undefined) return undefined;
    const delayMs = 5 + random() * 35 + (maybe('delay', 0.7) ? random() * 6000 : 0);
    const frozen = active('freeze');
    return Math.max(time.nowMs + delayMs, frozen === undefined ? 0 : frozen.toMs + delayMs);
  }

  function at(arrival: number, task: () => void): void {
    time.schedule(task, arrival - time.nowMs);
  }

  /** An old head under a new date, without what came since: the signature is the old one. */
  function postdate(batch: Batch): Batch {
    held ??= batch.head;
    const [header, payload = '', signature] = held.split('.');
    const members: object = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const later = Buffer.from(JSON.stringify({ ...members, t: feed.clockMs() })).toString('base64url');
    return { after: batch.after, events: new Uint8Array(), head: `${header}.${later}.${signature}` };
  }

  /** A question and its answer. */
  function call<T>(answer: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const asked = arrivalMs();
      if (asked === undefined) {
        if (active('cut') !== undefined) reject(new Error('no connection'));
        return;
      }
      at(asked, () => {
        const said = answer();
        const heard = arrivalMs();
        if (heard !== undefined) at(heard, () => resolve(said));
      });
    });
  }

  function spoil(batch: Batch): Batch {
    past.batches.push(batch);
    if (past.batches.length > 200) past.batches.shift();
    if (maybe('replay', 0.5)) return pick(past.batches) ?? batch;
    if (maybe('strip', 0.8)) return { ...batch, events: new Uint8Array() };
    if (maybe('postdate', 0.9)) return postdate(batch);
    if (!maybe('corrupt', 0.3)) return batch;
    if (random() < 0.5 || batch.events.length === 0) return { ...batch, head: flip(batch.head, random()) };
    const events = Uint8Array.from(batch.events);
    const index = Math.floor(random() * events.length);
    events[index] = (events[index] ?? 0) ^ 1;
    return { ...batch, events };
  }

  function spoilHead(head: string): string {
    past.heads.push(head);
    if (maybe('replay', 0.5)) return pick(past.heads) ?? head;
    return maybe('corrupt', 0.3) ? flip(head, random()) : head;
  }

  function spoilSnapshot(bytes: Uint8Array): Uint8Array {
    past.snapshots.push(bytes);
    if (maybe('replay', 0.5)) return pick(past.snapshots) ?? bytes;
    return maybe('corrupt', 0.5) || maybe('strip', 0.8) ? bytes.subarray(0, -24) : bytes;
  }

  function stream(after: number, onBatch: (batch: Batch) => void, signal: AbortSignal): Promise<Gone | void> {
    return new Promise((resolve, reject) => {
      let lastMs = 0;
      const pass = (batch: Batch): void => {
        if (signal.aborted) return;
        const arrival = arrivalMs();
        if (arrival === undefined) {
          if (active('cut') !== undefined) stop(() => reject(new Error('connection lost')));
          return;
        }
        const heardMs =
          active('reorder') === undefined ? Math.max(arrival, lastMs) : time.nowMs + random() * 3000;
        lastMs = Math.max(lastMs, heardMs);
        const heard = spoil(batch);
        at(heardMs, () => onBatch(heard));
        if (maybe('duplicate', 0.6)) at(heardMs + random() * 4000, () => onBatch(heard));
      };
      const unsubscribe = feed.subscribe(pass);
      const stop = (end: () => void): void => {
        unsubscribe();
        end();
      };
      signal.addEventListener('abort', () => stop(() => reject(signal.reason)), { once: true });
      const first = feed.log(after);
      if ('kind' in first) stop(() => resolve(first));
      else pass(first);
    });
  }

  return {
    fetchKeys: () => call(() => feed.keys()),
    fetchHead: () => call(() => spoilHead(feed.head())),
    fetchLog: ({ after, lastHead }) =>
      call(() => {
        options.onLastHead(lastHead);
        const answer = feed.log(after);
        return 'kind' in answer ? answer : spoil(answer);
      }),
    fetchSnapshot: (seq) =>
      call(() => {
        const bytes = feed.snapshot(seq);
        return bytes instanceof Uint8Array ? inPieces(spoilSnapshot(bytes)) : bytes;
      }),
    async openStream({ after, lastHead }, onBatch, signal) {
      await call(() => options.onLastHead(lastHead));
      if (!signal.aborted) return stream(after, onBatch, signal);
    },
    acknowledge: (acknowledgement) => call(() => options.onAcknowledged(acknowledgement)),
  };
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Another character somewhere in the middle. */
function flip(text: string, random: number): string {
  const index = 30 + Math.floor(random * (text.length - 60));
  return `${text.slice(0, index)}${text[index] === 'A' ? 'B' : 'A'}${text.slice(index + 1)}`;
}
