/** One `name=value` of a `WWW-Authenticate` field (RFC 9110 §11.2), quoted or not. */
const parameter = /([A-Za-z_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/**
 * Does a 401 say `error="invalid_token"` (RFC 6750 §3.1)? Only then is a renewed token of use.
 *
 * A page of another origin reads the field only if the API exposes it
 * (`Access-Control-Expose-Headers: WWW-Authenticate`).
 */
export function isInvalidToken(wwwAuthenticate: string | null | undefined): boolean {
  for (const [, name, quoted, bare] of (wwwAuthenticate ?? '').matchAll(parameter)) {
    if (name?.toLowerCase() === 'error' && (quoted ?? bare) === 'invalid_token') return true;
  }
  return false;
}
