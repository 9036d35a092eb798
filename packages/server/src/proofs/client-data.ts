import { readJson } from '../base/read-json.ts';

/** What a ceremony must have been about. */
export interface ExpectedClientData {
  readonly type: 'webauthn.create' | 'webauthn.get';
  /** 32 random bytes in base64url. */
  readonly challenge: string;
  /** Compared as they are: no wildcard, no suffix, no final slash. */
  readonly origins: readonly string[];
}

/**
 * What the browser says of the ceremony, as strict JSON: UTF-8 without a byte
 * order mark, no member twice.
 *
 * Ceremonies inside frames of other origins are refused, whether or not the
 * browser names the outer one.
 *
 * @throws TypeError, or Refusal for what is no JSON
 * @see WebAuthn level 3 §5.8.1, §7.1 steps 7 to 12, §7.2 steps 10 to 15
 */
export function checkClientData(bytes: Uint8Array, expected: ExpectedClientData): void {
  const data = new Map(Object.entries(readObject(bytes)));
  if (data.get('type') !== expected.type) throw new TypeError('another kind of ceremony');
  if (data.get('challenge') !== expected.challenge) throw new TypeError('another challenge');
  const origin = data.get('origin');
  if (typeof origin !== 'string' || !expected.origins.includes(origin)) throw new TypeError('another origin');
  const crossOrigin = data.get('crossOrigin');
  if (crossOrigin !== undefined && crossOrigin !== false)
    throw new TypeError('inside a frame of another origin');
  if (data.has('topOrigin')) throw new TypeError('inside a frame of another origin');
}

function readObject(bytes: Uint8Array): object {
  const value = readJson(bytes);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new TypeError('client data is no object');
}
