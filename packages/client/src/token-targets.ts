import type { Surroundings } from './surroundings.ts';

/** May the access token go to this URL? */
export type MayAttachTo = (url: string) => boolean;

/**
 * The origins that see the token: the issuer's, and the given ones or else the page's own.
 *
 * @throws TypeError for an entry that is not a plain http(s) origin
 */
export function createTokenTargets(
  issuer: string,
  apiOrigins: readonly string[] | undefined,
  page: Pick<Surroundings, 'pageUrl' | 'pageOrigin'>,
): MayAttachTo {
  const given = apiOrigins?.map(readOrigin);
  const issuerOrigin = new URL(issuer).origin;
  return (url) => {
    const origin = resolveUrl(url, page.pageUrl())?.origin;
    if (origin === undefined) return false;
    if (origin === issuerOrigin) return true;
    // The page's origin, not that of its base: a `<base>` element may point anywhere.
    return given === undefined ? origin === page.pageOrigin() : given.includes(origin);
  };
}

/** Resolve as `fetch` does; `undefined` when it is no http(s) URL. */
export function resolveUrl(url: string, base: string | undefined): URL | undefined {
  const resolved = URL.canParse(url, base) ? new URL(url, base) : undefined;
  return resolved?.protocol === 'https:' || resolved?.protocol === 'http:' ? resolved : undefined;
}

function readOrigin(text: string): string {
  const origin = resolveUrl(text, undefined)?.origin;
  if (origin === undefined || (text !== origin && text !== `${origin}/`)) {
    throw new TypeError('createClient: apiOrigins takes origins such as https://api.example.com');
  }
  return origin;
}
