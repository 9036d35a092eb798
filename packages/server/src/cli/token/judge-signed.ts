import { findSecrets } from './find-secrets.ts';
import { clauseOf, type Finding, refused, weak } from './finding.ts';
import { judgeClaims } from './judge-claims.ts';
import { type Expected, judgeHeader } from './judge-header.ts';
import { about, own } from './judge-members.ts';
import type { LooseToken, Members } from './read-loosely.ts';

/** Most servers take 8 KiB of headers in all. */
const longLength = 4096;

/** Every rule that needs no key, for a token of three parts. */
export function judgeSigned(loose: LooseToken, expected: Expected): readonly Finding[] {
  const { header, claims, token, segments, faults } = loose;
  return [
    ...faults,
    ...(header === undefined ? [] : judgeHeader(header, expected)),
    ...judgeNoSignature(header, segments[2] ?? ''),
    ...(claims === undefined ? [] : judgeClaims(claims, expected)),
    ...(header === undefined || claims === undefined ? [] : judgeAccessToken(header, claims)),
    ...(claims === undefined ? [] : judgeSecrets(claims)),
    ...(token.length > longLength
      ? [
          weak(
            'RFC 9110 §5.4',
            `it has ${token.length} characters: servers refuse long headers, and it is sent with every request`,
          ),
        ]
      : []),
  ];
}

function judgeNoSignature(header: Members | undefined, signature: string): Finding[] {
  const alg = header === undefined ? undefined : own(header, 'alg');
  if (signature !== '' || (typeof alg === 'string' && alg.toLowerCase() === 'none')) return [];
  return [refused('malformed', clauseOf.malformed ?? '', 'there is no signature behind the last dot')];
}

/** What RFC 9068 asks of an access token beyond what every verifier here asks. */
function judgeAccessToken(header: Members, claims: Members): Finding[] {
  const typ = own(header, 'typ');
  if (typeof typ !== 'string' || !/^(application\/)?at\+jwt$/i.test(typ)) return [];
  const missing = ['sub', 'client_id', 'iat', 'jti'].filter((name) => !Object.hasOwn(claims, name));
  return missing.length === 0
    ? []
    : [weak('RFC 9068 §2.2', `an access token also has ${missing.join(', ')}`)];
}

function judgeSecrets(claims: Members): Finding[] {
  return findSecrets(claims).map(({ path, what }) =>
    about(path)(weak('RFC 7519 §12', `${what}: whoever has the token can read it`)),
  );
}
