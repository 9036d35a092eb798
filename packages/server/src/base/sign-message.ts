import { createHmac, randomBytes } from 'node:crypto';

export interface Message {
  /** The same at every attempt; without a full stop. */
  readonly id: string;
  readonly body: string;
}

const secretPrefix = 'whsec_';

/** `whsec_` and 32 random bytes in base64, as Standard Webhooks writes symmetric secrets. */
export function makeWebhookSecret(): string {
  return secretPrefix + randomBytes(32).toString('base64');
}

/**
 * Header fields of one attempt: `v1`, HMAC-SHA-256 over id, time and body, joined by full stops.
 *
 * @param atMs  of the attempt, not of the event
 * @see Standard Webhooks, "Signature scheme" and "Webhook headers"
 */
export function signMessage(
  { id, body }: Message,
  secret: string,
  atMs: number,
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(atMs / 1000));
  const key = Buffer.from(secret.slice(secretPrefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
