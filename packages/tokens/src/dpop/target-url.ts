/** Longer targets are not compared. */
const maxUrlLength = 4096;
/** An absolute URL as it stands on the wire: `URL` would repair backslashes, tabs and spaces. */
const absoluteUrl = /^https?:\/\/[!-~]+$/i;
const unreserved = /^[A-Za-z0-9._~-]$/;

/**
 * A request's target in the form in which two are compared: without query and fragment, scheme and
 * host in lower case, no default port, no dot segments, unreserved characters not escaped.
 *
 * @returns undefined for what is no absolute http or https URL, or holds a user name
 * @see RFC 9449 §4.3, RFC 3986 §6.2.2 and §6.2.3
 */
export function normalizeTarget(url: string): string | undefined {
  if (url.length > maxUrlLength || !absoluteUrl.test(url) || url.includes('\\')) return undefined;
  const parsed = URL.parse(url);
  if (parsed === null || parsed.username !== '' || parsed.password !== '') return undefined;
  const path = parsed.pathname.replace(/%[0-9A-Fa-f]{2}/g, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return unreserved.test(character) ? character : escape.toUpperCase();
  });
  return `${parsed.protocol}//${parsed.host}${path}`;
}
