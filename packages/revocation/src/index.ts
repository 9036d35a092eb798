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
