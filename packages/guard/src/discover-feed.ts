import { type DiscoverOptions, type DiscoveryFault, fetchMetadata, readAddress } from './discover.ts';

/** Why an issuer's feed cannot be used. Names no address and no content. */
export type FeedFault =
  | DiscoveryFault
  | 'feed_missing'
  | 'feed_insecure'
  | 'token_endpoint_missing'
  | 'token_endpoint_insecure'
  | 'token_endpoint_unreachable'
  | 'credential_refused'
  | 'scope_refused'
  | 'token_answer_invalid';

export interface FeedAddresses {
  readonly kind: 'feed';
  /** Without a slash at its end. */
  readonly feedUrl: string;
  readonly tokenEndpoint: string;
}

export interface NoFeed {
  readonly kind: 'failed';
  readonly fault: FeedFault;
}

/**
 * Find an issuer's feed, and where a token for it is given out: `revocation_feed`
 * and `token_endpoint` (RFC 8414 §2) of its metadata, both at addresses no less
 * safe than the issuer's own. An issuer that names no feed is a failure, never a
 * reason to go on without. Never throws for what the network does.
 */
export async function discoverFeed(
  issuer: string,
  options: DiscoverOptions,
): Promise<FeedAddresses | NoFeed> {
  const metadata = await fetchMetadata(issuer, options);
  if (metadata.kind === 'failed') return metadata;
  const read = (name: string) => readAddress(metadata.members.get(name), issuer, options.dangerAllowHttp);
  const feed = read('revocation_feed');
  if (feed.kind !== 'address') return { kind: 'failed', fault: `feed_${feed.kind}` };
  const endpoint = read('token_endpoint');
  if (endpoint.kind !== 'address') return { kind: 'failed', fault: `token_endpoint_${endpoint.kind}` };
  return { kind: 'feed', feedUrl: feed.href.replace(/\/$/, ''), tokenEndpoint: endpoint.href };
}
