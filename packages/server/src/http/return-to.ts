/** Where a visitor may be sent who is done here. */
export interface ReturnRule {
  /**
   * Reads where a visitor wants to go back to: a path of this server, or an
   * address of a listed origin. Whatever else it is, there is no such place:
   * browsers read `/\evil`, `https:evil` and tabs in their own way, so nothing
   * that needs such reading is accepted.
   *
   * @returns in its serialized form: a path, or an address
   */
  read(text: string | undefined): string | undefined;
}

const maxLength = 2048;
/** A path: no authority, and no character that a browser reads as another one. */
const pathForm = /^\/(?![/\\])[\x21\x23-\x5b\x5d-\x7e]*$/;
const addressForm = /^https?:\/\/[a-z0-9.[\]:-]+(?:[/?#][\x21\x23-\x5b\x5d-\x7e]*)?$/;

/** @param origins exact, as browsers serialize them */
export function createReturnRule(issuer: string, origins: readonly string[]): ReturnRule {
  const others = new Set(origins);
  return {
    read(text) {
      if (text === undefined || text.length > maxLength) return undefined;
      const isPath = pathForm.test(text);
      if (!isPath && !addressForm.test(text)) return undefined;
      if (!URL.canParse(text, issuer)) return undefined;
      const { origin, href, username, password } = new URL(text, issuer);
      if (username !== '' || password !== '') return undefined;
      if (isPath) {
        // `/a/..//evil` becomes `//evil`.
        const path = href.slice(origin.length);
        return origin === issuer && pathForm.test(path) ? path : undefined;
      }
      return origin === issuer || others.has(origin) ? href : undefined;
    },
  };
}
