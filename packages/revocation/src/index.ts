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
export { acknowledgementMac } from './acknowledgement-mac.ts';
export { FeedError, type FeedErrorCode, feedErrors } from './feed-error.ts';
export {
  createHeadReader,
  type FeedHead,
  type HeadReaderOptions,
  headType,
  signHead,
  skewSeconds,
  type SnapshotReference,
  type VerifiedHead,
} from './head.ts';
export { createHttpTransport, type HttpTransportOptions, maxSnapshotBytes } from './http-transport.ts';
export { encodeBatch, lastHeadHeader, maxBatchEvents } from './wire.ts';
export type { Acknowledgement, Batch, FeedKeys, FeedTransport, Gone, StreamStart } from './transport.ts';
export type { Freshness, RevocationStatus, RevocationVerdict, RevocationView, TokenNames } from './view.ts';
