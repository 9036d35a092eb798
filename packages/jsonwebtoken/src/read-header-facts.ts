import { readHeader } from './read-token.ts';

/** What verifying needs of a header. */
export interface HeaderFacts {
  readonly algorithm: unknown;
  readonly isJwt: boolean;
  readonly isCritical: boolean;
}

const maxHeaders = 64;
const maxSegmentLength = 512;
const known = new Map<string, HeaderFacts>();

/** The facts of a header, or undefined when it is no JSON. */
export function readHeaderFacts(segment: string): HeaderFacts | undefined {
  return known.get(segment) ?? factsOf(readHeader(segment));
}

/** Remember the header of a token whose signature holds: an issuer writes few, and strangers none of them. */
export function rememberHeader(segment: string, facts: HeaderFacts): void {
  if (segment.length > maxSegmentLength || known.has(segment)) return;
  if (known.size >= maxHeaders) known.clear();
  known.set(segment, facts);
}

export function isTypedAsJwt(header: unknown): boolean {
  return memberOf(header, 'typ') === 'JWT';
}

function factsOf(header: unknown): HeaderFacts | undefined {
  if (header === undefined) return undefined;
  return {
    algorithm: memberOf(header, 'alg'),
    isJwt: isTypedAsJwt(header),
    isCritical: memberOf(header, 'crit') !== undefined,
  };
}

function memberOf(header: unknown, name: string): unknown {
  if (typeof header !== 'object' || header === null) return undefined;
  return Object.getOwnPropertyDescriptor(header, name)?.value;
}
