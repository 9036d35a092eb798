import type { SignOptions } from './api-types.ts';

const maxHeaders = 64;
const known = new Map<string, string>();

/**
 * The header as a segment: `alg`, `typ` for claims, `kid`, and what `options.header` adds or replaces.
 *
 * Letters outside ASCII are written as escapes, which every reader of JSON
 * understands. The original cuts each to its low byte, so that a `kid` with
 * the letter Ģ writes a quotation mark and members of its own choice after it.
 */
export function writeHeader(algorithm: string, hasClaims: boolean, options: SignOptions): string {
  const { keyid, header } = options;
  if (header !== undefined) return encode({ ...usual(algorithm, hasClaims, keyid), ...header });
  const name = `${algorithm}${hasClaims ? ' JWT' : ''}${keyid === undefined ? '' : ` kid ${keyid}`}`;
  let segment = known.get(name);
  if (segment === undefined) {
    segment = encode(usual(algorithm, hasClaims, keyid));
    if (known.size >= maxHeaders) known.clear();
    known.set(name, segment);
  }
  return segment;
}

function usual(alg: string, hasClaims: boolean, kid: string | undefined): object {
  return { alg, typ: hasClaims ? 'JWT' : undefined, kid };
}

function encode(header: object): string {
  const escaped = JSON.stringify(header).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Buffer.from(escaped, 'latin1').toString('base64url');
}
