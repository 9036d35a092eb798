import { lastHeadHeader } from '@countersign/revocation';
import type { House } from '../../base/house.ts';
import { notOfForm, Refusal } from '../../base/refusal.ts';
import { followScope } from '../../base/revocations-scope.ts';
import {
  acknowledgementInput,
  batchAnswer,
  feedKeysAnswer,
  followHeaders,
  headAnswer,
  logQuery,
  readAcknowledgement,
  snapshotAnswer,
  snapshotParams,
  streamAnswer,
  streamQuery,
} from '../../contract/revocations.ts';
import { type Route, route } from '../route.ts';
import { machineHolding } from '../who.ts';
import { toByteStream } from '../to-byte-stream.ts';

const tag = 'Revocations';
const who = machineHolding(followScope);
/** Neither kept nor rewritten on the way, and not gathered either. */
const cacheControl = 'private, no-transform';
const headers = { 'X-Accel-Buffering': 'no' };

export const revocationRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/revocations/keys',
    tag,
    summary: 'The keys that verify heads, and the one that fingerprints are made with',
    description: 'Only ever asked of the issuer itself, never of a relay.',
    who,
    limits: [],
    output: { status: 200, body: feedKeysAnswer },
    refusals: [],
    answer: ({ feed, policy }) => ({
      body: {
        issuer: policy.issuer,
        fingerprint_key: Buffer.from(feed.fingerprintKey).toString('base64url'),
        keys: feed.publicJwks().keys.map((key) => ({ ...key })),
      },
    }),
  }),
  route({
    method: 'GET',
    path: '/revocations/head',
    tag,
    summary: 'The newest head, and the snapshot that it names',
    who,
    limits: [],
    output: { status: 200, body: headAnswer, cacheControl },
    refusals: [],
    answer: async ({ feed }) => ({ body: { head: await feed.source.fetchHeadWithSnapshot() } }),
  }),
  route({
    method: 'GET',
    path: '/revocations/log',
    tag,
    summary: 'Events after a number, and the head that they lead to',
    description: 'Waits for something new where nothing is. 410: cross by a snapshot.',
    who,
    limits: [],
    input: { query: logQuery, headers: followHeaders },
    output: { status: 200, body: batchAnswer, cacheControl, headers },
    refusals: ['gone', 'overloaded'],
    async answer({ feed }, { caller, query, headers }) {
      await examine(feed, headers);
      const written = await feed.desk.answerLog({
        after: Number(query.after),
        waitSeconds: Number(query.wait ?? 0),
        credential: caller,
      });
      if (written === undefined) throw new Refusal('gone');
      return { body: { written } };
    },
  }),
  route({
    method: 'GET',
    path: '/revocations/stream',
    tag,
    summary: 'Events as they happen',
    description:
      'Server-sent events: `id` is a number of the feed, `data` what `/revocations/log` answers. ' +
      'At least one a second. 410: cross by a snapshot.',
    who,
    limits: [],
    input: { query: streamQuery, headers: followHeaders },
    output: { status: 200, body: streamAnswer, mediaType: 'text/event-stream', cacheControl, headers },
    refusals: ['gone', 'overloaded'],
    async answer({ feed }, { caller, query, headers }) {
      const after = headers['last-event-id'] ?? query.after;
      if (after === undefined) throw notOfForm('after', 'is missing');
      await examine(feed, headers);
      const written = await feed.desk.openStream({ after: Number(after), credential: caller });
      if (written === undefined) throw new Refusal('gone');
      return { body: { written } };
    },
  }),
  route({
    method: 'GET',
    path: '/revocations/snapshot/{seq}',
    tag,
    summary: 'Every event that is of use at a number',
    description: '24 bytes each, in sequence. Its SHA-256 stands in the head that names it.',
    who,
    limits: [],
    input: { params: snapshotParams },
    output: { status: 200, body: snapshotAnswer, mediaType: 'application/octet-stream', cacheControl },
    refusals: ['gone'],
    async answer({ feed }, { params }) {
      const pieces = await feed.source.findSnapshot(Number(params.seq));
      if (pieces === undefined) throw new Refusal('gone');
      return { body: { written: toByteStream(pieces) } };
    },
  }),
  route({
    method: 'POST',
    path: '/revocations/ack',
    tag,
    summary: 'Say what a guard process has applied',
    description:
      '`mac`: HMAC-SHA-256 over the other members with a key made from the client’s secret, so that a relay can carry it and not make it.',
    who,
    limits: [],
    input: { body: acknowledgementInput },
    output: { status: 204 },
    refusals: ['overloaded'],
    async answer({ feed }, { body }) {
      const { acknowledgement, mac } = readAcknowledgement(body);
      const outcome = await feed.acknowledge(acknowledgement, mac);
      if (outcome === 'unproven') throw notOfForm('mac', 'is not one of a client that may follow');
      if (outcome === 'not-on-chain') throw notOfForm('hash', 'is not that of the feed at this number');
      return { body: undefined };
    },
  }),
];

async function examine(
  { source }: House['feed'],
  headers: { readonly [lastHeadHeader]?: string | undefined },
): Promise<void> {
  const lastHead = headers[lastHeadHeader];
  if (lastHead !== undefined) await source.examineLastHead(lastHead);
}
