/** How a refusal leaves the house. `title` is public; what really happened stays in `Refusal.reason`. */
export interface RefusalRow {
  readonly status: number;
  /** The code of RFC 6749 §5.2, RFC 6750 §3.1 or RFC 9470 §3 on endpoints that speak OAuth. */
  readonly oauthError: string;
  readonly title: string;
  readonly logLevel: 'info' | 'warn' | 'error';
}

function row(
  status: number,
  oauthError: string,
  title: string,
  logLevel: RefusalRow['logLevel'] = 'info',
): RefusalRow {
  return { status, oauthError, title, logLevel };
}

/** Every refusal that a client can see. Codes are public names: they never change their meaning. */
export const refusals = {
  invalid_request: row(400, 'invalid_request', 'The request is not of the documented form'),
  password_too_short: row(400, 'invalid_request', 'The password is too short'),
  password_too_long: row(400, 'invalid_request', 'The password is too long'),
  password_too_common: row(400, 'invalid_request', 'The password is too easy to guess'),
  password_breached: row(400, 'invalid_request', 'The password is known from a leak'),
  unknown_role: row(400, 'invalid_request', 'There is no such role'),
  passkey_refused: row(400, 'invalid_request', 'The answer of the authenticator does not hold'),
  unsupported_grant_type: row(400, 'unsupported_grant_type', 'The grant type is not supported'),
  invalid_scope: row(400, 'invalid_scope', 'The scope is unknown or not allowed for this client'),
  invalid_link: row(400, 'invalid_request', 'The link is not valid any more: ask for a new one'),
  invalid_credentials: row(401, 'invalid_grant', 'The identifier or the password is wrong'),
  challenge_expired: row(401, 'invalid_grant', 'The sign-in has ended or was begun too long ago: begin anew'),
  wrong_code: row(401, 'invalid_grant', 'The proof does not hold'),
  invalid_grant: row(401, 'invalid_grant', 'The session has ended: sign in again'),
  invalid_client: row(401, 'invalid_client', 'The client could not be authenticated'),
  token_missing: row(401, '', 'This call needs an access token'),
  invalid_token: row(401, 'invalid_token', 'The access token is not valid'),
  sign_in_needed: row(401, 'login_required', 'Sign in first'),
  insufficient_user_authentication: row(
    401,
    'insufficient_user_authentication',
    'This call needs a more recent or a stronger sign-in',
  ),
  insufficient_scope: row(403, 'insufficient_scope', 'The access token does not allow this call'),
  registration_closed: row(403, 'access_denied', 'Registration is closed'),
  second_factor_unavailable: row(
    403,
    'access_denied',
    'The account has no second factor that this call could ask for',
  ),
  foreign_origin: row(403, 'access_denied', 'Calls with a cookie must come from the same origin', 'warn'),
  form_expired: row(403, 'access_denied', 'The form is not valid any more: send it again'),
  role_not_grantable: row(403, 'access_denied', 'Only permissions that you hold yourself can be granted'),
  channel_unavailable: row(409, 'invalid_request', 'This server sends no codes that way'),
  email_not_proven: row(409, 'invalid_request', 'The e-mail address of the account has to be proven first'),
  not_found: row(404, 'invalid_request', 'There is nothing at this address'),
  method_not_allowed: row(405, 'invalid_request', 'The method is not allowed here'),
  email_taken: row(409, 'invalid_request', 'An account with this e-mail address exists'),
  username_taken: row(409, 'invalid_request', 'An account with this user name exists'),
  passkey_taken: row(409, 'invalid_request', 'This passkey is registered already'),
  too_many_passkeys: row(409, 'invalid_request', 'The account has as many passkeys as may be'),
  last_sign_in_method: row(409, 'invalid_request', 'Nothing else would be left to sign in with'),
  role_taken: row(409, 'invalid_request', 'A role with this name exists'),
  role_in_use: row(
    409,
    'invalid_request',
    'The role is built in, held by somebody, or the one that registration gives',
  ),
  last_administrator: row(409, 'invalid_request', 'The last active administrator must stay one'),
  conflict: row(409, 'invalid_request', 'It was changed meanwhile: read it again'),
  no_signing_keys: row(
    409,
    'invalid_request',
    'Tokens are signed with a shared secret: replace it in the settings of the server and of every service',
  ),
  rotation_pending: row(409, 'invalid_request', 'A key rotation is under way already'),
  request_timeout: row(408, 'invalid_request', 'The request took too long'),
  gone: row(410, 'invalid_request', 'What was asked for is no longer held here'),
  body_too_large: row(413, 'invalid_request', 'The request body is too large'),
  unsupported_media_type: row(415, 'invalid_request', 'The content type is not supported here'),
  too_many_requests: row(429, 'slow_down', 'Too many attempts: wait before the next one'),
  header_too_large: row(431, 'invalid_request', 'The request header is too large'),
  server_error: row(500, 'server_error', 'The server failed; the request id helps to find out why', 'error'),
  overloaded: row(503, 'temporarily_unavailable', 'The server is busy: try again shortly', 'warn'),
  unavailable: row(503, 'temporarily_unavailable', 'A part of the server is not available', 'error'),
} as const satisfies Record<string, RefusalRow>;

export type RefusalCode = keyof typeof refusals;
