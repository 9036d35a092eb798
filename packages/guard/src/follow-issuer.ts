import type { RevocationView } from '@countersign/revocation';
import type { FeedFault } from './discover-feed.ts';
import { createIssuerFeed, type IssuerFeedOptions } from './issuer-feed.ts';

export interface FollowedIssuer {
  readonly view: RevocationView;
  readonly fault: () => FeedFault | undefined;
}

export interface FollowIssuerOptions extends IssuerFeedOptions {
  readonly maxStalenessSeconds: number | undefined;
}

export function followIssuer(options: FollowIssuerOptions): FollowedIssuer {
  createIssuerFeed(options);
  throw new TypeError('createGuard: feeds are not followed yet');
}
