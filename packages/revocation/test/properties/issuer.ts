import { createHash } from 'node:crypto';
import type { EventScope, SnapshotReference, TokenNames } from '../../src/index.ts';
import { type Act, eventOf } from '../denials.ts';
import type { Random } from './random.ts';

/** How long an event is of use after `not_after`: clock of the signer, clock of the verifier, tolerance of `exp`. */
export const spareMs = 6000;
const skewMs = 2000;

export interface Published {
  readonly seq: number;
  readonly act: Act;
  readonly notAfterSeconds: number;
}

export interface Head {
  readonly seq: number;
  readonly timeMs: number;
  readonly ttlMaxSeconds: number;
}

export interface Snapshot extends SnapshotReference {
  readonly bytes: Uint8Array;
}

/** What an issuer does, as far as a verifier can notice it. */
export interface Issuer {
  readonly nowMs: number;
  /** A verifier whose place is below must cross. */
  readonly gap: number;
  readonly fingerprintKey: Uint8Array;
  readonly head: Head;
  readonly snapshot: Snapshot;
  /** Everything that was ever committed and not lost, in order. */
  readonly history: readonly Published[];
  /** 24 bytes, under the key in use. */
  encode(event: Published): Uint8Array;
  pass(ms: number): void;
  mint(): TokenNames;
  revoke(): void;
  announce(): void;
  makeSnapshot(): void;
  /** The last commits are lost; numbers go on far above, perhaps under another fingerprint key. */
  restore(): void;
  changeTtl(): void;
}

const scopes: readonly [EventScope, ...EventScope[]] = [
  'token',
  'session',
  'session',
  'user',
  'user-claims',
  'client',
  'tenant',
  'key',
  'everything',
];
/** How many names a scope has at a time. */
const namesInUse = {
  token: 40,
  session: 20,
  user: 12,
  'user-claims': 12,
  client: 6,
  tenant: 6,
  key: 30,
};
const ttls = { short: 8, long: 20 };

export function createIssuer(random: Random): Issuer {
  let nowMs = 1_000_000_000;
  let seq = 1000;
  let gap = seq;
  let keyNumber = 0;
  let history: Published[] = [];
  const ttl = { minted: ttls.short, announced: ttls.short, lowerAtMs: Number.POSITIVE_INFINITY };
  let head: Head;
  let snapshot: Snapshot;
  let drawn = 0;

  const fingerprintKey = (): Uint8Array => new Uint8Array(16).fill(keyNumber);
  const spent = new Set<string>();
  /** Few names at a time, the same in every scope, and others later. */
  const name = (many: number): string => `${Math.floor((drawn += 1) / 4000)}-${random.below(many)}`;

  /** What is dead for good is never named by a token that is issued afterwards. */
  function unspent(scope: 'token' | 'session'): string {
    const base = name(namesInUse[scope]);
    for (let life = 0; ; life += 1) if (!spent.has(`${scope} ${base}.${life}`)) return `${base}.${life}`;
  }

  function drawSubject(scope: EventScope): string {
    if (scope === 'everything') return '';
    return scope === 'token' || scope === 'session' ? unspent(scope) : name(namesInUse[scope]);
  }

  function publish(act: Act): void {
    seq += 1;
    spent.add(`${act.scope} ${act.subject}`);
    history.push({ seq, act, notAfterSeconds: Math.ceil(nowMs / 1000) + ttl.announced });
  }

  function encode({ seq, act, notAfterSeconds }: Published): Uint8Array {
    return eventOf(act, seq, { key: fingerprintKey(), notAfterSeconds });
  }

  function announce(): void {
    if (nowMs >= ttl.lowerAtMs) ttl.announced = ttl.minted;
    head = { seq, timeMs: nowMs, ttlMaxSeconds: ttl.announced };
  }

  function makeSnapshot(): void {
    const bytes = Buffer.concat(
      history
        .filter((each) => each.act.scope === 'key' || each.notAfterSeconds * 1000 + spareMs >= nowMs)
        .map(encode),
    );
    const content = createHash('sha256').update(bytes).digest();
    snapshot = { seq, hash: new Uint8Array(32), content, bytes };
  }

  announce();
  makeSnapshot();
  return {
    get nowMs() {
      return nowMs;
    },
    get gap() {
      return gap;
    },
    get fingerprintKey() {
      return fingerprintKey();
    },
    get head() {
      return head;
    },
    get snapshot() {
      return snapshot;
    },
    get history() {
      return history;
    },
    encode,
    announce,
    makeSnapshot,
    pass(ms) {
      nowMs += ms;
    },
    mint() {
      const iatSeconds = Math.floor((nowMs + random.below(2 * skewMs + 1) - skewMs) / 1000);
      const life = random.chance(0.8) ? ttl.minted : 1 + random.below(ttl.minted);
      return {
        jti: unspent('token'),
        sid: random.chance(0.9) ? unspent('session') : undefined,
        sub: name(namesInUse.user),
        clientId: name(namesInUse.client),
        tid: random.chance(0.7) ? name(namesInUse.tenant) : undefined,
        kid: random.chance(0.99) ? name(namesInUse.key) : undefined,
        rvs: seq,
        iatSeconds,
        expSeconds: iatSeconds + life,
      };
    },
    revoke() {
      const scope = random.pick(scopes);
      // What kills too much hides everything else.
      if ((scope === 'key' || scope === 'everything') && random.chance(0.97)) return;
      publish({ scope, subject: drawSubject(scope) });
    },
    restore() {
      const lost = random.below(Math.min(20, history.length + 1));
      history = history.slice(0, history.length - lost);
      if (random.chance(0.3)) keyNumber = (keyNumber + 1) % 251;
      gap = seq + 1 + random.below(1_000_000);
      seq = gap;
      if (random.chance(0.2)) publish({ scope: 'everything', subject: '' });
      announce();
      makeSnapshot();
    },
    changeTtl() {
      if (ttl.announced === ttls.short) {
        ttl.announced = ttls.long;
        ttl.minted = ttls.long;
        ttl.lowerAtMs = Number.POSITIVE_INFINITY;
      } else if (ttl.minted === ttls.long) {
        ttl.minted = ttls.short;
        ttl.lowerAtMs = nowMs + ttls.long * 1000 + spareMs;
      }
    },
  };
}
