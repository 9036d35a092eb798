import { lastHeadHeader } from '@countersign/revocation';
import { z } from 'zod';

/** A number of the feed, as text; below 2⁵³, which the flow checks. */
const sequenceText = z
  .string()
  .regex(/^(?:0|[1-9][0-9]{0,15})$/)
  .refine((text) => Number.isSafeInteger(Number(text)), { message: 'is too large' });

const digestText = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

/** A head is a compact JWS. */
const headText = z.string().max(8192);

export const snapshotParams = z.strictObject({ seq: sequenceText });

export const logQuery = z.strictObject({
  after: sequenceText.describe('The number of the last event that is known'),
  wait: z
    .string()
    .regex(/^(?:[0-9]|[12][0-9]|30)$/)
    .optional()
    .describe('Seconds to wait for something new, at most 30; default 0'),
});

export const streamQuery = z.strictObject({
  after: sequenceText.optional().describe('The number of the last event that is known'),
});

export const followHeaders = z.object({
  'last-event-id': sequenceText.optional().describe('As `after`, and goes before it'),
  [lastHeadHeader]: headText.optional().describe('The last head that counted for the follower'),
});

export const headAnswer = z.strictObject({
  head: z.string().describe('JWS of type `revocation-head+jwt`, with a snapshot'),
});

export const batchAnswer = z
  .strictObject({
    after: z.int().optional().describe('The number before the first event'),
    events: z
      .string()
      .optional()
      .describe('Events of 24 bytes each, in base64url; absent where there are none'),
    head: z.string().describe('JWS of type `revocation-head+jwt`'),
  })
  .meta({ id: 'RevocationBatch', title: 'Events and the head that they lead to' });

export const feedKeysAnswer = z.strictObject({
  issuer: z.string(),
  fingerprint_key: z.string().describe('16 bytes in base64url'),
  keys: z.array(z.record(z.string(), z.unknown())).describe('Public keys that sign heads and nothing else'),
});

/** Server-sent events, one batch each. */
export const streamAnswer = z.string();

export const snapshotAnswer = z.unknown();

export const acknowledgementInput = z.strictObject({
  client_id: z.string().min(1).max(64),
  process: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/)
    .describe('Drawn when the process starts'),
  seq: z.int().min(0),
  hash: digestText.describe('The chain at `seq`'),
  max_staleness_seconds: z.int().min(1).max(86_400).describe('The longest of its routes'),
  mac: digestText,
});

export interface ReadAcknowledgement {
  readonly clientId: string;
  readonly process: string;
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly maxStalenessSeconds: number;
}

export function readAcknowledgement(input: z.infer<typeof acknowledgementInput>): {
  readonly acknowledgement: ReadAcknowledgement;
  readonly mac: Uint8Array;
} {
  return {
    acknowledgement: {
      clientId: input.client_id,
      process: input.process,
      seq: input.seq,
      hash: Buffer.from(input.hash, 'base64url'),
      maxStalenessSeconds: input.max_staleness_seconds,
    },
    mac: Buffer.from(input.mac, 'base64url'),
  };
}
