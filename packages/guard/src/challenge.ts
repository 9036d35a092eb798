import type { TokenErrorCode } from '@countersign/tokens';

/** What the caller is told; public and stable. */
export type RefusalCode =
  | 'token_missing'
  | 'invalid_token'
  | 'invalid_request'
  | 'insufficient_scope'
  | 'insufficient_user_authentication'
  | 'temporarily_unavailable';

/** Why, in detail: for the log of the API's owner, never for the caller. */
export type RefusalReason =
  | TokenErrorCode
  | 'credential_missing'
  | 'credential_malformed'
  | 'issuer_unknown'
  | 'keys_unavailable'
  | 'revoked'
  | 'stale'
  | 'unsynchronised'
  | 'life_too_long'
  | 'min_seq_malformed'
  | 'scope_missing'
  | 'role_missing'
  | 'permission_missing'
  | 'acr_missing'
  | 'acr_insufficient'
  | 'auth_time_missing'
  | 'authentication_too_old';

/** A finished answer for a request that is refused. Header values are safe to send as they are. */
export interface Refusal {
  readonly kind: 'refused';
  readonly status: 400 | 401 | 403 | 503;
  readonly code: RefusalCode;
  readonly headers: Readonly<Record<string, string>>;
  /** Problem details (RFC 9457 §3): the same bytes for every refusal of one code. */
  readonly body: string;
  readonly reason: RefusalReason;
  /** The claim at fault, where `reason` speaks of one. */
  readonly claim: string | undefined;
  /** Why there are no keys, or too little is known of revocations: `reason` says which. */
  readonly fault: string | undefined;
}

/** Every token fault looks the same from outside; only `reason` and `claim` differ. */
export function refuseToken(reason: RefusalReason, claim?: string): Refusal {
  return build({ code: 'invalid_token', reason, claim, challenge: 'Bearer error="invalid_token"' });
}

/**
 * No bearer token at all.
 * @see RFC 6750 §3.1: a request without authentication information gets no error code
 */
export function refuseMissingToken(): Refusal {
  return build({ code: 'token_missing', reason: 'credential_missing', challenge: 'Bearer' });
}

/**
 * The token holds, but not the right that was asked for.
 *
 * @param scopes  the scopes that the route requires; scope-tokens of RFC 6749 §3.3
 * @see RFC 6750 §3.1 `insufficient_scope`
 */
export function refuseScope(reason: RefusalReason, scopes: readonly string[]): Refusal {
  const wanted = scopes.length === 0 ? '' : `, scope="${scopes.join(' ')}"`;
  return build({
    code: 'insufficient_scope',
    reason,
    challenge: `Bearer error="insufficient_scope"${wanted}`,
  });
}

/** What a log-in must be for a route. */
export interface LogInDemand {
  /** One of these, in order of preference; scope-tokens of RFC 6749 §3.3. Empty: any. */
  readonly acrValues: readonly string[];
  readonly maxAuthAgeSeconds: number | undefined;
}

/**
 * The token holds, but its log-in was too weak or is too long ago. The
 * challenge names all that the route asks for: one more log-in satisfies both.
 * @see RFC 9470 §3 (`acr_values`, separated by spaces; `max_age`, in seconds)
 */
export function refuseLogIn(reason: RefusalReason, { acrValues, maxAuthAgeSeconds }: LogInDemand): Refusal {
  const acr = acrValues.length === 0 ? '' : `, acr_values="${acrValues.join(' ')}"`;
  const age = maxAuthAgeSeconds === undefined ? '' : `, max_age="${maxAuthAgeSeconds}"`;
  return build({
    code: 'insufficient_user_authentication',
    reason,
    challenge: `Bearer error="insufficient_user_authentication"${acr}${age}`,
  });
}

/**
 * The keys that would decide are not here: the token may be good, so this is not a 401.
 * @param retryAfterSeconds  whole seconds, at least 1
 */
export function refuseForNow(retryAfterSeconds: number, fault: string | undefined): Refusal {
  return build({ code: 'temporarily_unavailable', reason: 'keys_unavailable', retryAfterSeconds, fault });
}

/**
 * Too little is known of revocations to accept any token: another token would not help, so this is not a 401.
 * @param retryAfterSeconds  whole seconds, at least 1
 */
export function refuseUnsynchronised(retryAfterSeconds: number, fault: string | undefined): Refusal {
  return build({ code: 'temporarily_unavailable', reason: 'unsynchronised', retryAfterSeconds, fault });
}

/**
 * `Revocation-Min-Seq` is no number. Nobody is let through on less than was asked for.
 * @see RFC 6750 §3.1 `invalid_request`
 */
export function refuseMinSeq(): Refusal {
  return build({
    code: 'invalid_request',
    reason: 'min_seq_malformed',
    challenge: 'Bearer error="invalid_request"',
  });
}

/** `title` is the status phrase, as RFC 9457 §4.2.1 asks of `about:blank`. */
const rows: Readonly<
  Record<RefusalCode, { readonly status: 400 | 401 | 403 | 503; readonly title: string }>
> = {
  token_missing: { status: 401, title: 'Unauthorized' },
  invalid_token: { status: 401, title: 'Unauthorized' },
  invalid_request: { status: 400, title: 'Bad Request' },
  insufficient_scope: { status: 403, title: 'Forbidden' },
  insufficient_user_authentication: { status: 401, title: 'Unauthorized' },
  temporarily_unavailable: { status: 503, title: 'Service Unavailable' },
};

interface Parts {
  readonly code: RefusalCode;
  readonly reason: RefusalReason;
  readonly claim?: string | undefined;
  readonly challenge?: string;
  readonly retryAfterSeconds?: number;
  readonly fault?: string | undefined;
}

function build({ code, reason, claim, challenge, retryAfterSeconds, fault }: Parts): Refusal {
  const { status, title } = rows[code];
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
  };
  if (challenge !== undefined) headers['WWW-Authenticate'] = challenge;
  if (retryAfterSeconds !== undefined) headers['Retry-After'] = String(retryAfterSeconds);
  const body = JSON.stringify({ type: 'about:blank', title, status, code });
  return { kind: 'refused', status, code, headers, body, reason, claim, fault };
}
