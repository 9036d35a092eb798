declare const epochSeconds: unique symbol;

/** Whole seconds since 1970-01-01T00:00:00Z, as in a JWT NumericDate (RFC 7519 §2). */
export type EpochSeconds = number & { readonly [epochSeconds]: true };

/** Milliseconds since 1970-01-01T00:00:00Z. Every time that the house needs comes from here. */
export type Now = () => number;

/** Rounds down, so that a token never claims to be younger than what it asserts. */
export function toEpochSeconds(atMs: number): EpochSeconds {
  return Math.floor(atMs / 1000) as EpochSeconds;
}
