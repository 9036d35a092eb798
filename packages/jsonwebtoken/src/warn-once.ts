/** Weak choices that the drop-in still allows: code, and what is said once in a process. */
const texts = {
  COUNTERSIGN_JWT_ALGORITHMS:
    'jwt.verify without `algorithms` takes whatever fits the type of the key; name the algorithms (RFC 8725 §3.1)',
  COUNTERSIGN_JWT_SHORT_SECRET:
    'an HMAC secret is shorter than the digest and can be guessed offline; take random bytes, 32 for HS256, 48 for HS384, 64 for HS512 (RFC 7518 §3.2)',
  COUNTERSIGN_JWT_KEY_AS_SECRET:
    'the text of a private key is used as an HMAC secret, most likely because its line breaks are lost',
  COUNTERSIGN_JWT_SHORT_RSA_KEY: 'an RSA key has fewer than 2048 bits (RFC 7518 §3.3)',
  COUNTERSIGN_JWT_KEY_TYPE:
    '`allowInvalidAsymmetricKeyTypes` lets a key be used for an algorithm that is not its own',
  COUNTERSIGN_JWT_NONE: 'a token without a signature was made or accepted: anybody can make one',
  COUNTERSIGN_JWT_DECODE: 'jwt.decode verifies nothing: what it returns may come from anybody',
  COUNTERSIGN_JWT_NO_EXPIRY:
    'a token without `exp` was made or accepted: it is good for ever; set `expiresIn` when signing, `maxAge` when verifying',
  COUNTERSIGN_JWT_AUDIENCE:
    'a token that names its audience was accepted without `audience`: it may be meant for somebody else (RFC 7519 §4.1.3)',
  COUNTERSIGN_JWT_CRITICAL:
    'a token with `crit` was accepted; its extensions must be understood, and are ignored here (RFC 7515 §4.1.11)',
  COUNTERSIGN_JWT_MILLISECONDS:
    'a time span given as text without a unit counts milliseconds: "120" is 0.12 seconds',
  COUNTERSIGN_JWT_CALLBACK: 'the callback of jwt.sign threw; the error is lost',
} as const;

export type WarningCode = keyof typeof texts;

export const warnings: Readonly<Record<WarningCode, string>> = texts;

const said = new Set<WarningCode>();

/**
 * Emit the process warning with this code, once.
 *
 * `node --disable-warning=CODE` silences it; `process.on('warning')` sees it.
 */
export function warnOnce(code: WarningCode): void {
  if (said.has(code)) return;
  said.add(code);
  process.emitWarning(warnings[code], { code });
}
