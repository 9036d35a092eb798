import { z } from 'zod';
import { maxWebhookUrlLength } from '../../rules/webhook-target.ts';
import { epochSeconds, toSeconds } from '../text.ts';

/** No member for the secret: it is shown once and never read again. */
export const webhookObject = z
  .strictObject({
    id: z.string(),
    url: z.string(),
    disabled: z.boolean(),
    created_at: epochSeconds,
    delivered_at: epochSeconds.nullable().describe('When an event was last delivered'),
    failing_since: epochSeconds.nullable().describe('Since when every attempt has failed'),
    fault: z.string().nullable().describe('Why the last attempt failed, such as `status_500` or `timed_out`'),
  })
  .meta({ id: 'Webhook', title: 'Endpoint that is told of revocations' });

export type WireWebhook = z.infer<typeof webhookObject>;

export const webhookAnswer = z.strictObject({ webhook: webhookObject });

export const webhookWithSecretAnswer = z.strictObject({
  webhook: webhookObject,
  secret: z.string().describe('`whsec_…`, shown this once'),
});

export const webhookTestAnswer = z.strictObject({
  delivered: z.boolean(),
  fault: z.string().nullable().describe('A status, or why there is none'),
});

export const webhookParams = z.strictObject({ id: z.string().regex(/^wh_[A-Za-z0-9_-]{22}$/) });

export const createWebhookInput = z.strictObject({
  url: z
    .string()
    .min(1)
    .max(maxWebhookUrlLength)
    .describe('An https address on the internet, without name, password and fragment'),
});

export const changeWebhookInput = z.strictObject({
  disabled: z.boolean().describe('`false` begins again where it stopped, as far as the log still goes'),
});

export interface WebhookFacts {
  readonly id: string;
  readonly url: string;
  readonly createdAtMs: number;
  readonly disabledAtMs: number | null;
  readonly deliveredAtMs: number | null;
  readonly failingSinceMs: number | null;
  readonly fault: string | null;
}

export function toWireWebhook(webhook: WebhookFacts): WireWebhook {
  const { id, url, disabledAtMs, createdAtMs, deliveredAtMs, failingSinceMs, fault } = webhook;
  return {
    id,
    url,
    disabled: disabledAtMs !== null,
    created_at: toSeconds(createdAtMs),
    delivered_at: deliveredAtMs === null ? null : toSeconds(deliveredAtMs),
    failing_since: failingSinceMs === null ? null : toSeconds(failingSinceMs),
    fault,
  };
}
