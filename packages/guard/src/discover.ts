import { type FetchedJson, type Fetch, fetchJson } from './fetch-json.ts';
import { isSecureUrl } from './secure-url.ts';

/** Why an issuer's metadata cannot be used. Names no address and no content. */
export type DiscoveryFault =
  | 'metadata_not_found'
  | 'metadata_redirected'
  | 'metadata_too_large'
  | 'metadata_invalid'
  | 'issuer_mismatch'
  | 'jwks_uri_insecure'
  | 'unreachable';

export type Discovered =
  | { readonly kind: 'found'; readonly jwksUri: string }
  | { readonly kind: 'failed'; readonly fault: DiscoveryFault };

export interface DiscoverOptions {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  readonly dangerAllowHttp: boolean;
}

const maxMetadataBytes = 64 * 1024;

/**
 * Find where an issuer publishes its keys.
 *
 * Asks for authorization server metadata (RFC 8414 §3.1) and, where there is
 * none, for OpenID Connect's (OpenID Connect Discovery 1.0 §4.1). Redirects are not followed;
 * `issuer` in the document must be the very string that was configured
 * (RFC 8414 §3.3); `jwks_uri` must be `https`, or no less safe than the issuer's own
 * address. Never throws for what the network does.
 *
 * @param issuer  an address that passed `readIssuerUrl`
 */
export async function discover(issuer: string, options: DiscoverOptions): Promise<Discovered> {
  const limits = { ...options, maxBytes: maxMetadataBytes };
  let last: Discovered = failed('metadata_not_found');
  for (const url of metadataUrls(new URL(issuer))) {
    let fetched: FetchedJson;
    try {
      fetched = await fetchJson(url, limits);
    } catch {
      return failed('unreachable');
    }
    if (fetched.kind === 'json') return readMetadata(fetched.value, issuer, options.dangerAllowHttp);
    if (fetched.kind === 'refused') {
      last = failed(fetched.why === 'redirect' ? 'metadata_redirected' : 'metadata_too_large');
    }
  }
  return last;
}

/** RFC 8414 §3.1 puts the well-known part before the issuer's path, OpenID Connect after it. */
export function metadataUrls(issuer: URL): readonly string[] {
  const path = issuer.pathname.replace(/\/$/, '');
  return [
    `${issuer.origin}/.well-known/oauth-authorization-server${path}`,
    `${issuer.origin}${path}/.well-known/openid-configuration`,
  ];
}

function readMetadata(value: unknown, issuer: string, dangerAllowHttp: boolean): Discovered {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return failed('metadata_invalid');
  const stated = 'issuer' in value ? value.issuer : undefined;
  if (stated !== issuer) return failed('issuer_mismatch');
  const jwksUri = 'jwks_uri' in value ? value.jwks_uri : undefined;
  if (typeof jwksUri !== 'string' || !URL.canParse(jwksUri)) return failed('metadata_invalid');
  const url = new URL(jwksUri);
  const isDowngrade = url.protocol !== 'https:' && new URL(issuer).protocol === 'https:';
  if (isDowngrade || !isSecureUrl(url, dangerAllowHttp)) return failed('jwks_uri_insecure');
  return { kind: 'found', jwksUri: url.href };
}

function failed(fault: DiscoveryFault): Discovered {
  return { kind: 'failed', fault };
}
