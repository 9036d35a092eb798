import { headerMeanings } from './claim-meanings.ts';
import { type Finding, refused, weak } from './finding.ts';
import type { Members } from './read-loosely.ts';

/** Rules for the members that a signed and an encrypted token have alike. */
export function judgeMembers(header: Members): Finding[] {
  return [
    ...judgeKeyId(own(header, 'kid')).map(about('kid')),
    ...judgeText(own(header, 'typ'), 'RFC 7515 §4.1.9').map(about('typ')),
    ...judgeText(own(header, 'cty'), 'RFC 7515 §4.1.10').map(about('cty')),
    ...judgeForeignKeys(header),
    ...judgeCritical(header).map(about('crit')),
  ];
}

export function own(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

export function about(member: string): (finding: Finding) => Finding {
  return (finding) => ({ ...finding, member });
}

function judgeText(value: unknown, clause: string): Finding[] {
  return value === undefined || typeof value === 'string'
    ? []
    : [refused('malformed', clause, 'not a string')];
}

function judgeKeyId(kid: unknown): Finding[] {
  if (kid === undefined) return [];
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
  if (/\.\.|\\|^~|^\/(etc|dev|proc|var|tmp|home|usr)\b/.test(kid)) return 'looks like a path';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(kid)) return 'looks like an address';
  if (/['"`;]|\bunion\b|\bselect\b/i.test(kid)) return 'looks like a piece of SQL or of a command';
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
