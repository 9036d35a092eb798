import { type KeyObject, randomBytes } from 'node:crypto';
import { type JsonObject, isJsonObject } from '../strict-json.ts';
import { unwrapAes, wrapAes } from './aes-kw.ts';
import type { KeyEncryptionName, KeyManagement, Unwrap, Wrap } from './algorithm.ts';
import { deriveByConcat } from './concat-kdf.ts';
import { type AgreementCurve, agree, curveOf, generateOn, readPoint } from './curves.ts';
import { findBytesMember, malformedMember } from './header-members.ts';

const nothing = Buffer.alloc(0);

/**
 * Key agreement with an ephemeral key on the receiver's curve: the result is the content
 * key, or wraps one where `wrapBytes` says how long the wrapping key is.
 *
 * @see RFC 7518 §4.6, RFC 8037 §3.2
 */
export function ecdhEs(name: KeyEncryptionName, wrapBytes?: 16 | 24 | 32): KeyManagement {
  return {
    name,
    alg: name,
    family: 'agreement',
    sendsKey: wrapBytes !== undefined,
    // A public key takes part without an operation of its own.
    operations: { secret: [], public: [], private: [['deriveKey', 'deriveBits']] },
    wrapper: (key) => makeWrap(name, requireCurve(key), { receiver: key, wrapBytes }),
    unwrapper: (key) => makeUnwrap(name, requireCurve(key), { receiver: key, wrapBytes }),
  };
}

interface Receiver {
  readonly receiver: KeyObject;
  readonly wrapBytes: number | undefined;
}

function makeWrap(name: string, curve: AgreementCurve, { receiver, wrapBytes }: Receiver): Wrap {
  return ({ encryption, partyUInfo = nothing, partyVInfo = nothing }) => {
    const ephemeral = generateOn(curve);
    const sharedSecret = agree(ephemeral.privateKey, receiver);
    if (sharedSecret === undefined) throw new TypeError('no shared secret comes out with this key');
    const members = {
      epk: epkOf(ephemeral.publicKey),
      ...(partyUInfo.length === 0 ? {} : { apu: Buffer.from(partyUInfo).toString('base64url') }),
      ...(partyVInfo.length === 0 ? {} : { apv: Buffer.from(partyVInfo).toString('base64url') }),
    };
    const algorithmId = wrapBytes === undefined ? encryption.name : name;
    const input = { sharedSecret, algorithmId, partyUInfo, partyVInfo };
    const derived = deriveByConcat(input, wrapBytes ?? encryption.keyBytes);
    if (wrapBytes === undefined) return { contentKey: derived, encryptedKey: nothing, members };
    const contentKey = randomBytes(encryption.keyBytes);
    return { contentKey, encryptedKey: wrapAes(derived, contentKey), members };
  };
}

function makeUnwrap(name: string, curve: AgreementCurve, { receiver, wrapBytes }: Receiver): Unwrap {
  return ({ encryption, header, encryptedKey }) => {
    const epk = Object.hasOwn(header, 'epk') ? header.epk : undefined;
    if (!isJsonObject(epk)) throw malformedMember('epk');
    const partyUInfo = findBytesMember(header, 'apu') ?? nothing;
    const partyVInfo = findBytesMember(header, 'apv') ?? nothing;
    const point = readPoint(epk, curve);
    const sharedSecret = point === undefined ? undefined : agree(receiver, point);
    if (sharedSecret === undefined) return undefined;
    const algorithmId = wrapBytes === undefined ? encryption.name : name;
    const input = { sharedSecret, algorithmId, partyUInfo, partyVInfo };
    const derived = deriveByConcat(input, wrapBytes ?? encryption.keyBytes);
    return wrapBytes === undefined ? derived : unwrapAes(derived, encryptedKey, encryption.keyBytes);
  };
}

function epkOf(publicKey: KeyObject): JsonObject {
  const { kty = '', crv = '', x = '', y } = publicKey.export({ format: 'jwk' });
  return y === undefined ? { kty, crv, x } : { kty, crv, x, y };
}

function requireCurve(key: KeyObject): AgreementCurve {
  const curve = curveOf(key);
  if (curve === undefined) throw new TypeError('the key is on no curve for key agreement');
  return curve;
}
