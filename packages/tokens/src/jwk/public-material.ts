import { createPublicKey, X509Certificate } from 'node:crypto';
import { TokenError } from '../token-error.ts';

const textMarks = ['-----BEGIN', '---- BEGIN', 'ssh-rsa ', 'ssh-ed25519 ', 'ecdsa-sha2-'];

/** Uncompressed EC points by length. */
const curvesByPointBytes: { readonly [bytes: number]: readonly string[] } = {
  65: ['P-256', 'secp256k1'],
  97: ['P-384'],
  133: ['P-521'],
};

/**
 * Refuse, as an HMAC secret, bytes that are a published key in any spelling:
 * PEM wherever it starts, OpenSSH, JWK or JWKS text, DER, bare EC points; also
 * written in UTF-16, base64 or hex.
 *
 * A raw 32-byte Ed25519 public key cannot be told from a secret.
 *
 * @throws TokenError `key_type_mismatch`
 * @see RFC 8725bis §2.1
 */
export function checkNotPublicMaterial(secret: Uint8Array): void {
  const bytes = Buffer.from(secret);
  const text = bytes.toString('latin1').replaceAll('\0', '');
  const spellings = [bytes, Buffer.from(text.replace(/\s/g, ''), 'base64'), Buffer.from(text.trim(), 'hex')];
  if (
    isKeyText(text) ||
    spellings.some(
      (spelling) => isDer(spelling) || isEcPoint(spelling) || isKeyText(spelling.toString('latin1')),
    )
  ) {
    throw new TokenError('key_type_mismatch', { message: 'a published key is not a secret' });
  }
}

function isKeyText(text: string): boolean {
  if (textMarks.some((mark) => text.includes(mark))) return true;
  return /"(?:kty|keys)"\s*:/.test(text);
}

function isDer(bytes: Buffer): boolean {
  if (bytes[0] !== 0x30) return false;
  const attempts = [
    () => createPublicKey({ key: bytes, format: 'der', type: 'spki' }),
    () => createPublicKey({ key: bytes, format: 'der', type: 'pkcs1' }),
    () => new X509Certificate(bytes),
  ];
  return attempts.some((attempt) => succeeds(attempt));
}

function isEcPoint(bytes: Buffer): boolean {
  const curves = curvesByPointBytes[bytes.length];
  if (curves === undefined || bytes[0] !== 4) return false;
  const half = (bytes.length + 1) / 2;
  const x = bytes.subarray(1, half).toString('base64url');
  const y = bytes.subarray(half).toString('base64url');
  return curves.some((crv) =>
    succeeds(() => createPublicKey({ key: { kty: 'EC', crv, x, y }, format: 'jwk' })),
  );
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch {
    return false;
  }
}
