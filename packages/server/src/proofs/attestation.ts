import { checkNewCredentialData } from './authenticator-data.ts';
import { readCbor } from './cbor.ts';

/**
 * The form of an attestation object where none was asked for: none is there, or
 * one that the credential's own key signed, which browsers leave in place. No
 * certificate is ever read, so none is ever believed.
 *
 * Does NOT verify a signature.
 *
 * @throws TypeError
 * @see WebAuthn level 3 §5.4.7, §6.5.4, §8.2, §8.7
 */
export function checkAttestation(bytes: Uint8Array): void {
  const { value, end } = readCbor(bytes);
  if (end !== bytes.length) throw new TypeError('something stands behind the attestation');
  if (!(value instanceof Map) || value.size !== 3) throw new TypeError('the attestation is of another form');
  const statement: unknown = value.get('attStmt');
  const data: unknown = value.get('authData');
  if (!(statement instanceof Map) || !(data instanceof Uint8Array)) {
    throw new TypeError('the attestation is of another form');
  }
  checkStatement(value.get('fmt'), [...statement.keys()]);
  checkNewCredentialData(data);
}

function checkStatement(format: unknown, members: readonly unknown[]): void {
  if (format === 'none' && members.length === 0) return;
  const isSelf = members.length === 2 && members.includes('alg') && members.includes('sig');
  if (format === 'packed' && isSelf) return;
  throw new TypeError('an attestation that was not asked for');
}
