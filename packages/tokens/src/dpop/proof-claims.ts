import { isNumericDate } from '../jwt/claims.ts';
import { type JsonObject, type JsonValue, parseStrictObject } from '../strict-json.ts';
import { TokenError } from '../token-error.ts';

/** Claims of a proof, every one of the right form and none of them compared yet (RFC 9449 §4.2). */
export interface ProofClaims {
  readonly jti: string;
  readonly htm: string;
  readonly htu: string;
  readonly iat: number;
  readonly ath: string | undefined;
  readonly nonce: string | undefined;
}

/** RFC 9449 §11.1 warns of large ones. */
const maxTokenIdLength = 256;

/** @throws TokenError `claims_invalid`, `claim_missing`, `claim_invalid`, each claim by its name */
export function readProofClaims(payload: Uint8Array): ProofClaims {
  const claims = parseStrictObject(payload, 'claims_invalid');
  const jti = readText(claims, 'jti');
  if (jti.length > maxTokenIdLength) throw invalid('jti');
  const iat = own(claims, 'iat');
  if (iat === undefined) throw new TokenError('claim_missing', { claim: 'iat' });
  if (!isNumericDate(iat)) throw invalid('iat');
  return {
    jti,
    htm: readText(claims, 'htm'),
    htu: readText(claims, 'htu'),
    iat,
    ath: findText(claims, 'ath'),
    nonce: findText(claims, 'nonce'),
  };
}

function readText(claims: JsonObject, claim: string): string {
  const text = findText(claims, claim);
  if (text === undefined) throw new TokenError('claim_missing', { claim });
  return text;
}

function findText(claims: JsonObject, claim: string): string | undefined {
  const value = own(claims, claim);
  if (value !== undefined && (typeof value !== 'string' || value === '')) throw invalid(claim);
  return value;
}

function own(claims: JsonObject, claim: string): JsonValue | undefined {
  return Object.hasOwn(claims, claim) ? claims[claim] : undefined;
}

function invalid(claim: string): TokenError {
  return new TokenError('claim_invalid', { claim });
}
