export {
  deadScopes,
  type EventHead,
  encodeEventHead,
  type EventScope,
  eventTypes,
  isEpochScope,
} from './event.ts';
export { fingerprint, fingerprintKeyBytes } from './fingerprint.ts';
export { nextHash } from './chain.ts';
export type { FeedHead, SnapshotReference } from './head.ts';
export type { Acknowledgement, Batch, FeedKeys, FeedTransport, Gone, StreamStart } from './transport.ts';
export type { Freshness, RevocationStatus, RevocationVerdict, RevocationView, TokenNames } from './view.ts';
