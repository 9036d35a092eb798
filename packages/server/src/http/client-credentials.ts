import { Refusal } from '../base/refusal.ts';
import { decodeFormText } from './read-form.ts';

export interface ClientCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Who a client says it is, with the secret that proves it where it has one. */
export interface ClientIdentity {
  readonly clientId: string;
  readonly clientSecret: string | undefined;
}

interface PostedCredentials {
  readonly client_id?: string | undefined;
  readonly client_secret?: string | undefined;
}

const basicForm = /^basic +([A-Za-z0-9+/]+={0,2})$/i;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The credentials of an OAuth client: by HTTP Basic or in the body, never both.
 * Does NOT check the secret: the flow does.
 *
 * @throws Refusal `invalid_request` for two methods at once, `invalid_client` for none or a malformed one
 * @see RFC 6749 §2.3 and §2.3.1
 */
export function readClientCredentials(field: string | null, posted: PostedCredentials): ClientCredentials {
  if (field === null) return readPosted(posted);
  const basic = readBasic(field);
  if (posted.client_secret !== undefined) {
    throw new Refusal('invalid_request', { reason: 'two methods of client authentication' });
  }
  if (posted.client_id !== undefined && posted.client_id !== basic.clientId) {
    throw new Refusal('invalid_request', { reason: 'client_id differs from the Authorization field' });
  }
  return basic;
}

/**
 * As `readClientCredentials`, but a client without a secret gives its `client_id` alone.
 * Does NOT check that it has none: the flow does.
 *
 * @throws Refusal `invalid_request`, `invalid_client`
 * @see RFC 7009 §2.1
 */
export function readClientIdentity(field: string | null, posted: PostedCredentials): ClientIdentity {
  const { client_id, client_secret } = posted;
  if (field === null && client_id !== undefined && client_secret === undefined) {
    return { clientId: client_id, clientSecret: undefined };
  }
  return readClientCredentials(field, posted);
}

function readPosted({ client_id, client_secret }: PostedCredentials): ClientCredentials {
  if (client_id === undefined || client_secret === undefined) {
    throw new Refusal('invalid_client', { reason: 'no client credentials' });
  }
  return { clientId: client_id, clientSecret: client_secret };
}

/**
 * Both halves are form-encoded before they are joined by a colon (RFC 6749
 * §2.3.1), so a colon, a percent sign or a plus in a secret arrives encoded.
 */
function readBasic(field: string): ClientCredentials {
  const encoded = basicForm.exec(field)?.[1];
  const pair = encoded === undefined ? undefined : decodeBase64Text(encoded);
  const colon = pair?.indexOf(':') ?? -1;
  const clientId = pair === undefined || colon < 0 ? undefined : decodeFormText(pair.slice(0, colon));
  const clientSecret = pair === undefined || colon < 0 ? undefined : decodeFormText(pair.slice(colon + 1));
  if (!isCredential(clientId) || !isCredential(clientSecret)) {
    throw new Refusal('invalid_client', { reason: 'a malformed Authorization field' });
  }
  return { clientId, clientSecret };
}

function isCredential(text: string | undefined): text is string {
  // VSCHAR of RFC 6749 appendix A.1 and A.2.
  return text !== undefined && /^[\x20-\x7e]{1,256}$/.test(text);
}

function decodeBase64Text(encoded: string): string | undefined {
  const bytes = Buffer.from(encoded, 'base64');
  const isCanonical = bytes.toString('base64').replace(/=+$/, '') === encoded.replace(/=+$/, '');
  try {
    return isCanonical ? utf8.decode(bytes) : undefined;
  } catch {
    return undefined;
  }
}
