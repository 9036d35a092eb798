import { type Refusal, refuseMissingToken, refuseToken } from './challenge.ts';
import { minSeqHeader } from './read-min-seq.ts';

export interface BearerToken {
  readonly kind: 'bearer';
  readonly token: string;
}

const schemeLength = 'bearer'.length;

/**
 * Read the bearer token out of an `Authorization` field value.
 *
 * The scheme is matched without case and parted from the token by spaces
 * (RFC 9110 §11.1, RFC 6750 §2.1). Another scheme is no token; anything else that
 * starts with `Bearer` is a malformed one. The token itself is NOT checked. A
 * token in the query or in the body is never looked for.
 *
 * @param value  the field value; of several fields, all joined with `, `, which no token survives
 */
export function readAuthorization(value: null | undefined): Refusal;
export function readAuthorization(value: string | null | undefined): BearerToken | Refusal;
export function readAuthorization(value: string | null | undefined): BearerToken | Refusal {
  if (value === undefined || value === null) return refuseMissingToken();
  if (value.slice(0, schemeLength).toLowerCase() !== 'bearer') return refuseMissingToken();
  let start = schemeLength;
  while (value[start] === ' ') start += 1;
  const token = value.slice(start);
  if (start === schemeLength || token === '' || token.includes(' ')) {
    return refuseToken('credential_malformed');
  }
  return { kind: 'bearer', token };
}

/** What the guard reads of a request of `node:http`, `node:http2` and the frameworks on top of them. */
export interface NodeRequest {
  readonly headers: {
    readonly authorization?: string | undefined;
    readonly [name: string]: string | readonly string[] | undefined;
  };
  readonly rawHeaders: readonly string[];
}

/**
 * The `Authorization` field value of a Node request.
 *
 * Node keeps the first of several such fields and drops the others, while a
 * proxy in front may have looked at the last. So they are counted in
 * `rawHeaders`, and several are joined as Fetch joins them.
 */
export function findAuthorization(request: NodeRequest): string | undefined {
  const { rawHeaders } = request;
  let joined: string | undefined;
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (!isAuthorization(rawHeaders[index])) continue;
    count += 1;
    joined = joined === undefined ? rawHeaders[index + 1] : `${joined}, ${rawHeaders[index + 1]}`;
  }
  return count > 1 ? joined : request.headers.authorization;
}

function isAuthorization(name: string | undefined): boolean {
  return name?.length === 13 && name.toLowerCase() === 'authorization';
}

/** The `Revocation-Min-Seq` field value of a Node request; several are joined with `, `, which no number survives. */
export function findMinSeq({ headers }: NodeRequest): string | undefined {
  const value = headers[minSeqHeader];
  return typeof value === 'object' ? value.join(', ') : value;
}
