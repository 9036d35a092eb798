import { algorithmNames, encryptionAlgorithmNames } from '@countersign/tokens';
import { headerMeanings } from './claim-meanings.ts';
import { type Finding, refused, weak } from './finding.ts';
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
    ...judgeKeyId(header).map(about('kid')),
    ...judgeForeignKeys(header),
    ...judgeCritical(header).map(about('crit')),
    ...judgeContentType(own(header, 'cty')).map(about('cty')),
  ];
}

export function own(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

export function about(member: string): (finding: Finding) => Finding {
  return (finding) => ({ ...finding, member });
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
  if (typeof typ !== 'string') return [refused('malformed', 'RFC 7515 §4.1.9', 'typ is not a string')];
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

function judgeKeyId(header: Members): Finding[] {
  const kid = own(header, 'kid');
  const alg = own(header, 'alg');
  if (kid === undefined) {
    const isPair =
      typeof alg === 'string' && !alg.startsWith('HS') && algorithmNames.some((name) => name === alg);
    return isPair
      ? [weak('RFC 7515 §4.1.4', 'without a key id the issuer cannot change its key without a break')]
      : [];
  }
  if (typeof kid !== 'string' || kid === '' || kid.length > 256)
    return [refused('malformed', 'RFC 7515 §4.1.4', 'kid is not a string of 1 to 256 characters')];
  const oddity = findOddity(kid);
  return oddity === undefined
    ? []
    : [
        weak(
          'RFC 8725 §3.10',
          `the key id ${oddity}: whoever looks it up must not let it choose a file, a row or an address`,
        ),
      ];
}

function findOddity(kid: string): string | undefined {
  if (/\.\.|^\/|\\|^~/.test(kid)) return 'looks like a path';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(kid)) return 'looks like an address';
  if (/['"`;]|--|\bunion\b|\bselect\b/i.test(kid)) return 'looks like a piece of SQL or of a command';
  if (/[\p{C}\s]/u.test(kid)) return 'holds white space or control characters';
  return undefined;
}

/** Nobody reads them here; a verifier that does lets the attacker bring the key. */
function judgeForeignKeys(header: Members): Finding[] {
  const clauses: Readonly<Record<string, string>> = {
    jku: 'RFC 7515 §4.1.2',
    jwk: 'RFC 7515 §4.1.3',
    x5u: 'RFC 7515 §4.1.5',
    x5c: 'RFC 7515 §4.1.6',
  };
  return Object.entries(clauses).flatMap(([name, clause]) =>
    Object.hasOwn(header, name)
      ? [
          about(name)(
            weak(
              `${clause}, RFC 8725 §3.10`,
              'the token brings its own key or says where it is; keys come from the verifier’s configuration alone',
            ),
          ),
        ]
      : [],
  );
}

/** Names that no extension has. */
const registered: ReadonlySet<unknown> = new Set(
  Object.keys(headerMeanings).filter((name) => name !== 'b64'),
);

function judgeCritical(header: Members): Finding[] {
  if (Object.hasOwn(header, 'b64') && header['b64'] !== true)
    return [refused('critical_unsupported', 'RFC 7797 §7', 'a JWT never has an unencoded payload (b64)')];
  if (!Object.hasOwn(header, 'crit')) return [];
  const names: unknown = header['crit'];
  const isList = Array.isArray(names) && names.length > 0 && names.every((name) => typeof name === 'string');
  if (
    !isList ||
    new Set(names).size !== names.length ||
    names.some((name) => registered.has(name) || !Object.hasOwn(header, name))
  )
    return [
      refused(
        'malformed',
        'RFC 7515 §4.1.11',
        'crit is not a list of extensions that this header has, each once',
      ),
    ];
  return [
    refused(
      'critical_unsupported',
      'RFC 7515 §4.1.11',
      'the header asks for extensions that no verifier here has',
    ),
  ];
}

function judgeContentType(cty: unknown): Finding[] {
  return cty === undefined || typeof cty === 'string'
    ? []
    : [refused('malformed', 'RFC 7515 §4.1.10', 'cty is not a string')];
}
