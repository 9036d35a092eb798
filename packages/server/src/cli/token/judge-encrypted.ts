import { encryptionAlgorithmNames } from '@countersign/tokens';
import { type Finding, refused, weak } from './finding.ts';
import { about, judgeMembers, own } from './judge-members.ts';
import type { LooseToken, Members } from './read-loosely.ts';

const contentEncryptions: readonly string[] = encryptionAlgorithmNames.filter((name) =>
  /(GCM|CBC-HS\d+)$/.test(name),
);

/** Lengths of IV and tag in bytes: RFC 7518 §5.2 and §5.3. */
const tagBytes: Readonly<Record<string, number>> = {
  'A128CBC-HS256': 16,
  'A192CBC-HS384': 24,
  'A256CBC-HS512': 32,
};

/** Every rule that needs no key, for a token of five parts. */
export function judgeEncrypted({ header, segments, faults }: LooseToken): readonly Finding[] {
  if (header === undefined) return faults;
  return [
    ...faults,
    ...judgeAlgorithm(own(header, 'alg'), header).map(about('alg')),
    ...judgeEncryption(own(header, 'enc'), segments).map(about('enc')),
    ...judgeEncryptedKey(own(header, 'alg'), segments[1] ?? ''),
    ...(Object.hasOwn(header, 'zip')
      ? [
          about('zip')(
            refused(
              'critical_unsupported',
              'RFC 8725 §3.6',
              'what was compressed shows by its length what is inside',
            ),
          ),
        ]
      : []),
    ...judgeMembers(header),
    ...judgeContent(own(header, 'cty')).map(about('cty')),
  ];
}

function judgeAlgorithm(alg: unknown, header: Members): Finding[] {
  if (typeof alg !== 'string')
    return [refused('malformed', 'RFC 7516 §4.1.1', 'the header names no algorithm')];
  if (alg === 'RSA1_5')
    return [
      refused(
        'algorithm_not_allowed',
        'RFC 8725 §3.2',
        'who can ask whether the padding was right can decrypt it; use RSA-OAEP-256',
      ),
    ];
  const isKnown =
    alg === 'dir' ||
    (encryptionAlgorithmNames.some((name) => name === alg) && !contentEncryptions.includes(alg));
  if (!isKnown)
    return [
      refused('algorithm_not_allowed', 'RFC 7516 §4.1.1', 'no way to send a content key that is known here'),
    ];
  if (alg.startsWith('PBES2')) return judgePassword(header);
  if (alg.startsWith('ECDH') && !Object.hasOwn(header, 'epk'))
    return [refused('malformed', 'RFC 7518 §4.6.1.1', 'the sender’s key (epk) is missing')];
  return [];
}

function judgePassword(header: Members): Finding[] {
  const count = own(header, 'p2c');
  if (typeof count !== 'number' || count < 1000 || count > 1_200_000)
    return [
      about('p2c')(
        refused(
          'malformed',
          'RFC 7518 §4.8.1.2',
          'the rounds are missing, fewer than 1000, or so many that reading stops the process',
        ),
      ),
    ];
  return [weak('RFC 8725 §3.5, RFC 7518 §8.8', 'a password can be tried offline by whoever has the token')];
}

function judgeEncryption(enc: unknown, [, , iv = '', , tag = '']: readonly string[]): Finding[] {
  if (typeof enc !== 'string')
    return [refused('malformed', 'RFC 7516 §4.1.2', 'the header does not say how the content is encrypted')];
  if (!contentEncryptions.includes(enc))
    return [refused('algorithm_not_allowed', 'RFC 7516 §4.1.2', 'no content encryption that is known here')];
  const [ivBytes, wantedTag] = enc.endsWith('GCM') ? [12, 16] : [16, tagBytes[enc] ?? 16];
  const bytesOf = (segment: string): number => Buffer.from(segment, 'base64url').length;
  if (bytesOf(iv) !== ivBytes || bytesOf(tag) !== wantedTag)
    return [
      refused(
        'decryption_failed',
        enc.endsWith('GCM') ? 'RFC 7518 §5.3' : 'RFC 7518 §5.2',
        `${enc} has an IV of ${ivBytes} bytes and a tag of ${wantedTag}`,
      ),
    ];
  return [];
}

function judgeEncryptedKey(alg: unknown, key: string): Finding[] {
  if (typeof alg !== 'string') return [];
  const isSent = alg !== 'dir' && alg !== 'ECDH-ES';
  if (isSent === key.length > 0) return [];
  return [
    refused(
      'malformed',
      'RFC 7516 §5.2',
      isSent ? 'part 2, the encrypted key, is empty' : `with ${alg} no key is sent: part 2 must be empty`,
    ),
  ];
}

function judgeContent(cty: unknown): Finding[] {
  if (typeof cty === 'string' && /^(application\/)?jwt$/i.test(cty)) return [];
  return [
    refused(
      'type_mismatch',
      'RFC 7519 §5.2',
      'it does not say that a signed token is inside (cty: JWT): encryption alone does not tell who made it',
    ),
  ];
}
