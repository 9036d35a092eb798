/** One `name=value` of a `WWW-Authenticate` field (RFC 9110 §11.2), quoted or not. */
const parameter = /([A-Za-z_-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;

/** What a sign-in must be for a call that was refused (RFC 9470 §3). */
export interface StepUpNeed {
  /** One of these levels, in order of preference, such as `aal2`. Empty: any. */
  readonly acrValues: readonly string[];
  /** It must not be older. */
  readonly maxAgeSeconds: number | undefined;
}

/**
 * Does a 401 say `error="invalid_token"` (RFC 6750 §3.1)? Only then is a renewed token of use.
 *
 * A page of another origin reads the field only if the API exposes it
 * (`Access-Control-Expose-Headers: WWW-Authenticate`).
 */
export function isInvalidToken(wwwAuthenticate: string | null | undefined): boolean {
  return readParameters(wwwAuthenticate).some(
    ([name, value]) => name === 'error' && value === 'invalid_token',
  );
}

/** What a 401 with `error="insufficient_user_authentication"` asks for; `undefined` for every other one. */
export function readStepUpNeed(wwwAuthenticate: string | null | undefined): StepUpNeed | undefined {
  const parameters = readParameters(wwwAuthenticate);
  const isStepUp = parameters.some(
    ([name, value]) => name === 'error' && value === 'insufficient_user_authentication',
  );
  if (!isStepUp) return undefined;
  const named = new Map(parameters);
  const maxAge = named.get('max_age') ?? '';
  return {
    acrValues: (named.get('acr_values') ?? '').split(' ').filter((value) => value !== ''),
    maxAgeSeconds: /^\d{1,9}$/.test(maxAge) ? Number(maxAge) : undefined,
  };
}

function readParameters(field: string | null | undefined): readonly (readonly [string, string])[] {
  return [...(field ?? '').matchAll(parameter)].map(
    ([, name = '', quoted, bare = '']) => [name.toLowerCase(), quoted ?? bare] as const,
  );
}
