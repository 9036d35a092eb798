import { generateKey, signJws } from '@countersign/tokens';
import type { RefusalReason } from '@countersign/guard';
import { AUDIENCE, mint, START_MS, type TinyIssuer } from './tiny-issuer.ts';

export const INVALID = {
  status: 401,
  challenge: 'Bearer error="invalid_token"',
  body: '{"type":"about:blank","title":"Unauthorized","status":401,"code":"invalid_token"}',
};
const MISSING = {
  status: 401,
  challenge: 'Bearer',
  body: '{"type":"about:blank","title":"Unauthorized","status":401,"code":"token_missing"}',
};
const FORBIDDEN_BODY = '{"type":"about:blank","title":"Forbidden","status":403,"code":"insufficient_scope"}';
const OLD = stepUp('max_age="60"');
const WEAK = stepUp('acr_values="aal2"');
const WEAK_OR_OLD = stepUp('acr_values="aal2 urn:example:card", max_age="60"');

function stepUp(asked: string): Row['expected'] {
  return {
    status: 401,
    challenge: `Bearer error="insufficient_user_authentication", ${asked}`,
    body: '{"type":"about:blank","title":"Unauthorized","status":401,"code":"insufficient_user_authentication"}',
  };
}

export interface Row {
  readonly name: string;
  readonly path?: string;
  /** Header lines, made with the issuer of the run. */
  readonly lines: (issuer: TinyIssuer) => readonly string[];
  readonly expected: { readonly status: number; readonly challenge?: string; readonly body?: string };
  /** What the log is told. */
  readonly reason?: RefusalReason;
}

const foreignKey = generateKey('ES256');

function bearer(token: string): readonly string[] {
  return ['Authorization', `Bearer ${token}`];
}

function minted(claims: Record<string, unknown>): Row['lines'] {
  return (issuer) => bearer(mint({ key: issuer.key, issuer: issuer.url, claims }));
}

/** A token whose payload is written by hand, for claims that `signJwt` will not leave out. */
function handmade(change: Record<string, unknown>): Row['lines'] {
  return ({ key, url }) => {
    const iat = START_MS / 1000;
    const usual = { iss: url, aud: AUDIENCE, sub: 'u', client_id: 'c', jti: 'j', iat, exp: iat + 60 };
    return bearer(signJws(JSON.stringify({ ...usual, ...change }), { key, type: 'at+jwt' }));
  };
}

function tampered(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  const changed = Buffer.from(JSON.stringify({ ...claims, roles: ['admin'] })).toString('base64url');
  return `${header}.${changed}.${signature}`;
}

const now = START_MS;

/** Every request that a guard must tell apart, for each framework the same. */
export const ROWS: readonly Row[] = [
  { name: 'a valid token is let through', lines: minted({}), expected: { status: 200 } },
  {
    name: 'A-071: the scheme has no case',
    expected: { status: 200 },
    lines: (issuer) => ['authorization', `bEARER ${mint({ key: issuer.key, issuer: issuer.url })}`],
  },
  {
    name: 'A-317: a token that is bound to a key is not accepted as a bearer token',
    lines: minted({ cnf: { jkt: '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I' } }),
    expected: INVALID,
    reason: 'claim_invalid',
  },
  {
    name: 'A-032: typ may carry its application/ prefix, in any case',
    expected: { status: 200 },
    lines: (issuer) => bearer(mint({ key: issuer.key, issuer: issuer.url, type: 'application/AT+jwt' })),
  },
  {
    name: 'A-058: one audience of several suffices',
    lines: minted({ aud: ['https://other.example', AUDIENCE] }),
    expected: { status: 200 },
  },
  {
    name: 'no Authorization field gets the bare challenge',
    lines: () => [],
    expected: MISSING,
    reason: 'credential_missing',
  },
  {
    name: 'another scheme gets the bare challenge',
    lines: () => ['Authorization', 'Basic dTpw'],
    expected: MISSING,
    reason: 'credential_missing',
  },
  {
    name: 'A-056: an expired token is refused',
    lines: (issuer) => bearer(mint({ key: issuer.key, issuer: issuer.url, nowMs: now - 302_000 })),
    expected: INVALID,
    reason: 'expired',
  },
  {
    name: 'A-056: a token from the future is refused',
    lines: minted({ iat: now / 1000 + 60 }),
    expected: INVALID,
    reason: 'not_yet_valid',
  },
  {
    name: 'A-055: a token without exp is refused',
    lines: handmade({ exp: undefined }),
    expected: INVALID,
    reason: 'claim_missing',
  },
  {
    name: 'A-058: a token for another audience is refused',
    lines: minted({ aud: 'https://other.example' }),
    expected: INVALID,
    reason: 'audience_mismatch',
  },
  {
    name: 'A-058: an audience that only starts alike is refused',
    lines: minted({ aud: `${AUDIENCE}/more` }),
    expected: INVALID,
    reason: 'audience_mismatch',
  },
  {
    name: 'A-058: an empty audience list is refused',
    lines: minted({ aud: [] }),
    expected: INVALID,
    reason: 'audience_mismatch',
  },
  {
    name: 'A-058: a token without audience is refused',
    lines: minted({ aud: undefined }),
    expected: INVALID,
    reason: 'claim_missing',
  },
  {
    name: 'A-059: another issuer with this key is refused',
    lines: minted({ iss: 'https://other.example' }),
    expected: INVALID,
    reason: 'issuer_mismatch',
  },
  {
    name: 'A-059: a trailing slash is another issuer',
    lines: (issuer) => minted({ iss: `${issuer.url}/` })(issuer),
    expected: INVALID,
    reason: 'issuer_mismatch',
  },
  {
    name: 'A-059: a token without issuer is refused',
    lines: minted({ iss: undefined }),
    expected: INVALID,
    reason: 'claim_missing',
  },
  {
    name: 'A-061: a numeric subject is refused',
    lines: minted({ sub: 7 }),
    expected: INVALID,
    reason: 'claim_invalid',
  },
  {
    name: 'A-061: an empty subject is refused',
    lines: minted({ sub: '' }),
    expected: INVALID,
    reason: 'claim_invalid',
  },
  {
    name: 'A-061: an object as subject is refused',
    lines: minted({ sub: { id: 1 } }),
    expected: INVALID,
    reason: 'claim_invalid',
  },
  {
    name: 'A-061: a token without subject is refused',
    lines: minted({ sub: undefined }),
    expected: INVALID,
    reason: 'claim_missing',
  },
  {
    name: 'a token without client_id is refused',
    lines: minted({ client_id: undefined }),
    expected: INVALID,
    reason: 'claim_missing',
  },
  {
    name: 'a token without jti is refused',
    lines: minted({ jti: undefined }),
    expected: INVALID,
    reason: 'claim_missing',
  },
  {
    name: 'a token without iat is refused',
    lines: handmade({ iat: undefined }),
    expected: INVALID,
    reason: 'claim_missing',
  },
  {
    name: 'roles that are not a list are refused, not ignored',
    lines: minted({ roles: 'admin' }),
    expected: INVALID,
    reason: 'claim_invalid',
  },
  {
    name: 'a key that the issuer never published is refused',
    lines: (issuer) => bearer(mint({ key: foreignKey, issuer: issuer.url })),
    expected: INVALID,
    reason: 'key_unknown',
  },
  {
    name: 'A-031: an ID token is refused',
    lines: (issuer) => bearer(mint({ key: issuer.key, issuer: issuer.url, type: 'JWT' })),
    expected: INVALID,
    reason: 'type_mismatch',
  },
  {
    name: 'A-032: a token without typ is refused',
    lines: ({ key, url }) => bearer(signJws(JSON.stringify({ iss: url }), { key })),
    expected: INVALID,
    reason: 'type_mismatch',
  },
  {
    name: 'a tampered payload is refused',
    lines: (issuer) => bearer(tampered(mint({ key: issuer.key, issuer: issuer.url }))),
    expected: INVALID,
    reason: 'signature_invalid',
  },
  {
    name: 'A-070: Bearer without a token',
    lines: () => ['Authorization', 'Bearer'],
    expected: INVALID,
    reason: 'credential_malformed',
  },
  {
    name: 'A-070: Bearer %',
    lines: () => ['Authorization', 'Bearer %'],
    expected: INVALID,
    reason: 'malformed',
  },
  {
    name: 'A-070: a tab after the scheme',
    lines: (issuer) => ['Authorization', `Bearer\t${mint({ key: issuer.key, issuer: issuer.url })}`],
    expected: INVALID,
    reason: 'credential_malformed',
  },
  {
    name: 'A-070: no space after the scheme',
    lines: (issuer) => ['Authorization', `Bearer${mint({ key: issuer.key, issuer: issuer.url })}`],
    expected: INVALID,
    reason: 'credential_malformed',
  },
  {
    name: 'A-070: something behind the token',
    lines: (issuer) => ['Authorization', `Bearer ${mint({ key: issuer.key, issuer: issuer.url })} more`],
    expected: INVALID,
    reason: 'credential_malformed',
  },
  {
    name: 'A-070: 64 KB of token',
    lines: () => bearer('a'.repeat(65_536)),
    expected: INVALID,
    reason: 'too_large',
  },
  {
    name: 'A-070: two Authorization fields, the first of them good',
    lines: (issuer) => [...minted({})(issuer), ...bearer('x.y.z')],
    expected: INVALID,
    reason: 'credential_malformed',
  },
  {
    name: 'A-070: the same Authorization field twice',
    lines: (issuer) => [...minted({})(issuer), ...minted({})(issuer)],
    expected: INVALID,
    reason: 'credential_malformed',
  },
  {
    name: 'a permission that is held opens the route',
    path: '/orders',
    lines: minted({ permissions: ['orders:write'] }),
    expected: { status: 200 },
  },
  {
    name: 'a missing permission closes it',
    path: '/orders',
    lines: minted({}),
    expected: { status: 403, challenge: 'Bearer error="insufficient_scope"', body: FORBIDDEN_BODY },
    reason: 'permission_missing',
  },
  {
    name: 'every listed scope must be held',
    path: '/reports',
    lines: minted({}),
    expected: {
      status: 403,
      challenge: 'Bearer error="insufficient_scope", scope="reports:read profile"',
      body: FORBIDDEN_BODY,
    },
    reason: 'scope_missing',
  },
  {
    name: 'all listed scopes open the route',
    path: '/reports',
    lines: minted({ scope: 'profile x reports:read' }),
    expected: { status: 200 },
  },
  {
    name: 'a missing role closes the route',
    path: '/admin',
    lines: minted({}),
    expected: { status: 403, challenge: 'Bearer error="insufficient_scope"', body: FORBIDDEN_BODY },
    reason: 'role_missing',
  },
  {
    name: 'a role that is held opens it',
    path: '/admin',
    lines: minted({ roles: ['user', 'admin'] }),
    expected: { status: 200 },
  },
  {
    name: 'A-198: a young log-in opens the route',
    path: '/payment',
    lines: minted({}),
    expected: { status: 200 },
  },
  {
    name: 'A-198: an old log-in must be repeated',
    path: '/payment',
    lines: minted({ auth_time: now / 1000 - 63 }),
    expected: OLD,
    reason: 'authentication_too_old',
  },
  {
    name: 'A-198: a log-in from the future is no fresh one',
    path: '/payment',
    lines: minted({ auth_time: now / 1000 + 600 }),
    expected: OLD,
    reason: 'authentication_too_old',
  },
  {
    name: 'A-198: no word of a log-in is not a fresh one',
    path: '/payment',
    lines: minted({ auth_time: undefined }),
    expected: OLD,
    reason: 'auth_time_missing',
  },
  {
    name: 'A-198: a log-in with two factors opens a route that asks for them',
    path: '/keys',
    lines: minted({ acr: 'aal2', amr: ['pwd', 'otp', 'mfa'], roles: ['admin'] }),
    expected: { status: 200 },
  },
  {
    name: 'A-198: a log-in with one factor must be repeated with two, before roles are looked at',
    path: '/keys',
    lines: minted({ acr: 'aal1', amr: ['pwd'] }),
    expected: WEAK,
    reason: 'acr_insufficient',
  },
  {
    name: 'A-198: a token that does not say how strong its log-in was is not strong',
    path: '/keys',
    lines: minted({ acr: undefined, amr: ['mfa'], roles: ['admin'] }),
    expected: WEAK,
    reason: 'acr_missing',
  },
  {
    name: 'two factors bring no role',
    path: '/keys',
    lines: minted({ acr: 'aal2' }),
    expected: { status: 403, challenge: 'Bearer error="insufficient_scope"', body: FORBIDDEN_BODY },
    reason: 'role_missing',
  },
  {
    name: 'of several levels any one opens the route',
    path: '/transfer',
    lines: minted({ acr: 'urn:example:card' }),
    expected: { status: 200 },
  },
  {
    name: 'A-198: a level is a whole string',
    path: '/transfer',
    lines: minted({ acr: 'aal2 urn:example:card' }),
    expected: WEAK_OR_OLD,
    reason: 'acr_insufficient',
  },
  {
    name: 'A-198: a strong log-in that is too old must be repeated as strongly',
    path: '/transfer',
    lines: minted({ acr: 'aal2', auth_time: now / 1000 - 63 }),
    expected: WEAK_OR_OLD,
    reason: 'authentication_too_old',
  },
  {
    name: 'A-198: a list of levels is no level',
    path: '/keys',
    lines: minted({ acr: ['aal2'], roles: ['admin'] }),
    expected: INVALID,
    reason: 'claim_invalid',
  },
  {
    name: 'a single method is no list of methods',
    lines: minted({ amr: 'pwd' }),
    expected: INVALID,
    reason: 'claim_invalid',
  },
];
