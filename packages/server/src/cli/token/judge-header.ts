import { algorithmNames, encryptionAlgorithmNames, publishableAlgorithms } from '@countersign/tokens';
import { type Finding, refused, weak } from './finding.ts';
import { about, judgeMembers, own } from './judge-members.ts';
import type { Members } from './read-loosely.ts';

/** What the caller would ask a verifier for; what is absent is not judged. */
export interface Expected {
  readonly nowSeconds: number;
  readonly issuer?: string | undefined;
  readonly audience?: string | undefined;
  readonly type?: string | undefined;
  readonly algorithm?: string | undefined;
}

/** Rules for the header of a signed token. Does NOT look at the signature. */
export function judgeHeader(header: Members, expected: Expected): Finding[] {
  return [
    ...judgeAlgorithm(own(header, 'alg'), expected).map(about('alg')),
    ...judgeType(own(header, 'typ'), expected).map(about('typ')),
    ...judgeMissingKeyId(header).map(about('kid')),
    ...judgeMembers(header),
  ];
}

function judgeAlgorithm(alg: unknown, { algorithm }: Expected): Finding[] {
  if (typeof alg !== 'string')
    return [refused('malformed', 'RFC 7515 §4.1.1', 'the header names no algorithm')];
  const notAllowed = (clause: string, says: string): Finding[] => [
    refused('algorithm_not_allowed', clause, says),
  ];
  if (alg.toLowerCase() === 'none')
    return notAllowed('RFC 7519 §6, RFC 8725 §3.2', 'nobody signed it: anyone can write a token with "none"');
  const spelt = algorithmNames.find((name) => name.toLowerCase() === alg.toLowerCase());
  if (spelt === undefined) {
    const isEncryption = encryptionAlgorithmNames.some((name) => name === alg);
    return notAllowed(
      'RFC 7515 §4.1.1',
      isEncryption
        ? 'a way to encrypt, in a token that is not encrypted'
        : 'no algorithm of signatures that is known here',
    );
  }
  if (spelt !== alg)
    return notAllowed('RFC 7515 §4.1.1', `names are compared letter by letter: this one is ${spelt}`);
  if (algorithm !== undefined && algorithm !== alg)
    return notAllowed('RFC 8725 §3.1', `${algorithm} is allowed: the verifier decides, never the token`);
  if (alg === 'EdDSA')
    return [weak('RFC 9864 §2.2', 'EdDSA does not say which curve and is deprecated: use Ed25519')];
  return [];
}

function judgeType(typ: unknown, { type }: Expected): Finding[] {
  if (typ === undefined)
    return [
      refused(
        'type_mismatch',
        'RFC 8725 §3.11',
        'there is no typ, so a token made for one purpose could be used for another',
      ),
    ];
  if (typeof typ !== 'string') return [];
  if (type !== undefined && normalizeType(typ) !== normalizeType(type))
    return [refused('type_mismatch', 'RFC 8725 §3.11', `the verifier asks for ${type}`)];
  if (normalizeType(typ) === 'jwt')
    return [
      weak(
        'RFC 8725 §3.11, RFC 9068 §2.1',
        '"JWT" does not tell kinds of tokens apart; an access token says at+jwt',
      ),
    ];
  return [];
}

/** RFC 7515 §4.1.9: without regard to case, `application/` left out where no other slash is there. */
function normalizeType(type: string): string {
  const lower = type.toLowerCase();
  return lower.startsWith('application/') && !lower.slice(12).includes('/') ? lower.slice(12) : lower;
}

function judgeMissingKeyId(header: Members): Finding[] {
  const [kid, alg] = [own(header, 'kid'), own(header, 'alg')];
  const isPair = publishableAlgorithms.some((name) => name === alg);
  if (kid !== undefined || !isPair) return [];
  return [weak('RFC 7515 §4.1.4', 'without a key id the issuer cannot change its key without a break')];
}
