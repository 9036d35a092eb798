import { type Finding, refused, weak } from './finding.ts';
import type { Expected } from './judge-header.ts';
import { about, own } from './judge-members.ts';
import type { Members } from './read-loosely.ts';

/** Of `createJwtVerifier`, unless it is told otherwise. */
const toleranceSeconds = 2;

/** Seconds since the epoch that would be the year 5138: such a number was meant in milliseconds. */
const leastMilliseconds = 100_000_000_000;
const hour = 3600;

/** Rules for the registered claims. Does NOT look at the signature or at revocation. */
export function judgeClaims(claims: Members, expected: Expected): Finding[] {
  return [
    ...judgeTimes(claims, expected.nowSeconds),
    ...judgeLife(claims).map(about('exp')),
    ...judgeIssuer(own(claims, 'iss'), expected.issuer).map(about('iss')),
    ...judgeAudience(own(claims, 'aud'), expected.audience).map(about('aud')),
    ...judgeText(claims, 'sub', 'RFC 7519 §4.1.2'),
    ...judgeText(claims, 'jti', 'RFC 7519 §4.1.7'),
  ];
}

function judgeTimes(claims: Members, nowSeconds: number): Finding[] {
  const [exp, nbf, iat] = [own(claims, 'exp'), own(claims, 'nbf'), own(claims, 'iat')];
  const latestStart = nowSeconds + toleranceSeconds;
  const found: Finding[] = [];
  if (exp === undefined)
    found.push(
      about('exp')(
        refused(
          'claim_missing',
          'RFC 7519 §4.1.4, RFC 9068 §2.2',
          'it never expires: whoever finds it can use it for ever',
        ),
      ),
    );
  else if (!isDate(exp)) found.push(about('exp')(notADate('RFC 7519 §4.1.4')));
  else if (!(nowSeconds - toleranceSeconds < exp))
    found.push(about('exp')(refused('expired', 'RFC 7519 §4.1.4', 'it has expired')));
  for (const [name, value, clause] of [
    ['nbf', nbf, 'RFC 7519 §4.1.5'],
    ['iat', iat, 'RFC 7519 §4.1.6'],
  ] as const) {
    if (value === undefined) continue;
    if (!isDate(value)) found.push(about(name)(notADate(clause)));
    else if (!(value <= latestStart))
      found.push(
        about(name)(
          refused(
            'not_yet_valid',
            clause,
            name === 'nbf' ? 'it is not valid yet' : 'it says that it was made in the future',
          ),
        ),
      );
  }
  return found;
}

function isDate(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function notADate(clause: string): Finding {
  return refused('claim_invalid', `${clause}, RFC 7519 §2`, 'not a number of seconds since 1970');
}

function judgeLife(claims: Members): Finding[] {
  const [exp, iat] = [own(claims, 'exp'), own(claims, 'iat')];
  if (!isDate(exp)) return [];
  if (exp >= leastMilliseconds)
    return [
      weak(
        'RFC 7519 §2',
        'this looks like milliseconds: read as seconds, the token is good for thousands of years',
      ),
    ];
  if (!isDate(iat) || exp - iat <= hour) return [];
  return [
    weak(
      'RFC 6750 §5.3',
      `it lives ${Math.round((exp - iat) / hour)} hours; a stolen token is good that long. One hour or less is advised`,
    ),
  ];
}

function judgeIssuer(iss: unknown, issuer: string | undefined): Finding[] {
  if (iss === undefined)
    return [refused('claim_missing', 'RFC 8725 §3.8, RFC 9068 §2.2', 'it does not say who made it')];
  if (typeof iss !== 'string')
    return [refused('claim_invalid', 'RFC 7519 §4.1.1', 'the issuer is not a string')];
  if (issuer === undefined || iss === issuer) return [];
  return [
    refused(
      'issuer_mismatch',
      'RFC 7519 §4.1.1, RFC 8725 §3.8',
      `the verifier expects ${issuer}${alike(iss, issuer)}`,
    ),
  ];
}

function judgeAudience(aud: unknown, audience: string | undefined): Finding[] {
  if (aud === undefined)
    return [
      refused(
        'claim_missing',
        'RFC 8725 §3.9, RFC 9068 §2.2',
        'it does not say for whom it is, so every service could take it',
      ),
    ];
  const list: unknown = typeof aud === 'string' ? [aud] : aud;
  if (!Array.isArray(list) || !list.every((name) => typeof name === 'string'))
    return [
      refused('claim_invalid', 'RFC 7519 §4.1.3', 'the audience is neither a string nor a list of strings'),
    ];
  if (list.length === 0 || (audience !== undefined && !list.includes(audience))) {
    const near = list.map((name) => alike(name, audience ?? '')).find((hint) => hint !== '') ?? '';
    return [
      refused(
        'audience_mismatch',
        'RFC 7519 §4.1.3, RFC 8725 §3.9',
        audience === undefined ? 'the list is empty' : `the verifier is ${audience}${near}`,
      ),
    ];
  }
  return [];
}

/** The commonest mistakes, since names are compared character by character (RFC 7519 §2, StringOrURI). */
function alike(found: string, wanted: string): string {
  const plain = (name: string): string =>
    name
      .toLowerCase()
      .replace(/^https?:\/\//, '')
      .replace(/\/+$/, '');
  return plain(found) === plain(wanted) ? '; the two differ in scheme, case or a final slash' : '';
}

function judgeText(claims: Members, name: 'sub' | 'jti', clause: string): Finding[] {
  const value = own(claims, name);
  if (value === undefined || (typeof value === 'string' && (value !== '' || name === 'jti'))) return [];
  return [about(name)(refused('claim_invalid', clause, 'not a string, or an empty one'))];
}
