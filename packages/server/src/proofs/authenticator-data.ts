import { type CborValue, readCbor } from './cbor.ts';
import { checkCredentialKey } from './credential-key.ts';

const present = 0x01;
const backupEligible = 0x08;
const backedUp = 0x10;
const withCredential = 0x40;
const withExtensions = 0x80;

/** Hash of the RP id, flags, counter. */
const fixedLength = 37;
/** AAGUID and the length of the credential's id. */
const credentialHeadLength = 18;
/** WebAuthn §4: longer ids do not exist. */
const maxCredentialIdBytes = 1023;

/**
 * The form of authenticator data of a new credential: what the flags promise is
 * there, and nothing behind it. Does NOT look at hash, flags of
 * the user, or counter.
 *
 * @throws TypeError
 * @see WebAuthn level 3 §6.1, §6.5.1
 */
export function checkNewCredentialData(data: Uint8Array): void {
  const flags = readFlags(data);
  if ((flags & withCredential) === 0) throw new TypeError('there is no credential');
  checkEnd(data, flags, findEndOfCredential(data));
}

/** The same of an assertion: "the AT flag MUST NOT be set" (§6.1). @throws TypeError */
export function checkAssertionData(data: Uint8Array): void {
  const flags = readFlags(data);
  if ((flags & withCredential) !== 0) throw new TypeError('there is a credential in an assertion');
  checkEnd(data, flags, fixedLength);
}

function readFlags(data: Uint8Array): number {
  const flags = data[32];
  if (data.length < fixedLength || flags === undefined)
    throw new TypeError('authenticator data ends too early');
  if ((flags & present) === 0) throw new TypeError('nobody was present');
  if ((flags & backedUp) !== 0 && (flags & backupEligible) === 0) {
    throw new TypeError('backed up without being eligible for it');
  }
  return flags;
}

function findEndOfCredential(data: Uint8Array): number {
  const idAt = fixedLength + credentialHeadLength;
  if (data.length < idAt) throw new TypeError('authenticator data ends too early');
  const idLength = ((data[idAt - 2] ?? 0) << 8) | (data[idAt - 1] ?? 0);
  if (idLength === 0 || idLength > maxCredentialIdBytes) {
    throw new TypeError('the id of the credential is of another length');
  }
  const key = readCbor(data, idAt + idLength);
  checkCredentialKey(key.value);
  return key.end;
}

function checkEnd(data: Uint8Array, flags: number, end: number): void {
  let at = end;
  if ((flags & withExtensions) !== 0) {
    const extensions: { readonly value: CborValue; readonly end: number } = readCbor(data, at);
    if (!(extensions.value instanceof Map)) throw new TypeError('extensions are no map');
    at = extensions.end;
  }
  if (at !== data.length) throw new TypeError('something stands behind the authenticator data');
}
