import type { Mutant } from './mutant.ts';

/** Changes of one line that no test can notice, because nothing that can be observed changes. */
export interface Equivalent {
  readonly file: string;
  /** Without the space around it. */
  readonly lineText: string;
  /** What stands in the line, and what a mutant puts there. */
  readonly changes: readonly (readonly [from: string, to: string])[];
  readonly reason: string;
}

export const equivalents: readonly Equivalent[] = [
  {
    file: 'jws/compact-verifier.ts',
    lineText: 'let known = latest !== undefined && token.startsWith(latest.start) ? latest : undefined;',
    changes: [['latest !== undefined && token.startsWith(latest.start)', 'false']],
    reason: 'the same header is found in the map, slower',
  },
  {
    file: 'jws/compact-verifier.ts',
    lineText: 'let known = latest !== undefined && token.startsWith(latest.start) ? latest : undefined;',
    changes: [['startsWith', 'endsWith']],
    reason: 'a header is then found in the map, slower; a token that ends with a dot is malformed either way',
  },
  {
    file: 'jws/compact-verifier.ts',
    lineText: "const first = known === undefined ? token.indexOf('.') : known.start.length - 1;",
    changes: [['known === undefined', 'true']],
    reason: 'the first dot is where the known header ends',
  },
  {
    file: 'jws/hmac.ts',
    lineText: 'const roomBytes = 4096;',
    changes: [
      ['4096', '(4097)'],
      ['4096', '(4095)'],
    ],
    reason: 'only decides which inputs need a buffer of their own, not what comes out',
  },
  {
    file: 'jws/hmac.ts',
    lineText:
      'const message = length <= roomBytes ? inner : makePad(secret, 0x36, { blockBytes, roomBytes: length });',
    changes: [
      ['length <= roomBytes', 'false'],
      ['<=', '<'],
    ],
    reason: 'only decides which inputs need a buffer of their own, not what comes out',
  },
  {
    file: 'jws/hmac.ts',
    lineText: 'if (signature.length !== characters) return false;',
    changes: [['signature.length !== characters', 'false']],
    reason: 'spares the hash; the last comparison refuses another length too',
  },
  {
    file: 'jws/hmac.ts',
    lineText: "expected.write(text, 'latin1');",
    changes: [["'latin1'", "''"]],
    reason: 'base64url has the same bytes in latin1 and in utf8',
  },
  {
    file: 'jws/hmac.ts',
    lineText: "given.write(signature, 'latin1');",
    changes: [["'latin1'", "''"]],
    reason: 'only characters beyond ASCII differ, and the last comparison refuses them either way',
  },
  {
    file: 'jws/hmac.ts',
    lineText: 'for (let at = 0; at < size.blockBytes; at++) pad[at] = (secret[at] ?? 0) ^ byte;',
    changes: [['0', '(-1)']],
    reason: 'a Buffer has no byte before the first',
  },
  {
    file: 'jws/hmac.ts',
    lineText: 'for (let at = 0; at < size.blockBytes; at++) pad[at] = (secret[at] ?? 0) ^ byte;',
    changes: [['<', '<=']],
    reason: 'the byte behind the block is overwritten or not hashed',
  },
  {
    file: 'jws/hmac.ts',
    lineText: 'for (let at = 0; at < size.blockBytes; at++) pad[at] = (secret[at] ?? 0) ^ byte;',
    changes: [['secret[at] ?? 0', 'secret[at]']],
    reason: 'undefined counts as 0 in ^',
  },
  {
    file: 'jws/json-form.ts',
    lineText: "const protectedOnly = ['alg', 'typ', 'crit', 'b64'];",
    changes: [["'alg'", "''"]],
    reason: 'alg must stand in the protected header, and a name in both is refused with the same code',
  },
  {
    file: 'jws/json-form.ts',
    lineText: "if (text.length > maxBytes) throw new TokenError('too_large');",
    changes: [
      ['text.length > maxBytes', 'false'],
      ["throw new TokenError('too_large');", ';'],
    ],
    reason: 'a text never has fewer bytes than characters: this only spares counting them',
  },
  {
    file: 'jws/json-form.ts',
    lineText: "const bytes = Buffer.from(text, 'utf8');",
    changes: [["'utf8'", "''"]],
    reason: 'Node reads an empty name of an encoding as utf8, its default',
  },
  {
    file: 'jws/json-form.ts',
    lineText: "if (typeof segment !== 'string' || segment === '') throw malformed('no protected header');",
    changes: [["''", "'\\0'"]],
    reason: 'an empty header is no JSON, and refused with the same code',
  },
  {
    file: 'jws/media-type.ts',
    lineText:
      "return lower.startsWith('application/') && lower.indexOf('/', 12) === -1 ? lower.slice(12) : lower;",
    changes: [['12', '(13)']],
    reason: 'differs for names with an empty part, which no checked type equals in either form',
  },
  {
    file: 'jws/payload-form.ts',
    lineText: "if (typeof payload === 'string') return Buffer.from(payload, 'utf8');",
    changes: [["'utf8'", "''"]],
    reason: 'Node reads an empty name of an encoding as utf8, its default',
  },
  {
    file: 'jws/rsa.ts',
    lineText: 'return Math.ceil((key.asymmetricKeyDetails?.modulusLength ?? 0) / 8);',
    changes: [
      ['0', '(1)'],
      ['0', '(-1)'],
      ['key.asymmetricKeyDetails?.modulusLength ?? 0', 'key.asymmetricKeyDetails?.modulusLength'],
    ],
    reason: 'only for the type checker: Node gives every RSA key the value',
  },
  {
    file: 'jws/verifier-policy.ts',
    lineText: "if (!isAlgorithmName(alg)) throw new TokenError('algorithm_not_allowed');",
    changes: [
      ['!isAlgorithmName(alg)', 'false'],
      ["throw new TokenError('algorithm_not_allowed');", ';'],
      ["'algorithm_not_allowed'", "''"],
    ],
    reason: 'only for the type checker: checkAllowed let no other name pass',
  },
  {
    file: 'jws/verify-json.ts',
    lineText: "if (verified.length === 0) throw first ?? new TokenError('signature_invalid');",
    changes: [
      ["first ?? new TokenError('signature_invalid')", 'first'],
      ["'signature_invalid'", "''"],
    ],
    reason:
      'only for the type checker: there is at least one entry, and each is verified or becomes the first error',
  },
  {
    file: 'jws/verify-json.ts',
    lineText: "const bytes = readPayload(payload ?? '', 'verifyJwsJson');",
    changes: [["''", "'\\0'"]],
    reason: 'one byte is never over the limit, and then it is thrown away',
  },
  {
    file: 'jws/verify-json.ts',
    lineText: "return b64 ? decodeBase64url(attached) : Buffer.from(attached, 'utf8');",
    changes: [["'utf8'", "''"]],
    reason: 'Node reads an empty name of an encoding as utf8, its default',
  },
  {
    file: 'jwt/claims.ts',
    lineText: 'const own = hasInheritedClaims() ? Object.assign(Object.create(null), claims) : claims;',
    changes: [['hasInheritedClaims()', 'true']],
    reason: 'the copy has the same members, and takes longer',
  },
  {
    file: 'jwt/verify.ts',
    lineText: 'return wanted.size === 1 ? (name) => name === only : (name) => wanted.has(name);',
    changes: [
      ['wanted.size === 1', 'false'],
      ['1', '(0)'],
    ],
    reason: 'the set has the one name as well',
  },
  {
    file: 'strict-json.ts',
    lineText: "if (isAscii(buffer)) return buffer.toString('latin1');",
    changes: [['isAscii(buffer)', 'false']],
    reason: 'decodes the same text, slower',
  },
  {
    file: 'strict-json.ts',
    lineText: 'for (let at = 0; at < bytes.length; at++) {',
    changes: [['0', '(1)']],
    reason: 'the text of an object begins with a brace or a space',
  },
  {
    file: 'strict-json.ts',
    lineText: 'for (let at = 0; at < bytes.length; at++) {',
    changes: [['0', '(-1)']],
    reason: 'there is no byte before the first',
  },
  {
    file: 'strict-json.ts',
    lineText: 'for (let at = 0; at < bytes.length; at++) {',
    changes: [['<', '<=']],
    reason: 'there is no byte behind the last',
  },
  {
    file: 'strict-json.ts',
    lineText: 'if (depth > maxJsonDepth) return Number.NaN;',
    changes: [['Number.NaN', 'undefined']],
    reason: 'the level above adds it to a number, which makes it NaN',
  },
  {
    file: 'strict-json.ts',
    lineText: "return isUtf8(buffer) ? buffer.toString('utf8') : '';",
    changes: [["''", "'\\0'"]],
    reason: 'neither is JSON',
  },
  {
    file: 'jws/compact-verifier.ts',
    lineText: "if (second === -1 || token.includes('.', second + 1)) throw new TokenError('malformed');",
    changes: [['-1', '1']],
    reason:
      'the search for a third dot, the signature or the header refuses the same tokens with the same code',
  },
  {
    file: 'jws/compact-verifier.ts',
    lineText: "if (second === -1 || token.includes('.', second + 1)) throw new TokenError('malformed');",
    changes: [['1', '(2)']],
    reason:
      'the search for a third dot, the signature or the header refuses the same tokens with the same code',
  },
  {
    file: 'jws/compact-verifier.ts',
    lineText: "if (second === -1 || token.includes('.', second + 1)) throw new TokenError('malformed');",
    changes: [['1', '(0)']],
    reason:
      'the search for a third dot, the signature or the header refuses the same tokens with the same code',
  },
  {
    file: 'jws/compact-verifier.ts',
    lineText: "if (second === -1 || token.includes('.', second + 1)) throw new TokenError('malformed');",
    changes: [['||', '&&']],
    reason:
      'the search for a third dot, the signature or the header refuses the same tokens with the same code',
  },
  {
    file: 'jws/compact-verifier.ts',
    lineText: 'if (known !== latest) {',
    changes: [['known !== latest', 'true']],
    reason: 'what is remembered already is not remembered again',
  },
  {
    file: 'jws/compact-verifier.ts',
    lineText: 'if (key !== known.key || known.verify === undefined) {',
    changes: [['key !== known.key || known.verify === undefined', 'true']],
    reason: 'prepares the same once more, slower',
  },
  {
    file: 'jws/compact-verifier.ts',
    lineText: 'if (key !== known.key || known.verify === undefined) {',
    changes: [['===', '!==']],
    reason: 'prepares the same once more, slower',
  },
  {
    file: 'compact.ts',
    lineText: "if (second === -1 || token.includes('.', second + 1)) throw new TokenError('malformed');",
    changes: [['1', '(2)']],
    reason: 'a dot that begins the signature is no base64url, and refused with the same code',
  },
  {
    file: 'jws/rsa.ts',
    lineText:
      "const generateRsa = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;",
    changes: [['2048', '(2049)']],
    reason: 'OpenSSL makes 2048 bits of 2049 too: both primes have half of them',
  },
  {
    file: 'jwt/sign.ts',
    lineText: "if (payload.includes('\\\\ud') && !isWellFormedJson(payload)) {",
    changes: [["'\\\\ud'", "''"]],
    reason: 'only spares the search where no surrogate is escaped',
  },
  {
    file: 'jwt/sign.ts',
    lineText: 'return value;',
    changes: [['value', 'undefined']],
    reason:
      'JSON.parse asks for every member before it asks for what holds it, so that none escapes by being dropped',
  },
];

export function isEquivalent(mutant: Mutant): boolean {
  return equivalents.some((row) => row.changes.some((change) => fits(row, change, mutant)));
}

/** Rows of these files with a change that is none of these mutants. */
export function listStale(files: readonly string[], mutants: readonly Mutant[]): readonly Equivalent[] {
  return equivalents.filter(
    (row) =>
      files.includes(row.file) &&
      row.changes.some((change) => !mutants.some((mutant) => fits(row, change, mutant))),
  );
}

function fits(row: Equivalent, [from, to]: readonly [string, string], mutant: Mutant): boolean {
  return (
    row.file === mutant.file && row.lineText === mutant.lineText && from === mutant.from && to === mutant.to
  );
}
