import { decodeBase64url } from '../base64url.ts';
import { isKeyId } from '../jwk/key.ts';
import { type JsonObject, type JsonValue, parseStrictObject } from '../strict-json.ts';
import { TokenError } from '../token-error.ts';

/** A protected header; members other than these are unread data. */
export interface JwsHeader {
  readonly alg: string;
  readonly typ?: string;
  readonly kid?: string;
  readonly cty?: string;
  readonly [member: string]: JsonValue | undefined;
}

/** Names that `crit` may never list: defined by RFC 7515 §4.1 and RFC 7518. */
const registeredNames: ReadonlySet<string> = new Set(
  'alg jku jwk kid x5u x5c x5t x5t#S256 typ cty crit enc zip epk apu apv iv tag p2s p2c'.split(' '),
);

/**
 * Decode and check a protected header.
 *
 * `jku`, `jwk`, `x5u`, `x5c` and the like are never read (RFC 8725bis §3.10).
 * Does NOT check the algorithm, the type or the signature.
 *
 * @param b64  what the header must say of its payload: `false` demands `b64: false` in
 *   it and in `crit`, `true` refuses that (RFC 7797 §3 and §6)
 * @throws TokenError `malformed`, `critical_unsupported`
 * @see RFC 7515 §4.1
 */
export function readHeader(segment: string, b64 = true): JwsHeader {
  const header = parseStrictObject(decodeBase64url(segment), 'malformed');
  checkHeader(header, b64);
  return header;
}

function checkHeader(header: JsonObject, b64: boolean): asserts header is JsonObject & JwsHeader {
  const { alg, typ, kid, cty } = ownMembers(header);
  if (typeof alg !== 'string') throw new TokenError('malformed', { message: 'alg must be a string' });
  if (typ !== undefined && typeof typ !== 'string')
    throw new TokenError('malformed', { message: 'typ must be a string' });
  if (cty !== undefined && typeof cty !== 'string')
    throw new TokenError('malformed', { message: 'cty must be a string' });
  if (kid !== undefined && !isKeyId(kid)) {
    throw new TokenError('malformed', { message: 'kid must be a string of 1 to 256 characters' });
  }
  checkCritical(header, b64);
}

function ownMembers(header: JsonObject): { readonly [name: string]: JsonValue | undefined } {
  return Object.assign(Object.create(null), { alg: undefined }, header);
}

/** The only extension is the one the caller asked for: any other well-formed `crit` is refused as well as a malformed one. */
function checkCritical(header: JsonObject, b64: boolean): void {
  if (b64 && Object.hasOwn(header, 'b64') && header.b64 !== true)
    throw new TokenError('critical_unsupported');
  const names = readCriticalNames(header);
  if (names.some((name) => name !== 'b64' || b64)) throw new TokenError('critical_unsupported');
  if (!b64 && !(names.includes('b64') && header.b64 === false)) {
    throw new TokenError('malformed', { message: 'b64 must be false and listed in crit' });
  }
}

/** @see RFC 7515 §4.1.11 */
function readCriticalNames(header: JsonObject): readonly string[] {
  if (!Object.hasOwn(header, 'crit')) return [];
  const names = header.crit;
  if (!isNameList(names) || names.length === 0 || new Set(names).size !== names.length) {
    throw new TokenError('malformed', { message: 'crit must be a list of different names' });
  }
  if (names.some((name) => registeredNames.has(name) || !Object.hasOwn(header, name))) {
    throw new TokenError('malformed', { message: 'crit lists a registered or absent name' });
  }
  return names;
}

function isNameList(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
