/** Whose pages may use the cookie. */
export interface OriginRule {
  /**
   * Whether a call comes from a page of ours, or of a listed origin.
   *
   * `Origin` decides where it is sent; `Sec-Fetch-Site`, which no script can
   * set, where it is not. A call that carries neither proves nothing.
   *
   * @see https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header
   */
  isOurs(headers: Headers): boolean;
  /** The same, for pages of the issuer alone. */
  isOwn(headers: Headers): boolean;
}

/** @param origins exact, as browsers serialize them: no wildcard, no suffix, never `null` */
export function createOriginRule(issuer: string, origins: readonly string[]): OriginRule {
  const ours = new Set([issuer, ...origins]);
  const comesFrom = (headers: Headers, pages: ReadonlySet<string>): boolean => {
    const origin = headers.get('origin');
    return origin === null ? headers.get('sec-fetch-site') === 'same-origin' : pages.has(origin);
  };
  return {
    isOurs: (headers) => comesFrom(headers, ours),
    isOwn: (headers) => comesFrom(headers, new Set([issuer])),
  };
}
