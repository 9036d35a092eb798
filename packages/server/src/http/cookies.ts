import type { RefreshCookieChange } from './route.ts';

/** Values we ever set; quotes, percent signs and anything else is no cookie of ours. */
const valueForm = /^[A-Za-z0-9_-]{1,128}$/;

/** The cookie that holds the refresh token, out of the reach of scripts. */
export interface RefreshCookie {
  readonly name: string;
  /** @returns the value, or what is wrong: a second cookie of the name may have been tossed in */
  read(header: string | null): { readonly isPresent: boolean; readonly value: string | undefined };
  /** @returns the value of a `Set-Cookie` field */
  write(change: RefreshCookieChange): string;
}

/**
 * `__Host-` binds the cookie to this host and to HTTPS (cookie name prefixes of RFC 6265bis).
 * Plain http, which settings allow on localhost only, does without.
 */
export function createRefreshCookie(issuer: string): RefreshCookie {
  const isHttps = issuer.startsWith('https:');
  const name = isHttps ? '__Host-cs_refresh' : 'cs_refresh';
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isHttps ? '; Secure' : ''}`;
  return {
    name,
    read(header) {
      const values = findCookies(header ?? '', name);
      const [value] = values;
      const isOurs = values.length === 1 && value !== undefined && valueForm.test(value);
      return { isPresent: values.length > 0, value: isOurs ? value : undefined };
    },
    write(change) {
      return change.kind === 'set'
        ? `${name}=${change.refreshToken}; Max-Age=${change.maxAgeSeconds}; ${attributes}`
        : `${name}=; Max-Age=0; ${attributes}`;
    },
  };
}

function findCookies(header: string, name: string): readonly string[] {
  const start = `${name}=`;
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(start))
    .map((pair) => pair.slice(start.length));
}
