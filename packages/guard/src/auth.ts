/** Seconds since 1970-01-01T00:00:00Z, as JWT dates are counted (RFC 7519 §2, NumericDate). */
export type EpochSeconds = number;

/** Verified claims of an access token: every member that the issuer signed, as it stood in the token. */
export type AccessClaims = Readonly<Record<string, unknown>>;

/**
 * Who makes this request and what they may do, read from a verified access token.
 *
 * Nothing in it was looked up: it is what the issuer signed when the token was
 * issued, and stays so until the token expires. It is frozen, claims and lists
 * included: requests that bring the same token share it.
 */
export interface Auth {
  /** `sub`: the user, or the client itself for service-to-service tokens. */
  readonly subject: string;
  /** `sid`: the session that the token belongs to; absent for clients that act for themselves. */
  readonly sessionId: string | undefined;
  /** `client_id`: the application that was given the token. */
  readonly clientId: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
  /** The words of `scope` (RFC 6749 §3.3). */
  readonly scopes: readonly string[];
  /** `auth_time`: when the user last proved who they are, if the issuer said. */
  readonly authTime: EpochSeconds | undefined;
  /** `acr`: how strong that proof was, in the issuer's words; those of Countersign are `aal1` and `aal2`. */
  readonly acr: string | undefined;
  /** `amr`: by what it was given, in the words of RFC 8176 §2. */
  readonly amr: readonly string[];
  readonly claims: AccessClaims;
}

/** A claim that an access token lacks, or that has the wrong type. */
export interface ClaimFault {
  readonly kind: 'claim_fault';
  readonly reason: 'claim_missing' | 'claim_invalid';
  readonly claim: string;
}

const none: readonly string[] = Object.freeze([]);

/**
 * Read the claims of an access token into an `Auth`.
 *
 * The claims must already be verified. `iss`, `aud`, `exp` and `nbf` are not looked at
 * again. A claim of the wrong type is a fault, never an empty value: a token
 * that cannot be read as written is not accepted with fewer rights.
 *
 * @returns the `Auth`, or the first claim that is missing or of the wrong type
 * @see RFC 9068 §2.2 (`sub`, `client_id`, `iat` and `jti` are required)
 */
export function readAuth(claims: AccessClaims): Auth | ClaimFault {
  const fault = findFault(claims);
  if (fault !== undefined) return fault;
  return deepFreeze({
    subject: readText(claims['sub']) ?? '',
    sessionId: readText(claims['sid']),
    clientId: readText(claims['client_id']) ?? '',
    roles: readTexts(claims['roles']),
    permissions: readTexts(claims['permissions']),
    scopes: readScopes(claims['scope']),
    authTime: typeof claims['auth_time'] === 'number' ? claims['auth_time'] : undefined,
    acr: readText(claims['acr']),
    amr: readTexts(claims['amr']),
    claims,
  });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const member of Object.values(value)) deepFreeze(member);
  }
  return value;
}

/** One row per claim that the guard reads itself. */
const claimRows: readonly {
  readonly name: string;
  readonly required: boolean;
  readonly isWell: (value: unknown) => boolean;
}[] = [
  { name: 'sub', required: true, isWell: isText },
  { name: 'client_id', required: true, isWell: isText },
  { name: 'jti', required: true, isWell: isText },
  { name: 'iat', required: true, isWell: isDate },
  { name: 'sid', required: false, isWell: isText },
  { name: 'scope', required: false, isWell: (value) => typeof value === 'string' },
  { name: 'roles', required: false, isWell: areTexts },
  { name: 'permissions', required: false, isWell: areTexts },
  { name: 'auth_time', required: false, isWell: isDate },
  { name: 'acr', required: false, isWell: isText },
  { name: 'amr', required: false, isWell: areTexts },
  // Bound to a key: without a proof of that key it is a stolen token (RFC 9449 §7.2). No proofs are read here.
  { name: 'cnf', required: false, isWell: () => false },
];

function findFault(claims: AccessClaims): ClaimFault | undefined {
  for (const { name, required, isWell } of claimRows) {
    if (!Object.hasOwn(claims, name)) {
      if (required) return { kind: 'claim_fault', reason: 'claim_missing', claim: name };
    } else if (!isWell(claims[name])) {
      return { kind: 'claim_fault', reason: 'claim_invalid', claim: name };
    }
  }
  return undefined;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function areTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isDate(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function readText(value: unknown): string | undefined {
  return isText(value) ? value : undefined;
}

function readTexts(value: unknown): readonly string[] {
  return areTexts(value) ? value : none;
}

function readScopes(value: unknown): readonly string[] {
  return isText(value) ? value.split(' ').filter(isText) : none;
}
