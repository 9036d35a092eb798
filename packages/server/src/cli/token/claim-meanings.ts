/** What members of a header say. */
export const headerMeanings: Readonly<Record<string, string>> = {
  alg: 'algorithm of the signature (RFC 7515 §4.1.1)',
  typ: 'kind of token (RFC 7515 §4.1.9)',
  kid: 'which of the issuer’s keys signed (RFC 7515 §4.1.4)',
  cty: 'kind of the content (RFC 7515 §4.1.10)',
  crit: 'extensions that a verifier must understand (RFC 7515 §4.1.11)',
  jwk: 'a key inside the token: never to be believed (RFC 7515 §4.1.3)',
  jku: 'address of keys inside the token: never to be followed blindly (RFC 7515 §4.1.2)',
};

/** What claims say. */
export const claimMeanings: Readonly<Record<string, string>> = {
  iss: 'issuer: who made the token (RFC 7519 §4.1.1)',
  sub: 'subject: whom it is about (RFC 7519 §4.1.2)',
  aud: 'audience: whom it is for (RFC 7519 §4.1.3)',
  exp: 'expires (RFC 7519 §4.1.4)',
  nbf: 'not valid before (RFC 7519 §4.1.5)',
  iat: 'issued at (RFC 7519 §4.1.6)',
  jti: 'id of this one token (RFC 7519 §4.1.7)',
  auth_time: 'when the user signed in (RFC 9068 §2.2.1)',
  amr: 'how the user signed in (RFC 8176)',
  acr: 'how strongly the user signed in (RFC 9068 §2.2.1)',
  client_id: 'the application that got the token (RFC 8693 §4.3)',
  scope: 'what the application may do (RFC 8693 §4.2)',
  roles: 'roles of the user (RFC 9068 §2.2.3.1)',
  permissions: 'what the roles allow',
  sid: 'the session it belongs to (OpenID Connect Front-Channel Logout 1.0 §3)',
  rvs: 'number of the last revocation that the issuer had seen',
  cnf: 'the key that the sender must prove to hold (RFC 7800 §3)',
};

export const timeClaims: ReadonlySet<string> = new Set(['exp', 'nbf', 'iat', 'auth_time']);
