import {
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { decodeBase64url } from '../base64url.ts';
import type { JsonObject } from '../strict-json.ts';

export type CurveName = 'P-256' | 'P-384' | 'P-521' | 'X25519';

/** A curve for key agreement. */
export interface AgreementCurve {
  readonly crv: CurveName;
  readonly kty: 'EC' | 'OKP';
  readonly coordinateBytes: number;
  /** As OpenSSL spells it; only for EC. */
  readonly namedCurve?: string;
}

const table: { readonly [crv in CurveName]: AgreementCurve } = {
  'P-256': { crv: 'P-256', kty: 'EC', coordinateBytes: 32, namedCurve: 'prime256v1' },
  'P-384': { crv: 'P-384', kty: 'EC', coordinateBytes: 48, namedCurve: 'secp384r1' },
  'P-521': { crv: 'P-521', kty: 'EC', coordinateBytes: 66, namedCurve: 'secp521r1' },
  X25519: { crv: 'X25519', kty: 'OKP', coordinateBytes: 32 },
};

/** Null-prototype rows by `crv`. */
export const agreementCurves: { readonly [crv in CurveName]: AgreementCurve } = Object.freeze(
  Object.assign(Object.create(null), table),
);

export function isCurveName(value: unknown): value is CurveName {
  return typeof value === 'string' && value in agreementCurves;
}

/** The curve of a key, or undefined when it is none for key agreement. */
export function curveOf(keyObject: KeyObject): AgreementCurve | undefined {
  if (keyObject.asymmetricKeyType === 'x25519') return agreementCurves.X25519;
  if (keyObject.asymmetricKeyType !== 'ec') return undefined;
  const namedCurve = keyObject.asymmetricKeyDetails?.namedCurve;
  return Object.values(table).find((row) => row.namedCurve !== undefined && row.namedCurve === namedCurve);
}

export function generateOn(curve: AgreementCurve): { publicKey: KeyObject; privateKey: KeyObject } {
  return curve.namedCurve === undefined
    ? generateKeyPairSync('x25519')
    : generateKeyPairSync('ec', { namedCurve: curve.namedCurve });
}

/**
 * The shared secret, or undefined where it is zero: the other's point is of small order.
 *
 * @see RFC 7748 §6.1, SP 800-56A §5.7.1.2
 */
export function agree(privateKey: KeyObject, publicKey: KeyObject): Buffer | undefined {
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch {
    return undefined;
  }
}

/** Public key in a header member, or undefined unless it is a point of this curve, canonically written. */
export function readPoint(member: JsonObject, curve: AgreementCurve): KeyObject | undefined {
  if (member.kty !== curve.kty || member.crv !== curve.crv || Object.hasOwn(member, 'd')) return undefined;
  const jwk: JsonWebKey = { kty: curve.kty, crv: curve.crv };
  for (const name of curve.kty === 'EC' ? ['x', 'y'] : ['x']) {
    const value = member[name];
    if (typeof value !== 'string' || !isCoordinate(value, curve.coordinateBytes)) return undefined;
    jwk[name] = value;
  }
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function isCoordinate(value: string, bytes: number): boolean {
  try {
    return decodeBase64url(value).length === bytes;
  } catch {
    return false;
  }
}
