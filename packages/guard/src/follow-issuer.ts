import { followFeed, type RevocationView } from '@countersign/revocation';
import type { FeedFault } from './discover-feed.ts';
import { createIssuerFeed, type IssuerFeedOptions } from './issuer-feed.ts';

export interface FollowedIssuer {
  readonly view: RevocationView;
  /** Why the feed was not found, or gave no token, the last time. */
  readonly fault: () => FeedFault | undefined;
}

export interface FollowIssuerOptions extends IssuerFeedOptions {
  /** Of the guard; its routes ask for no more. */
  readonly maxStalenessSeconds: number | undefined;
}

/** Follow the revocations of one issuer from now on until `closed` fires. */
export function followIssuer(options: FollowIssuerOptions): FollowedIssuer {
  const { issuer, client, maxStalenessSeconds, now, closed } = options;
  const { transport, fault } = createIssuerFeed(options);
  const view = followFeed({ issuer, transport, clientId: client.clientId, maxStalenessSeconds, now });
  closed.addEventListener('abort', () => view.close(), { once: true });
  return { view, fault };
}
