import { createIssuerFeed, type IssuerFeed } from '@countersign/guard';
import type { IssuerReady } from './start-issuer.ts';

/** As from a machine of that number: each has budgets of its own. */
export function fetchFrom(machine: number): typeof fetch {
  const address = `10.1.${machine >> 8}.${machine & 255}`;
  return (url, init) =>
    fetch(url, {
      ...init,
      headers: { ...Object.fromEntries(new Headers(init?.headers)), 'x-forwarded-for': address },
    });
}

/** @param url where everything but the keys is asked, instead of the issuer */
export function openFeed(
  issuer: IssuerReady,
  machine: number,
  closed: AbortSignal,
  url?: string,
): IssuerFeed['transport'] {
  return createIssuerFeed({
    issuer: issuer.issuer,
    client: issuer,
    url,
    fetch: fetchFrom(machine),
    now: Date.now,
    dangerAllowHttp: true,
    closed,
  }).transport;
}

/** Revokes one token by its `jti`; administrators take turns, since each may do so a hundred times at once. */
export async function revokeToken(
  { issuer, administrators }: IssuerReady,
  jti: string,
  turn: number,
): Promise<number> {
  const response = await fetchFrom(turn)(`${issuer}/v1/admin/revocations`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${administrators[turn % administrators.length]}`,
    },
    body: JSON.stringify({ scope: 'token', subject: jti, reason: 'bench' }),
  });
  if (response.status !== 200)
    throw new Error(`a revocation was answered with ${response.status}: ${await response.text()}`);
  const { seq }: { readonly seq: number } = await response.json();
  return seq;
}

/** An access token of the client that may follow. */
export async function fetchFeedToken({ issuer, clientId, clientSecret }: IssuerReady): Promise<string> {
  const metadata = await (await fetch(`${issuer}/.well-known/oauth-authorization-server`)).json();
  const response = await fetch(metadata.token_endpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'revocations:read' }),
  });
  const { access_token } = await response.json();
  return access_token;
}
