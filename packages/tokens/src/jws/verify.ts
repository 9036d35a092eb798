import type { Key } from '../jwk/key.ts';
import type { KeySet } from '../jwks/local.ts';
import { checkKnownOptions } from '../known-options.ts';
import type { AlgorithmName } from './algorithm.ts';
import { createCompactVerifier } from './compact-verifier.ts';
import type { JwsHeader } from './header.ts';

export interface VerifyJwsOptions {
  readonly keys: Key | KeySet;
  /** Allowed names; secrets and key pairs do not mix. */
  readonly algorithms: readonly AlgorithmName[];
  /** Required `typ`; without it any type passes. */
  readonly type?: string;
  /** Default 16 384. */
  readonly maxTokenBytes?: number;
}

export interface VerifiedJws {
  readonly header: JwsHeader;
  readonly payload: Uint8Array;
}

const optionNames: ReadonlySet<string> = new Set(['keys', 'algorithms', 'type', 'maxTokenBytes']);

/**
 * Verify a compact JWS and hand out its payload.
 *
 * Does NOT look into the payload: no claims, no times.
 *
 * @throws TokenError `too_large`, `malformed`, `critical_unsupported`, `algorithm_not_allowed`,
 *   `type_mismatch`, `key_unknown`, `signature_invalid`; TypeError for unusable options
 * @see RFC 7515 §5.2
 */
export function verifyJws(token: string, options: VerifyJwsOptions): VerifiedJws {
  checkKnownOptions(options, optionNames, 'verifyJws');
  const { header, payload } = createCompactVerifier(options, 'verifyJws')(token);
  return { header, payload: new Uint8Array(payload) };
}
