/** RFC 6838 §4.2 restricted names, with or without the part before the slash. */
const mediaType = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}(?:\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126})?$/;

/** @throws TypeError unless `type` could be the value of a `typ` header */
export function checkMediaType(type: unknown, where: string): asserts type is string {
  if (typeof type !== 'string' || !mediaType.test(type)) {
    throw new TypeError(`${where}: type must be a media type such as "at+jwt"`);
  }
}

/**
 * The form in which two `typ` values are compared: lower case, without `application/`
 * where nothing else needs the slash.
 *
 * @see RFC 7515 §4.1.9
 */
export function normalizeMediaType(type: string): string {
  const lower = type.toLowerCase();
  return lower.startsWith('application/') && lower.indexOf('/', 12) === -1 ? lower.slice(12) : lower;
}
