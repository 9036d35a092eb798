import type { CookieChange, CookieName } from './route.ts';

/** Values we ever set; quotes, percent signs and anything else is no cookie of ours. */
const valueForm = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * Every cookie that is ever set: all out of the reach of scripts, all for this host alone.
 *
 * - `refresh` holds a refresh token, for applications.
 * - `session` says who is signed in on the pages. `Lax`: a link from elsewhere finds its visitor signed in.
 * - `device` is what a remembered device is known by.
 * - `flow` ties what was begun on the pages to the browser that began it, until that one is closed.
 */
const sameSite: Readonly<Record<CookieName, 'Strict' | 'Lax'>> = {
  refresh: 'Strict',
  session: 'Lax',
  device: 'Lax',
  flow: 'Lax',
};

export interface Cookies {
  /** As browsers know it. */
  nameOf(cookie: CookieName): string;
  /** @returns the value, or what is wrong: a second cookie of the name may have been tossed in */
  read(
    header: string | null,
    cookie: CookieName,
  ): { readonly isPresent: boolean; readonly value: string | undefined };
  /** @returns the value of a `Set-Cookie` field */
  write(change: CookieChange): string;
}

/**
 * `__Host-` binds a cookie to this host and to HTTPS (cookie name prefixes of RFC 6265bis).
 * Plain http, which settings allow on localhost only, does without.
 */
export function createCookies(issuer: string): Cookies {
  const isHttps = issuer.startsWith('https:');
  const nameOf = (cookie: CookieName): string => `${isHttps ? '__Host-' : ''}cs_${cookie}`;
  return {
    nameOf,
    read(header, cookie) {
      const values = findCookies(header ?? '', nameOf(cookie));
      const [value] = values;
      const isOurs = values.length === 1 && value !== undefined && valueForm.test(value);
      return { isPresent: values.length > 0, value: isOurs ? value : undefined };
    },
    write(change) {
      const value = change.kind === 'set' ? change.value : '';
      const maxAge = change.kind === 'set' ? change.maxAgeSeconds : 0;
      return [
        `${nameOf(change.cookie)}=${value}`,
        ...(maxAge === undefined ? [] : [`Max-Age=${maxAge}`]),
        `Path=/; HttpOnly; SameSite=${sameSite[change.cookie]}`,
        ...(isHttps ? ['Secure'] : []),
      ].join('; ');
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
