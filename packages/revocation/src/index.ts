export {
  deadScopes,
  decodeEvent,
  type EventHead,
  encodeEvent,
  encodeEventHead,
  eventBytes,
  type EventScope,
  eventTypes,
  eventVersion,
  type FeedEvent,
  isEpochScope,
} from './event.ts';
export { fingerprint, fingerprintKeyBytes } from './fingerprint.ts';
export { extendChain, nextHash } from './chain.ts';
export { type EventFault, findEventFault } from './batch.ts';
export { createDenyState, type DenyState } from './deny-state.ts';
export type { SnapshotFault } from './load-snapshot.ts';
export { type HeadTime, isLifeTooLong, judgeFreshness, skewSeconds } from './freshness.ts';
export { judgeToken, type KnownRevocations } from './judge-token.ts';
export { acknowledgementMac } from './acknowledgement-mac.ts';
export { FeedError, type FeedErrorCode, feedErrors } from './feed-error.ts';
export {
  createHeadReader,
  type FeedHead,
  type HeadReaderOptions,
  headType,
  signHead,
  type SnapshotReference,
  type VerifiedHead,
} from './head.ts';
export { type FollowFeedOptions, followFeed } from './follow.ts';
export type { AddedBatch } from './ledger.ts';
export type { Schedule } from './schedule.ts';
export {
  createHttpTransport,
  type HttpTransport,
  type HttpTransportOptions,
} from './http-transport.ts';
export { encodeBatch, lastHeadHeader, maxBatchEvents } from './wire.ts';
export type { Acknowledgement, Batch, FeedKeys, FeedTransport, Gone, StreamStart } from './transport.ts';
export type { Freshness, RevocationStatus, RevocationVerdict, RevocationView, TokenNames } from './view.ts';
