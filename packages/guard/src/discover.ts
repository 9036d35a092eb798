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

export type Discovered = { readonly kind: 'found'; readonly jwksUri: string } | DiscoveryFailure;

export interface DiscoveryFailure {
  readonly kind: 'failed';
  readonly fault: DiscoveryFault;
}

/** A document whose `issuer` is the one that was asked for; nothing else of it is checked. */
export interface Metadata {
  readonly kind: 'metadata';
  readonly members: ReadonlyMap<string, unknown>;
}

export interface DiscoverOptions {
  readonly fetch: Fetch;
  readonly signal: AbortSignal;
  readonly dangerAllowHttp: boolean;
}

const maxMetadataBytes = 64 * 1024;

/**
 * Find where an issuer publishes its keys. `jwks_uri` must be `https`, or no less
 * safe than the issuer's own address. Never throws for what the network does.
 *
 * @param issuer  an address that passed `readIssuerUrl`
 */
export async function discover(issuer: string, options: DiscoverOptions): Promise<Discovered> {
  const metadata = await fetchMetadata(issuer, options);
  if (metadata.kind === 'failed') return metadata;
  const jwksUri = readAddress(metadata.members.get('jwks_uri'), issuer, options.dangerAllowHttp);
  if (jwksUri.kind === 'address') return { kind: 'found', jwksUri: jwksUri.href };
  return failed(jwksUri.kind === 'insecure' ? 'jwks_uri_insecure' : 'metadata_invalid');
}

/**
 * Fetch what an issuer says of itself.
 *
 * Asks for authorization server metadata (RFC 8414 §3.1) and, where there is
 * none, for OpenID Connect's (OpenID Connect Discovery 1.0 §4.1). Redirects are not followed;
 * `issuer` in the document must be the very string that was configured
 * (RFC 8414 §3.3). Never throws for what the network does.
 */
export async function fetchMetadata(
  issuer: string,
  options: DiscoverOptions,
): Promise<Metadata | DiscoveryFailure> {
  const limits = { ...options, maxBytes: maxMetadataBytes };
  let last = failed('metadata_not_found');
  for (const url of metadataUrls(new URL(issuer))) {
    let fetched: FetchedJson;
    try {
      fetched = await fetchJson(url, limits);
    } catch {
      return failed('unreachable');
    }
    if (fetched.kind === 'json') return readMetadata(fetched.value, issuer);
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

function readMetadata(value: unknown, issuer: string): Metadata | DiscoveryFailure {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return failed('metadata_invalid');
  const members = new Map<string, unknown>(Object.entries(value));
  return members.get('issuer') === issuer ? { kind: 'metadata', members } : failed('issuer_mismatch');
}

export type ReadAddress =
  | { readonly kind: 'address'; readonly href: string }
  | { readonly kind: 'missing' | 'insecure' };

/** An address out of metadata that is no less safe than the issuer's own. */
export function readAddress(value: unknown, issuer: string, dangerAllowHttp: boolean): ReadAddress {
  if (typeof value !== 'string' || !URL.canParse(value)) return { kind: 'missing' };
  const url = new URL(value);
  const isDowngrade = url.protocol !== 'https:' && new URL(issuer).protocol === 'https:';
  if (isDowngrade || !isSecureUrl(url, dangerAllowHttp)) return { kind: 'insecure' };
  return { kind: 'address', href: url.href };
}

function failed(fault: DiscoveryFault): DiscoveryFailure {
  return { kind: 'failed', fault };
}
