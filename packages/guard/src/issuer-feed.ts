import { createHash } from 'node:crypto';
import { createHttpTransport, type HttpTransport } from '@countersign/revocation';
import { discoverFeed, type FeedFault } from './discover-feed.ts';
import { createFeedToken, type FeedClient, FeedUnavailable } from './feed-token.ts';
import type { Fetch } from './fetch-json.ts';

export interface IssuerFeedOptions {
  readonly issuer: string;
  readonly client: FeedClient;
  /** Of a relay, without a slash at its end; it replaces the feed's address for everything but the feed's keys. */
  readonly url: string | undefined;
  readonly fetch: Fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly dangerAllowHttp: boolean;
  /** Fires on `close`. */
  readonly closed: AbortSignal;
}

export interface IssuerFeed {
  readonly transport: HttpTransport;
  /** Why the last attempt to find the feed, or to have a token for it, failed; `undefined` when it did not. */
  readonly fault: () => FeedFault | undefined;
}

const timeoutMs = 5_000;
/** An address that fails is looked up again when it is older than this. */
const addressLifeMs = 300_000;

/**
 * The feed of one issuer, found in its metadata by the first call that needs it.
 *
 * Every call rejects as long as the metadata names no feed: whoever follows it
 * stays closed and tries again. Does NOT verify what the feed says.
 */
export function createIssuerFeed(options: IssuerFeedOptions): IssuerFeed {
  let fault: FeedFault | undefined;
  let found: { readonly transport: HttpTransport; readonly atMs: number } | undefined;
  let flight: Promise<HttpTransport> | undefined;

  const find = async (): Promise<HttpTransport> => {
    const signal = AbortSignal.any([options.closed, AbortSignal.timeout(timeoutMs)]);
    const addresses = await discoverFeed(options.issuer, { ...options, signal });
    if (addresses.kind === 'failed') throw new FeedUnavailable(addresses.fault);
    const { feedUrl, tokenEndpoint } = addresses;
    const transport = createHttpTransport({
      feedUrl: options.url ?? feedUrl,
      keysUrl: `${feedUrl}/keys`,
      accessToken: createFeedToken({ ...options, tokenEndpoint }),
      acknowledgementKey: createHash('sha256').update(options.client.clientSecret).digest(),
      fetch: options.fetch,
    });
    found = { transport, atMs: options.now() };
    return transport;
  };

  const open = (): Promise<HttpTransport> => {
    if (found !== undefined) return Promise.resolve(found.transport);
    flight ??= find().finally(() => {
      flight = undefined;
    });
    return flight;
  };

  const call = async <T>(ask: (transport: HttpTransport) => Promise<T>): Promise<T> => {
    try {
      const answer = await ask(await open());
      fault = undefined;
      return answer;
    } catch (error) {
      if (error instanceof FeedUnavailable) fault = error.fault;
      if (found !== undefined && options.now() - found.atMs > addressLifeMs) found = undefined;
      throw error;
    }
  };

  return {
    fault: () => fault,
    transport: {
      fetchKeys: (signal) => call((feed) => feed.fetchKeys(signal)),
      fetchHead: (signal) => call((feed) => feed.fetchHead(signal)),
      fetchLog: (from, waitSeconds, signal) => call((feed) => feed.fetchLog(from, waitSeconds, signal)),
      fetchSnapshot: (seq, signal) => call((feed) => feed.fetchSnapshot(seq, signal)),
      openStream: (from, onBatch, signal) => call((feed) => feed.openStream(from, onBatch, signal)),
      acknowledge: (acknowledgement, signal) => call((feed) => feed.acknowledge(acknowledgement, signal)),
      forwardAcknowledgement: (body, signal) => call((feed) => feed.forwardAcknowledgement(body, signal)),
    },
  };
}
