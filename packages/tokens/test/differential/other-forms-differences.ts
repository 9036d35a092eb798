import { depthOf, hasDuplicates, hasLoneSurrogate, type SeenObject } from './seen-token.ts';

/** A text that jose accepts and that is refused here, taken apart. */
export interface SeenText {
  readonly text: string;
  /** JSON texts: the whole, where it is one, and the protected headers. */
  readonly parts: readonly string[];
  /** Protected headers. */
  readonly headers: readonly SeenObject[];
  /** The unprotected header. */
  readonly unprotected: SeenObject;
  readonly segments: readonly string[];
}

export interface TextDifference {
  readonly name: string;
  readonly reason: string;
  readonly applies: (seen: SeenText) => boolean;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isBad = (header: SeenObject, name: string): boolean => header.has(name) && !isText(header.get(name));
const isKeyId = (value: unknown): boolean => isText(value) && value.length > 0 && value.length <= 256;

export const textDifferences: readonly TextDifference[] = [
  {
    name: 'a byte order mark',
    reason: 'RFC 8259 §8.1 (A-022)',
    applies: ({ parts }) => parts.some((part) => part.startsWith('\ufeff')),
  },
  {
    name: 'a member twice',
    reason: 'RFC 7515 §4 and RFC 7516 §4 let a reader refuse it',
    applies: ({ parts }) => parts.some(hasDuplicates),
  },
  {
    name: 'half of a surrogate pair',
    reason: 'RFC 7493 §2.1',
    applies: ({ parts }) => parts.some(hasLoneSurrogate),
  },
  {
    name: 'bits left over in the last character',
    reason: 'RFC 4648 §3.5',
    applies: ({ segments }) =>
      segments.some((segment) => Buffer.from(segment, 'base64url').toString('base64url') !== segment),
  },
  {
    name: 'kid, typ or cty of a wrong form',
    reason: 'RFC 7515 §4.1.4, §4.1.9 and §4.1.10 say text',
    applies: ({ headers, unprotected }) =>
      [...headers, unprotected].some(
        (header) =>
          (header.has('kid') && !isKeyId(header.get('kid'))) || isBad(header, 'typ') || isBad(header, 'cty'),
      ),
  },
  {
    name: 'b64 where nobody asked for it',
    reason: 'RFC 7797 §6: a reader that was not told reads another payload; and it means nothing in a JWE',
    applies: ({ headers }) => headers.some((header) => header.has('b64')),
  },
  {
    name: 'zip',
    reason: 'RFC 8725bis §3.6: one kilobyte can unfold into a gigabyte',
    applies: ({ headers }) => headers.some((header) => header.has('zip')),
  },
  {
    name: 'alg, typ, crit or b64 in the unprotected header',
    reason: 'nobody signed them (A-014)',
    applies: ({ unprotected }) => ['alg', 'typ', 'crit', 'b64'].some((name) => unprotected.has(name)),
  },
  {
    name: 'members of the flattened and of the general serialization',
    reason: 'RFC 7515 §7.2.2 excludes it; two readers see two tokens (A-017)',
    applies: ({ text }) => text.startsWith('{') && text.includes('"signatures"'),
  },
  {
    name: 'nesting over 32',
    reason: 'what reads the header afterwards may not survive it (A-025)',
    applies: ({ parts }) => parts.some((part) => depthOf(part) > 32),
  },
];
