import type { JwtHeader } from './api-types.ts';

const maxHeaders = 16;
const known = new Map<string, string>();

/**
 * The header as a segment.
 *
 * Letters outside ASCII are written as escapes, which every reader of JSON
 * understands. The original cuts each to its low byte, so that a `kid` with
 * the letter Ģ writes a quotation mark and members of its own choice after it.
 */
export function writeHeader(header: JwtHeader): string {
  const json = JSON.stringify(header);
  const segment = known.get(json);
  if (segment !== undefined) return segment;
  const escaped = json.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const written = Buffer.from(escaped, 'latin1').toString('base64url');
  if (known.size >= maxHeaders) known.clear();
  known.set(json, written);
  return written;
}
