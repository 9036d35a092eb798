import { encodeBase64url } from '@countersign/tokens';
import { acknowledgementMac } from './acknowledgement-mac.ts';
import { readEventStream } from './event-stream.ts';
import { FeedError } from './feed-error.ts';
import { maxHeadBytes } from './head.ts';
import { type Call, callFeed, type Credential, limitBytes, readText } from './http-call.ts';
import type { Acknowledgement, Batch, FeedTransport, Gone, StreamStart } from './transport.ts';
import { lastHeadHeader, maxBatchBytes, readBatch, readFeedKeys, readHeadAnswer } from './wire.ts';

export interface HttpTransportOptions extends Credential {
  /** Of the issuer or of a relay, without a slash at its end, such as `https://id.example/revocations`. */
  readonly feedUrl: string;
  /** Always the issuer's own, such as `https://id.example/revocations/keys`. */
  readonly keysUrl: string;
  /** SHA-256 of the client's secret, 32 bytes. */
  readonly acknowledgementKey: Uint8Array;
}

export interface HttpTransport extends FeedTransport {
  /** Carries on what a process said to a relay: the body of its acknowledgement, whose MAC holds end to end. */
  forwardAcknowledgement(body: string, signal: AbortSignal): Promise<void>;
}

/** 16 777 216 events: more than a day's revocations of any issuer whose tokens live for minutes. */
export const maxSnapshotBytes = 402_653_184;

const maxKeysBytes = 65_536;
const json = 'application/json';
const gone: Gone = { kind: 'gone' };

/**
 * Talk to a feed over HTTP.
 *
 * Credentials go into the `Authorization` header, never into an address, and redirects are not followed. Every body
 * has a limit of bytes; limits of time are the signals of the caller. Does NOT verify what comes back, and does NOT
 * insist on https: whoever names the addresses does.
 *
 * @throws each call: FeedError `unauthorized`, `not_answered`, `answer_malformed`, `answer_too_large`
 */
export function createHttpTransport(options: HttpTransportOptions): HttpTransport {
  const { feedUrl } = options;
  const ask = (path: string, call: Omit<Call, 'url'>): Promise<Response> =>
    callFeed(options, { url: feedUrl + path, ...call });
  const post = async (body: string, signal: AbortSignal): Promise<void> => {
    const response = await ask('/ack', { accept: json, signal, body });
    await response.body?.cancel();
    if (response.status === 410) throw new FeedError('not_answered');
  };

  return {
    async fetchKeys(signal) {
      const response = await callFeed(options, { url: options.keysUrl, accept: json, signal });
      return readFeedKeys(await textOf(response, maxKeysBytes));
    },
    async fetchHead(signal) {
      return readHeadAnswer(await textOf(await ask('/head', { accept: json, signal }), maxHeadBytes + 256));
    },
    async fetchLog(from, waitSeconds, signal) {
      const path = `/log?after=${from.after}&wait=${waitSeconds}`;
      const response = await ask(path, { accept: json, signal, headers: lastHead(from) });
      if (await isGone(response)) return gone;
      return readBatch(await textOf(response, maxBatchBytes), from.after);
    },
    async fetchSnapshot(seq, signal) {
      const response = await ask(`/snapshot/${seq}`, { accept: 'application/octet-stream', signal });
      if (await isGone(response)) return gone;
      return limitBytes(bodyOf(response), maxSnapshotBytes);
    },
    async openStream(from, onBatch, signal) {
      const headers = { 'last-event-id': String(from.after), ...lastHead(from) };
      const path = `/stream?after=${from.after}`;
      const response = await ask(path, { accept: 'text/event-stream', signal, headers });
      if (await isGone(response)) return gone;
      return readBatches(response, from.after, onBatch);
    },
    acknowledge: (acknowledgement, signal) =>
      post(encodeAcknowledgement(acknowledgement, options.acknowledgementKey), signal),
    forwardAcknowledgement: post,
  };
}

function readBatches(response: Response, after: number, onBatch: (batch: Batch) => void): Promise<void> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    throw new FeedError('answer_malformed');
  }
  const maxLineBytes = maxBatchBytes + 'data: '.length;
  return readEventStream(bodyOf(response), maxLineBytes, (data) => onBatch(readBatch(data, after)));
}

/** The body of `POST /revocations/ack`. */
export function encodeAcknowledgement(acknowledgement: Acknowledgement, secretHash: Uint8Array): string {
  return JSON.stringify({
    client_id: acknowledgement.clientId,
    process: acknowledgement.process,
    seq: acknowledgement.seq,
    hash: encodeBase64url(acknowledgement.hash),
    max_staleness_seconds: acknowledgement.maxStalenessSeconds,
    mac: encodeBase64url(acknowledgementMac(secretHash, acknowledgement)),
  });
}

function lastHead({ lastHead }: StreamStart): Readonly<Record<string, string>> {
  return lastHead === undefined ? {} : { [lastHeadHeader]: lastHead };
}

async function isGone(response: Response): Promise<boolean> {
  if (response.status === 410) await response.body?.cancel();
  return response.status === 410;
}

async function textOf(response: Response, maxBytes: number): Promise<string> {
  if (await isGone(response)) throw new FeedError('not_answered');
  return readText(response, maxBytes);
}

function bodyOf(response: Response): AsyncIterable<Uint8Array> {
  if (response.status !== 200 || response.body === null) throw new FeedError('not_answered');
  return response.body;
}
