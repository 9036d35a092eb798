/** A line with a branch that no input reaches. */
export interface NeverTaken {
  readonly file: string;
  /** Without the space around it. */
  readonly lineText: string;
  readonly reason: string;
}

const fromNode = 'only for the type checker: Node gives every key of this kind the value';

export const neverTaken: readonly NeverTaken[] = [
  {
    file: 'dpop/proof-header.ts',
    lineText: "if (!isAlgorithmName(header.alg)) throw new TokenError('algorithm_not_allowed');",
    reason: 'only for the type checker: checkAllowed let no other name pass',
  },
  {
    file: 'dpop/proof.ts',
    lineText: "const names = keyMembers[exported.get('kty') ?? '']?.public ?? [];",
    reason: fromNode,
  },
  {
    file: 'jwe/aes-gcm.ts',
    lineText: "if (cipher === undefined) throw new TypeError('AES has keys of 16, 24 or 32 bytes');",
    reason: 'the table of algorithms has no other length',
  },
  {
    file: 'jwe/aes-kw.ts',
    lineText: "if (cipher === undefined) throw new TypeError('AES has keys of 16, 24 or 32 bytes');",
    reason: 'the table of algorithms has no other length',
  },
  {
    file: 'jwe/decrypter.ts',
    lineText: "if (!isEncryptionAlgorithmName(algorithm)) throw new TokenError('algorithm_not_allowed');",
    reason: 'only for the type checker: the lists of the caller let no other name pass',
  },
  {
    file: 'jwe/ecdh-es.ts',
    lineText: "if (curve === undefined) throw new TypeError('the key is on no curve for key agreement');",
    reason: 'makeEncryptionKey refused such a key',
  },
  {
    file: 'jwe/ecdh-es.ts',
    lineText:
      "if (sharedSecret === undefined) throw new TypeError('no shared secret comes out with this key');",
    reason: 'makeEncryptionKey refused points of small order',
  },
  {
    file: 'jwe/rsa-oaep.ts',
    lineText: 'const modulusBytes = Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);',
    reason: fromNode,
  },
  {
    file: 'jwk/ed25519-point.ts',
    lineText: 'const point = encoded.length === 32 ? BigInt(`0x${littleEndian}`) : signBit * 2n;',
    reason: 'OpenSSL gives 32 bytes for every Ed25519 key',
  },
  {
    file: 'jwk/export.ts',
    lineText: "if (typeof kty !== 'string') throw new TypeError('the key has no JWK form');",
    reason: fromNode,
  },
  {
    file: 'jwk/export.ts',
    lineText: 'for (const name of keyMembers[kty]?.[half] ?? []) {',
    reason: fromNode,
  },
  {
    file: 'jwk/import-jwk.ts',
    lineText: "if (algorithm === undefined) throw invalidJwk('the JWK has no alg');",
    reason: 'only for the type checker: the first check of the function refused that',
  },
  {
    file: 'jwk/pair.ts',
    lineText: "const digest = hashedTypes.has(privateObject.asymmetricKeyType ?? '') ? 'sha256' : undefined;",
    reason: fromNode,
  },
  {
    file: 'jwk/read-jwk.ts',
    lineText: "return kty === 'oct' || members.has(keyMembers[kty]?.private[0] ?? 'd');",
    reason: 'the table of algorithms has no other kty',
  },
  {
    file: 'jwk/read-jwk.ts',
    lineText: "if (known === undefined) throw new TokenError('key_type_mismatch');",
    reason: 'the table of algorithms has no other kty',
  },
  {
    file: 'jwk/read-jwk.ts',
    lineText: "const names = keyMembers[jwk.kty ?? '']?.public ?? [];",
    reason: 'the table of algorithms has no other kty',
  },
  {
    file: 'jwk/rsa-strength.ts',
    lineText: 'const bits = publicObject.asymmetricKeyDetails?.modulusLength ?? 0;',
    reason: fromNode,
  },
  {
    file: 'jwk/rsa-strength.ts',
    lineText: 'const exponent = publicObject.asymmetricKeyDetails?.publicExponent ?? 0n;',
    reason: fromNode,
  },
  {
    file: 'jwk/rsa-strength.ts',
    lineText: "return BigInt(`0x${decodeBase64url(n ?? '').toString('hex')}`);",
    reason: fromNode,
  },
  {
    file: 'jwks/paced-refresh.ts',
    lineText:
      "fault = error instanceof TokenError ? error : new TokenError('key_set_unavailable', { cause: error });",
    reason:
      'fetchKeySet and readKeySet throw nothing but TokenErrors; kept so that a fault in them cannot pass for a good set',
  },
  {
    file: 'jwks/read-key-set.ts',
    lineText: 'if (error instanceof TokenError) return [];',
    reason:
      'importJwk throws nothing but TokenErrors for an object; anything else would be our fault and is not hidden',
  },
  {
    file: 'jws/rsa.ts',
    lineText: 'return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);',
    reason: fromNode,
  },
  {
    file: 'jws/verifier-policy.ts',
    lineText: "if (!isAlgorithmName(alg)) throw new TokenError('algorithm_not_allowed');",
    reason: 'only for the type checker: checkAllowed let no other name pass',
  },
  {
    file: 'jws/verify-json.ts',
    lineText: "if (verified.length === 0) throw first ?? new TokenError('signature_invalid');",
    reason: 'there is at least one entry, and each is verified or becomes the first error',
  },
];
