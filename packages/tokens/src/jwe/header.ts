import { type JwsHeader, readHeader } from '../jws/header.ts';
import { TokenError } from '../token-error.ts';

/** The protected header of an encrypted token; members other than these are data. */
export interface JweHeader extends JwsHeader {
  readonly enc: string;
}

/**
 * Decode and check the header of an encrypted token.
 *
 * Compression and every extension are refused: what was compressed leaks its length, and one
 * kilobyte can unfold into a gigabyte (RFC 8725bis §3.6).
 * Does NOT check the algorithm or the members it needs.
 *
 * @throws TokenError `malformed`, `critical_unsupported`
 * @see RFC 7516 §4.1
 */
export function readJweHeader(segment: string): JweHeader {
  const header = readHeader(segment);
  if (Object.hasOwn(header, 'zip')) {
    throw new TokenError('critical_unsupported', { message: 'compressed tokens are not accepted (zip)' });
  }
  const enc = Object.hasOwn(header, 'enc') ? header.enc : undefined;
  if (typeof enc !== 'string') throw new TokenError('malformed', { message: 'enc must be a string' });
  return { ...header, enc };
}
