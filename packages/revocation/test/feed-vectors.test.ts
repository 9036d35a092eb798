import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { decodeBase64url, encodeBase64url } from '@countersign/tokens';
import {
  acknowledgementMac,
  createDenyState,
  createHeadReader,
  encodeEvent,
  eventTypes,
  type EventScope,
  extendChain,
  fingerprint,
  judgeFreshness,
  judgeToken,
  type TokenNames,
} from '../src/index.ts';
import { readBatch, readFeedKeys } from '../src/wire.ts';

interface TokenRow {
  readonly name: string;
  readonly token: {
    readonly jti: string;
    readonly sid: string;
    readonly sub: string;
    readonly client_id: string;
    readonly tid: string | null;
    readonly kid: string;
    readonly rvs: number;
    readonly iat: number;
    readonly exp: number;
  };
  readonly verdict: string;
}

interface Vectors {
  readonly issuer: string;
  readonly now_ms: number;
  readonly keys_answer: unknown;
  readonly events: readonly {
    readonly seq: number;
    readonly scope: EventScope;
    readonly subject: string | null;
    readonly not_after: number;
    readonly fingerprint: string;
    readonly epoch: number;
    readonly bytes: string;
    readonly chain: string;
  }[];
  readonly heads: readonly {
    readonly name: string;
    readonly jws: string;
    readonly payload: { readonly seq: number; readonly t: number };
  }[];
  readonly refused_heads: readonly { readonly name: string; readonly jws: string }[];
  readonly batches: readonly { readonly name: string; readonly text: string }[];
  readonly snapshot: { readonly seq: number; readonly bytes: string; readonly content: string };
  readonly tokens: readonly TokenRow[];
  readonly tokens_before_event_8: readonly TokenRow[];
  readonly freshness: readonly {
    readonly iat: number;
    readonly head_t: number | null;
    readonly now: number;
    readonly max_staleness: number;
    readonly ttl_max: number;
    readonly verdict: string;
  }[];
  readonly acknowledgement: {
    readonly secret: string;
    readonly members: {
      readonly client_id: string;
      readonly process: string;
      readonly seq: number;
      readonly hash: string;
      readonly max_staleness_seconds: number;
    };
    readonly mac: string;
  };
}

const vectors: Vectors = JSON.parse(readFileSync(new URL('vectors/feed.json', import.meta.url), 'utf8'));
const page = readFileSync(new URL('../../../docs/feed-format.md', import.meta.url), 'utf8');
const keys = readFeedKeys(JSON.stringify(vectors.keys_answer));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const head = { timeMs: vectors.now_ms, ttlMaxSeconds: 300 };

test('the vectors hold nothing that is not checked', () => {
  assert.deepEqual(Object.keys(vectors).sort(), [
    'acknowledgement',
    'batches',
    'events',
    'freshness',
    'heads',
    'issuer',
    'keys_answer',
    'now_ms',
    'refused_heads',
    'snapshot',
    'tokens',
    'tokens_before_event_8',
  ]);
});

test('events, their fingerprints and their chain are those of the vectors, and the page shows them', () => {
  let chain: Uint8Array = new Uint8Array(32);
  for (const row of vectors.events) {
    const { scope, subject, not_after: notAfterSeconds, epoch } = row;
    const print = fingerprint(keys.fingerprintKey, eventTypes[scope], subject === null ? [] : [subject]);
    const bytes = encodeEvent({ scope, notAfterSeconds, fingerprint: print, epoch });
    chain = extendChain(chain, bytes);
    assert.deepEqual([hex(print), hex(bytes), hex(chain)], [row.fingerprint, row.bytes, row.chain]);
    assert.ok(
      page.includes(
        `| ${row.seq} | \`${scope}\` | ${subject === null ? '–' : `\`${subject}\``} | \`${row.bytes}\` |`,
      ),
    );
  }
  assert.ok(page.includes(hex(chain)), 'the page shows the last hash');
});

test('heads are taken and refused as the vectors say', () => {
  const read = createHeadReader({ issuer: vectors.issuer, keys: keys.keys, now: () => vectors.now_ms });
  for (const { jws, payload, name } of vectors.heads) {
    assert.deepEqual([read(jws).seq, read(jws).timeMs], [payload.seq, payload.t], name);
  }
  for (const { jws, name } of vectors.refused_heads)
    assert.throws(() => read(jws), { name: 'FeedError' }, name);
});

test('a batch and a snapshot carry the events of the vectors', () => {
  const [full, idle] = vectors.batches.map(({ text }) => readBatch(text, 8));
  assert.equal(full === undefined ? '' : hex(full.events), vectors.events.map(({ bytes }) => bytes).join(''));
  assert.equal(idle?.events.length, 0);
  assert.equal(hash('sha256', Buffer.from(vectors.snapshot.bytes, 'hex')), vectors.snapshot.content);
});

test('tokens get the verdicts of the vectors', () => {
  const judgeAll = (rows: readonly TokenRow[], count: number): void => {
    const denials = createDenyState({ fingerprintKey: keys.fingerprintKey });
    const events = vectors.events.slice(0, count).map(({ bytes }) => Buffer.from(bytes, 'hex'));
    assert.equal(denials.apply(Buffer.concat(events), 0, head), undefined);
    for (const { name, token, verdict } of rows) {
      const freshness = { nowMs: vectors.now_ms, maxStalenessSeconds: 300 };
      assert.equal(judgeToken(namesOf(token), freshness, { denials, head }), verdict, name);
    }
  };
  judgeAll(vectors.tokens, 8);
  judgeAll(vectors.tokens_before_event_8, 7);
});

test('freshness is judged as in the vectors', () => {
  for (const row of vectors.freshness) {
    const known = row.head_t === null ? undefined : { timeMs: row.head_t, ttlMaxSeconds: row.ttl_max };
    const freshness = { nowMs: row.now, maxStalenessSeconds: row.max_staleness };
    assert.equal(judgeFreshness(row.iat, freshness, known), row.verdict, JSON.stringify(row));
  }
});

test('an acknowledgement has the MAC of the vectors', () => {
  const { secret, members, mac } = vectors.acknowledgement;
  const made = acknowledgementMac(hash('sha256', secret, 'buffer'), {
    clientId: members.client_id,
    process: members.process,
    seq: members.seq,
    hash: decodeBase64url(members.hash),
    maxStalenessSeconds: members.max_staleness_seconds,
  });
  assert.equal(encodeBase64url(made), mac);
});

function namesOf({ client_id: clientId, tid, iat, exp, ...names }: TokenRow['token']): TokenNames {
  return { ...names, clientId, tid: tid ?? undefined, iatSeconds: iat, expSeconds: exp };
}
