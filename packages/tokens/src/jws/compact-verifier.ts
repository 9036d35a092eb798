import { readCompact } from '../compact.ts';
import { type JwsHeader, readHeader } from './header.ts';
import { checkAllowed, checkSignature, readVerifierPolicy, type VerifierOptions } from './verifier-policy.ts';

export interface VerifiedCompact {
  readonly header: JwsHeader;
  readonly payload: Buffer;
}

/** Headers seen in tokens whose signature was good; a forger cannot fill it. */
const maxCachedHeaders = 64;

/**
 * Check options once, then verify tokens: size, form, header, algorithm, type, key, signature, in this order.
 *
 * @throws TypeError for options that would switch a check off; TokenError `key_required`
 */
export function createCompactVerifier(
  options: VerifierOptions,
  where: string,
): (token: unknown) => VerifiedCompact {
  const policy = readVerifierPolicy(options, where);
  const { keySet, maxBytes } = policy;
  const headers = new Map<string, JwsHeader>();
  return (token) => {
    const { headerSegment, payload, signature, signingInput } = readCompact(token, maxBytes);
    const known = headers.get(headerSegment);
    const header = known ?? readHeader(headerSegment);
    if (known === undefined) checkAllowed(policy, header);
    checkSignature(keySet, header, { signingInput, signature });
    if (known === undefined) {
      if (headers.size >= maxCachedHeaders) headers.clear();
      headers.set(headerSegment, deepFreeze(header));
    }
    return { header, payload };
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) deepFreeze(member);
    Object.freeze(value);
  }
  return value;
}
