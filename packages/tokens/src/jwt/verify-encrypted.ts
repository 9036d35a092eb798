import type { ContentEncryptionName, KeyManagementName } from '../jwe/algorithm.ts';
import { createDecrypter } from '../jwe/decrypter.ts';
import type { EncryptionKey } from '../jwk/encryption-key.ts';
import type { EncryptionKeySet } from '../jwks/local.ts';
import { checkKnownOptions } from '../known-options.ts';
import { TokenError } from '../token-error.ts';
import type { VerifiedJwt } from './verify.ts';

export interface EncryptedJwtVerifierOptions {
  /** What `createJwtVerifier` made: checks the token inside. */
  readonly verify: (token: string) => VerifiedJwt;
  /** A private key or secret, or a set of them. */
  readonly keys: EncryptionKey | EncryptionKeySet;
  /** Allowed `alg` values of the outer token; secrets and key pairs do not mix. */
  readonly algorithms: readonly KeyManagementName[];
  /** Allowed `enc` values of the outer token. */
  readonly encryptions: readonly ContentEncryptionName[];
  /** Required `typ` of the outer token; without it any type passes. */
  readonly type?: string;
  /** Of the outer token, default 262 144. */
  readonly maxTokenBytes?: number;
}

const optionNames: ReadonlySet<string> = new Set([
  'verify',
  'keys',
  'algorithms',
  'encryptions',
  'type',
  'maxTokenBytes',
]);

/**
 * Make a function that decrypts a token and verifies the signed token inside.
 *
 * Both layers are always required: `cty: JWT` outside, and inside exactly one compact JWS
 * that `verify` accepts. The verifier of the inner token never decrypts, so a token in a token
 * in a token is refused. Claims repeated in the outer header (RFC 7519 §5.3) are NOT read.
 *
 * The returned function throws TokenError: the codes of `decryptJwe`, then those of `verify`.
 *
 * @throws TypeError for options that would switch a check off; TokenError `key_required`
 * @see RFC 7519 §7.2, RFC 8725bis §3.3
 */
export function createEncryptedJwtVerifier(
  options: EncryptedJwtVerifierOptions,
): (token: string) => VerifiedJwt {
  checkKnownOptions(options, optionNames, 'createEncryptedJwtVerifier');
  const { verify } = options;
  if (typeof verify !== 'function') {
    throw new TypeError('createEncryptedJwtVerifier: verify must be a function made by createJwtVerifier');
  }
  const decrypt = createDecrypter({ ...options, contentType: 'JWT' }, 'createEncryptedJwtVerifier');
  return (token) => verify(readInner(decrypt(token).plaintext));
}

/** The plaintext as a token of three segments: `verify` may be anybody's function, depth is decided here. */
function readInner(plaintext: Buffer): string {
  const inner = plaintext.toString('latin1');
  const second = inner.indexOf('.', inner.indexOf('.') + 1);
  if (second === -1 || inner.includes('.', second + 1)) {
    throw new TokenError('malformed', { message: 'no compact JWS inside the encrypted token' });
  }
  return inner;
}
