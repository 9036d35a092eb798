export interface TokenFacts {
  readonly jti: string;
  readonly kid: string;
  readonly roles: readonly string[];
}

/** Reads a token without verifying it: the page only shows it. Verifying is what the APIs do. */
export function readTokenFacts(token: string): TokenFacts {
  const [header = '', payload = ''] = token.split('.');
  const { kid } = readPart(header);
  const { jti, roles } = readPart(payload);
  return { kid: String(kid), jti: String(jti), roles: Array.isArray(roles) ? roles.map(String) : [] };
}

function readPart(part: string): Readonly<Record<string, unknown>> {
  return JSON.parse(atob(part.replaceAll('-', '+').replaceAll('_', '/')));
}
