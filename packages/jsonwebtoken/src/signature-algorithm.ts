/** What a header of jsonwebtoken 9 can name, besides `none`. */
export type SignatureAlgorithm = `${'HS' | 'RS' | 'PS' | 'ES'}${256 | 384 | 512}`;

const form = /^(?:HS|RS|PS|ES)(?:256|384|512)$/;

export function isSignatureAlgorithm(name: string): name is SignatureAlgorithm {
  return form.test(name);
}

/** The message of the original, line breaks included. */
export function unknownAlgorithm(name: string): TypeError {
  return new TypeError(
    `"${name}" is not a valid algorithm.\n  Supported algorithms are:\n  "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512" and "none".`,
  );
}
