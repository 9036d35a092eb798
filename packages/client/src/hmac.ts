import { sha256 } from './sha256.ts';

const blockBytes = 64;

/**
 * HMAC-SHA-256 (RFC 2104) of `message` under `key`, 32 bytes.
 *
 * Uses `crypto.subtle` where there is one. React Native and pages on plain
 * HTTP have none; there the same value is computed in script, since a client
 * without request id would lose its session with the first lost answer.
 */
export async function hmacSha256(
  key: Uint8Array<ArrayBuffer>,
  message: Uint8Array<ArrayBuffer>,
  subtle: SubtleCrypto | undefined,
): Promise<Uint8Array> {
  if (subtle === undefined) return hmacInScript(key, message);
  const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', imported, message));
}

function hmacInScript(key: Uint8Array, message: Uint8Array): Uint8Array {
  const block = new Uint8Array(blockBytes);
  block.set(key.length > blockBytes ? sha256(key) : key);
  const inner = sha256(
    join(
      block.map((byte) => byte ^ 0x36),
      message,
    ),
  );
  return sha256(
    join(
      block.map((byte) => byte ^ 0x5c),
      inner,
    ),
  );
}

function join(left: Uint8Array, right: Uint8Array): Uint8Array {
  const joined = new Uint8Array(left.length + right.length);
  joined.set(left);
  joined.set(right, left.length);
  return joined;
}
