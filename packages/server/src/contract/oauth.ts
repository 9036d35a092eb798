import { z } from 'zod';

/**
 * Not strict: "The authorization server MUST ignore unrecognized request
 * parameters" (RFC 6749 §3.2).
 */
export const tokenInput = z.object({
  grant_type: z.string().min(1).max(128).describe('`client_credentials`'),
  scope: z.string().max(4096).optional().describe('Names separated by spaces; absent: all of the client’s'),
  client_id: z.string().max(128).optional(),
  client_secret: z.string().max(256).optional(),
});

/** RFC 6749 §5.1. */
export const clientTokenAnswer = z.strictObject({
  access_token: z.string().describe('JWT of type `at+jwt` (RFC 9068)'),
  token_type: z.literal('Bearer'),
  expires_in: z.int(),
  scope: z.string(),
});

export type WireClientToken = z.infer<typeof clientTokenAnswer>;

export function toWireClientToken(token: {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly scope: string;
}): WireClientToken {
  return {
    access_token: token.accessToken,
    token_type: 'Bearer',
    expires_in: token.expiresInSeconds,
    scope: token.scope,
  };
}

/** Read by `http/client-credentials`. */
export const tokenHeaders = z.object({
  authorization: z.string().optional(),
});
