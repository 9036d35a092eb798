import { isJsonObject, type JsonObject, type JsonValue, parseStrictObject } from '../strict-json.ts';
import { TokenError } from '../token-error.ts';

/** One signature of the JSON serialization (RFC 7515 §7.2.1). */
export interface JwsJsonSignature {
  /** The protected header in base64url. */
  readonly protected: string;
  readonly signature: string;
}

/** RFC 7515 §7.2.2; `payload` is absent when detached. */
export interface FlattenedJws extends JwsJsonSignature {
  readonly payload?: string;
}

/** RFC 7515 §7.2.1; `payload` is absent when detached. */
export interface GeneralJws {
  readonly payload?: string;
  readonly signatures: readonly JwsJsonSignature[];
}

/** A signature as read; `header` is the unprotected one, which nobody signed. */
export interface ReadSignature extends JwsJsonSignature {
  readonly header: JsonObject;
}

export interface ReadJws {
  readonly payload: string | undefined;
  readonly signatures: readonly ReadSignature[];
}

/** Each costs a verification. */
export const maxSignatures = 16;

/** Members that decide how a token is read and therefore stand in the protected header or nowhere. */
const protectedOnly = ['alg', 'typ', 'crit', 'b64'];

/**
 * Read the flattened or the general JSON serialization.
 *
 * Refused: members of both at once, no signature, more than 16, no protected
 * header, `alg`, `typ`, `crit` or `b64` in an unprotected one. Other members are ignored.
 *
 * @throws TokenError `too_large`, `malformed`
 * @see RFC 7515 §7.2
 */
export function readJwsJson(text: unknown, maxBytes: number): ReadJws {
  if (typeof text !== 'string') throw malformed('the JSON serialization is given as text');
  if (text.length > maxBytes) throw new TokenError('too_large');
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length > maxBytes) throw new TokenError('too_large');
  const jws = new Map(Object.entries(parseStrictObject(bytes, 'malformed')));
  const payload = jws.get('payload');
  if (payload !== undefined && typeof payload !== 'string') throw malformed('payload must be a string');
  return { payload, signatures: listSignatures(jws).map(readSignature) };
}

function listSignatures(jws: ReadonlyMap<string, JsonValue>): readonly JsonValue[] {
  const listed = jws.get('signatures');
  if (listed === undefined) return [Object.fromEntries(jws)];
  if (['protected', 'header', 'signature'].some((name) => jws.has(name))) {
    throw malformed('members of the flattened and of the general serialization');
  }
  if (!isList(listed) || listed.length === 0) throw malformed('no signature');
  if (listed.length > maxSignatures) throw malformed(`more than ${maxSignatures} signatures`);
  return listed;
}

function readSignature(value: JsonValue): ReadSignature {
  const members = new Map(Object.entries(isJsonObject(value) ? value : {}));
  const segment = members.get('protected');
  const signature = members.get('signature');
  const header = members.has('header') ? members.get('header') : {};
  if (typeof segment !== 'string' || segment === '') throw malformed('no protected header');
  if (typeof signature !== 'string' || signature === '') throw malformed('no signature');
  if (!isJsonObject(header)) throw malformed('header must be an object');
  if (protectedOnly.some((name) => Object.hasOwn(header, name))) {
    throw malformed('a member of the unprotected header must be protected');
  }
  return { protected: segment, header, signature };
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function malformed(message: string): TokenError {
  return new TokenError('malformed', { message });
}
