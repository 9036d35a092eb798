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

const presentedToken = z.string().min(1).max(8192).describe('An access token or a refresh token');
const tokenTypeHint = z.string().max(128).optional().describe('Not needed, and ignored');

/** RFC 7009 §2.1. */
export const revocationInput = z.object({
  token: presentedToken,
  token_type_hint: tokenTypeHint,
  client_id: z.string().max(128).optional().describe('Alone for a client without a secret: `first-party`'),
  client_secret: z.string().max(256).optional(),
});

/** RFC 7662 §2.1. */
export const introspectionInput = z.object({
  token: presentedToken,
  token_type_hint: tokenTypeHint,
  client_id: z.string().max(128).optional(),
  client_secret: z.string().max(256).optional(),
});

/** RFC 7662 §2.2; nothing but `active` for a token that is not. */
export const introspectionAnswer = z.strictObject({
  active: z.boolean(),
  iss: z.string().optional(),
  sub: z.string().optional(),
  aud: z.string().optional(),
  client_id: z.string().optional(),
  sid: z.string().optional(),
  jti: z.string().optional(),
  scope: z.string().optional(),
  token_type: z.literal('Bearer').optional().describe('In answers about access tokens alone'),
  iat: z.int().optional(),
  exp: z.int().optional(),
});

export type WireIntrospection = z.infer<typeof introspectionAnswer>;

export interface ActiveTokenFacts {
  readonly kind: 'access' | 'refresh';
  readonly subject: string;
  readonly clientId: string;
  readonly expiresAt: number;
  readonly sessionId: string | undefined;
  readonly tokenId?: string;
  readonly issuedAt?: number;
  readonly scope?: string | undefined;
}

/** @param token  undefined for one that is not active */
export function toWireIntrospection(
  token: ActiveTokenFacts | undefined,
  { issuer, audience }: { readonly issuer: string; readonly audience: string },
): WireIntrospection {
  if (token === undefined) return { active: false };
  return {
    active: true,
    iss: issuer,
    sub: token.subject,
    client_id: token.clientId,
    exp: token.expiresAt,
    ...(token.kind === 'access' && { aud: audience, token_type: 'Bearer' as const }),
    ...(token.sessionId !== undefined && { sid: token.sessionId }),
    ...(token.tokenId !== undefined && { jti: token.tokenId }),
    ...(token.issuedAt !== undefined && { iat: token.issuedAt }),
    ...(token.scope !== undefined && { scope: token.scope }),
  };
}

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
