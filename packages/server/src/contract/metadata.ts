import { z } from 'zod';

/** RFC 8414 §2: only what exists here. */
export const metadataAnswer = z.strictObject({
  issuer: z.string(),
  jwks_uri: z.string(),
  token_endpoint: z.string(),
  response_types_supported: z.array(z.string()),
  grant_types_supported: z.array(z.string()),
  token_endpoint_auth_methods_supported: z.array(z.string()),
  revocation_endpoint: z.string(),
  revocation_endpoint_auth_methods_supported: z.array(z.string()),
  introspection_endpoint: z.string(),
  introspection_endpoint_auth_methods_supported: z.array(z.string()),
  revocation_feed: z.string(),
  service_documentation: z.string(),
});

export type WireMetadata = z.infer<typeof metadataAnswer>;

const secretMethods: readonly string[] = ['client_secret_basic', 'client_secret_post'];

/** @param issuer origin without a final slash */
export function toWireMetadata(issuer: string): WireMetadata {
  return {
    issuer,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    token_endpoint: `${issuer}/oauth2/token`,
    response_types_supported: [],
    grant_types_supported: ['client_credentials'],
    token_endpoint_auth_methods_supported: [...secretMethods],
    revocation_endpoint: `${issuer}/oauth2/revoke`,
    // `none` is for the client of our own applications, which has no secret.
    revocation_endpoint_auth_methods_supported: [...secretMethods, 'none'],
    introspection_endpoint: `${issuer}/oauth2/introspect`,
    introspection_endpoint_auth_methods_supported: [...secretMethods],
    revocation_feed: `${issuer}/revocations`,
    service_documentation: `${issuer}/docs`,
  };
}

/** RFC 7517 §5; members of keys differ by their type. */
export const jwksAnswer = z.strictObject({
  keys: z.array(z.record(z.string(), z.unknown())),
});

export const healthAnswer = z.strictObject({ status: z.literal('ok') });

export type WireHealth = z.infer<typeof healthAnswer>;

export const healthy: WireHealth = { status: 'ok' };

export const openApiAnswer = z.record(z.string(), z.unknown());

export const textAnswer = z.string();
