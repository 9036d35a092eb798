import { createHmac, createSecretKey, hash, type KeyObject, sign, verify } from 'node:crypto';
import type { AlgorithmName, Keys } from '../corpus.ts';

/** What no library can beat: the signature alone, on bytes that lie ready. */
export interface Bare {
  readonly name: string;
  readonly sign: (input: Buffer) => unknown;
  readonly verify: (input: Buffer, signature: Buffer) => boolean;
}

export function bareForms(algorithm: AlgorithmName, keys: Keys): readonly Bare[] {
  if (algorithm === 'HS256') return [hmacForm(keys.secret), twoHashes(keys.secret)];
  const { privateKey, publicKey } = keys;
  // Null for the algorithms that bring their own hash.
  const digest = algorithm === 'RS256' || algorithm === 'ES256' ? 'sha256' : null;
  const form = (name: string, signing: Signing, verifying: Verifying): Bare => ({
    name,
    sign: (input) => sign(digest, input, signing),
    verify: (input, signature) => verify(digest, input, verifying, signature),
  });
  const plain = form('bare `crypto`, KeyObject', privateKey, publicKey);
  if (algorithm !== 'ES256') return [plain];
  const dsaEncoding = 'ieee-p1363' as const;
  return [
    { ...plain, name: 'bare `crypto`, KeyObject, DER' },
    form('bare `crypto`, `ieee-p1363`', { key: privateKey, dsaEncoding }, { key: publicKey, dsaEncoding }),
  ];
}

type Signing = Parameters<typeof sign>[2];
type Verifying = Parameters<typeof verify>[2];

function hmacForm(secret: Buffer): Bare {
  const key: KeyObject = createSecretKey(secret);
  const mac = (input: Buffer): Buffer => createHmac('sha256', key).update(input).digest();
  return {
    name: 'bare `createHmac`',
    sign: mac,
    verify: (input, signature) => mac(input).equals(signature),
  };
}

/** HMAC by its definition (RFC 2104 §2), the pads made before. */
function twoHashes(secret: Buffer): Bare {
  const pads = [0x36, 0x5c].map((byte) => {
    const pad = Buffer.alloc(64 + 8192);
    for (let at = 0; at < 64; at++) pad[at] = (secret[at] ?? 0) ^ byte;
    return pad;
  });
  const [inner = Buffer.alloc(0), outer = Buffer.alloc(0)] = pads;
  const mac = (input: Buffer): Buffer => {
    inner.set(input, 64);
    outer.set(hash('sha256', inner.subarray(0, 64 + input.length), 'buffer'), 64);
    return hash('sha256', outer.subarray(0, 96), 'buffer');
  };
  return {
    name: 'bare `crypto.hash`, twice',
    sign: mac,
    verify: (input, signature) => mac(input).equals(signature),
  };
}
