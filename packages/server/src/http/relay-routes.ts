import type { Auth } from '@countersign/guard';
import type { FeedDesk, FeedSource } from '../base/feed-source.ts';
import { notOfForm, Refusal } from '../base/refusal.ts';
import {
  acknowledgementInput,
  followHeaders,
  logQuery,
  snapshotParams,
  streamQuery,
} from '../contract/revocations.ts';
import { checkInput, checkParams } from './check-input.ts';
import { readBody, readQuery } from './read-input.ts';
import { toByteStream } from './to-byte-stream.ts';

/** What a relay serves from. */
export interface RelayFeed {
  readonly source: Pick<FeedSource, 'freshen' | 'fetchHeadWithSnapshot' | 'findSnapshot'> & {
    readonly seq: number | undefined;
  };
  readonly desk: FeedDesk<Auth>;
  /** @throws Refusal `unavailable`, `overloaded` */
  carryAcknowledgement(process: string, body: string): Promise<void>;
}

export interface RelayCall {
  readonly request: Request;
  /** What follows the last slash. */
  readonly lastSegment: string;
  readonly auth: Auth;
}

export interface RelayAnswer {
  readonly status: 200 | 204;
  readonly mediaType?: string;
  readonly body: string | ReadableStream<Uint8Array> | null;
}

export interface RelayRoute {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  /** As it stands in the log. */
  readonly name: string;
  answer(feed: RelayFeed, call: RelayCall): Promise<RelayAnswer>;
}

const json = 'application/json';
const maxAcknowledgementBytes = 2048;

/** The endpoints of a feed without its keys: those come from the issuer alone. */
export const relayRoutes: readonly RelayRoute[] = [
  {
    method: 'GET',
    path: /^\/revocations\/head$/,
    name: '/revocations/head',
    async answer({ source }, { request }) {
      checkInput(undefined, readQuery(request.url));
      return {
        status: 200,
        mediaType: json,
        body: JSON.stringify({ head: await source.fetchHeadWithSnapshot() }),
      };
    },
  },
  {
    method: 'GET',
    path: /^\/revocations\/log$/,
    name: '/revocations/log',
    async answer(feed, { request, auth }) {
      const query = checkInput(logQuery, readQuery(request.url));
      const after = Number(query.after);
      await checkReached(feed, after);
      const body = await feed.desk.answerLog({
        after,
        waitSeconds: Number(query.wait ?? 0),
        credential: auth,
      });
      if (body === undefined) throw new Refusal('gone');
      return { status: 200, mediaType: json, body };
    },
  },
  {
    method: 'GET',
    path: /^\/revocations\/stream$/,
    name: '/revocations/stream',
    async answer(feed, { request, auth }) {
      const query = checkInput(streamQuery, readQuery(request.url));
      const headers = checkInput(followHeaders, Object.fromEntries(request.headers));
      const after = headers['last-event-id'] ?? query.after;
      if (after === undefined) throw notOfForm('after', 'is missing');
      await checkReached(feed, Number(after));
      const body = await feed.desk.openStream({ after: Number(after), credential: auth });
      if (body === undefined) throw new Refusal('gone');
      return { status: 200, mediaType: 'text/event-stream', body };
    },
  },
  {
    method: 'GET',
    path: /^\/revocations\/snapshot\/[^/]+$/,
    name: '/revocations/snapshot/{seq}',
    async answer({ source }, { lastSegment }) {
      const { seq } = checkParams(snapshotParams, { seq: lastSegment });
      const pieces = await source.findSnapshot(Number(seq));
      if (pieces === undefined) throw new Refusal('gone');
      return { status: 200, mediaType: 'application/octet-stream', body: toByteStream(pieces) };
    },
  },
  {
    method: 'POST',
    path: /^\/revocations\/ack$/,
    name: '/revocations/ack',
    async answer(feed, { request, auth }) {
      const rule = { bodyType: 'json', isBodyOptional: false, maxBytes: maxAcknowledgementBytes } as const;
      const body = checkInput(acknowledgementInput, await readBody(request, rule));
      await feed.carryAcknowledgement(`${auth.clientId} ${body.process}`, JSON.stringify(body));
      return { status: 204, body: null };
    },
  },
];

/** A follower that was elsewhere before may know more than this relay, for a moment. */
async function checkReached({ source }: RelayFeed, after: number): Promise<void> {
  if (after <= (source.seq ?? -1)) return;
  const { seq } = await source.freshen();
  if (after > seq) {
    throw new Refusal('unavailable', {
      reason: 'the follower knows more than this relay',
      retryAfterSeconds: 1,
    });
  }
}
