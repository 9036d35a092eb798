import { z } from 'zod';

/** RFC 8414 §2: only what exists here. */
export interface WireMetadata {
  issuer: string;
  jwks_uri: string;
  token_endpoint: string;
  response_types_supported: string[];
  grant_types_supported: string[];
  token_endpoint_auth_methods_supported: string[];
  service_documentation: string;
}

export const metadataAnswer: z.ZodType<WireMetadata> = z.strictObject({
  issuer: z.string(),
  jwks_uri: z.string(),
  token_endpoint: z.string(),
  response_types_supported: z.array(z.string()),
  grant_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()),
  service_documentation: z.string(),
});

/** @param issuer origin without a final slash */
export function toMetadata(issuer: string): WireMetadata {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    token_endpoint: `${issuer}/oauth2/token`,
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    service_documentation: `${issuer}/docs`,
  };
}

/** RFC 7517 §5; members of keys differ by their type. */
export const jwksAnswer: z.ZodType<{ keys: Record<string, unknown>[] }> = z.strictObject({
  keys: z.array(z.record(z.string(), z.unknown())),
});

export interface WireHealth {
  status: 'ok';
}

export const healthAnswer: z.ZodType<WireHealth> = z.strictObject({ status: z.literal('ok') });

export const healthy: WireHealth = { status: 'ok' };

export const openApiAnswer: z.ZodType<Record<string, unknown>> = z.record(z.string(), z.unknown());

export const textAnswer: z.ZodType<string> = z.string();
