import type { DecodeOptions, Jwt, JwtPayload } from './api-types.ts';
import { isTypedAsJwt } from './read-header-facts.ts';
import { readHeader, readPayload, readToken } from './read-token.ts';
import { warnOnce } from './warn-once.ts';

/**
 * Read a token without verifying it: anybody may have made it.
 *
 * @returns the payload, with `complete` also header and signature; null for what is no token
 * @throws SyntaxError when the header says JWT and the payload is no JSON
 */
export function decode(token: string, options: DecodeOptions & { complete: true }): null | Jwt;
export function decode(token: string, options: DecodeOptions & { json: true }): null | JwtPayload;
export function decode(token: string, options?: DecodeOptions): null | JwtPayload | string;
export function decode(token: unknown, options?: DecodeOptions): unknown {
  warnOnce('COUNTERSIGN_JWT_DECODE');
  const read = readToken(textOf(token));
  const header = read === undefined ? undefined : readHeader(read.headerSegment);
  if (read === undefined || header === undefined) return null;
  const payload = readPayload(read.payloadSegment, isTypedAsJwt(header) || Boolean(options?.json));
  return options?.complete === true ? { header, payload, signature: read.signature } : payload;
}

function textOf(token: unknown): string {
  if (typeof token === 'string') return token;
  return Buffer.isBuffer(token) ? token.toString() : '';
}
