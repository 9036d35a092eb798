import { goodClaims, nowSeconds } from '../forge.ts';
import { depthOf, hasDuplicates, hasLoneSurrogate, type SeenToken } from './seen-token.ts';

/** A class of tokens that jose accepts and that are refused here, and why. */
export interface Difference {
  readonly name: string;
  readonly reason: string;
  readonly applies: (token: SeenToken) => boolean;
  /** Header and claims of a token of this class, as JSON text, and what is done to the signed token. */
  readonly example: {
    readonly header?: string;
    readonly claims?: string;
    readonly change?: (token: string) => string;
  };
}

const isText = (value: unknown): value is string => typeof value === 'string';
const more = (member: string): string => `{"alg":"HS256","typ":"at+jwt",${member}}`;
const claiming = (members: object): string => JSON.stringify({ ...goodClaims, ...members });
const isDate = (value: unknown): boolean =>
  typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
const isKeyId = (value: unknown): boolean => isText(value) && value.length > 0 && value.length <= 256;

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The last character has bits left over; all zero is the one spelling, so that its neighbour is another one. */
function strayBits(token: string): string {
  return token.slice(0, -1) + (alphabet[alphabet.indexOf(token.slice(-1)) + 1] ?? '');
}

export const jwtDifferences: readonly Difference[] = [
  {
    name: 'a byte order mark',
    reason: 'RFC 8259 §8.1 forbids writing one; who skips it and who does not read two texts (A-022)',
    applies: ({ headerText, payloadText }) =>
      headerText.startsWith('\ufeff') || payloadText.startsWith('\ufeff'),
    example: { claims: `\ufeff${JSON.stringify(goodClaims)}` },
  },
  {
    name: 'bits left over in the last character',
    reason: 'RFC 4648 §3.5: a second spelling of the same bytes passes by every list of tokens (A-021)',
    applies: ({ segments }) =>
      segments.some((segment) => Buffer.from(segment, 'base64url').toString('base64url') !== segment),
    example: { change: strayBits },
  },
  {
    name: 'a member twice',
    reason: 'RFC 7515 §4 and RFC 7519 §4 let a verifier refuse it, and RFC 8725 §2.4 shows why it should',
    applies: ({ headerText, payloadText }) => hasDuplicates(headerText) || hasDuplicates(payloadText),
    example: { claims: `{"sub":"admin",${JSON.stringify(goodClaims).slice(1)}` },
  },
  {
    name: 'half of a surrogate pair',
    reason: 'RFC 7493 §2.1: two readers see two different texts',
    applies: ({ headerText, payloadText }) => hasLoneSurrogate(headerText) || hasLoneSurrogate(payloadText),
    example: { claims: JSON.stringify(goodClaims).replace('user-1', '\\ud800') },
  },
  {
    name: 'nesting over 32',
    reason: 'what reads the claims afterwards may not survive it (A-025)',
    applies: ({ headerText, payloadText }) => depthOf(headerText) > 32 || depthOf(payloadText) > 32,
    example: { claims: claiming({}).replace('}', `,"a":${'['.repeat(40)}${']'.repeat(40)}}`) },
  },
  {
    name: 'kid is no text of 1 to 256 characters',
    reason: 'RFC 7515 §4.1.4 says text; the length keeps it a name (A-078)',
    applies: ({ header }) => header.has('kid') && !isKeyId(header.get('kid')),
    example: { header: more('"kid":7') },
  },
  {
    name: 'cty is no text',
    reason: 'RFC 7515 §4.1.10',
    applies: ({ header }) => header.has('cty') && !isText(header.get('cty')),
    example: { header: more('"cty":7') },
  },
  {
    name: 'b64 outside crit, or anything but true',
    reason:
      'RFC 7797 §6 and §7: a JWT has no such member; ignoring it reads another payload than its maker wrote',
    applies: ({ header }) => header.has('b64') && header.get('b64') !== true,
    example: { header: more('"b64":false') },
  },
  {
    name: 'b64 in crit',
    reason: 'RFC 7797 §7 forbids the extension in a JWT',
    applies: ({ header }) => JSON.stringify(header.get('crit')) === '["b64"]' && header.get('b64') === true,
    example: { header: more('"b64":true,"crit":["b64"]') },
  },
  {
    name: 'a time that is negative or no double can hold to the second',
    reason: 'RFC 7519 §2 counts seconds since 1970; 1e999 is for ever (A-027)',
    applies: ({ claims }) =>
      ['exp', 'nbf', 'iat'].some((name) => claims.has(name) && !isDate(claims.get(name))),
    example: { claims: claiming({}).replace(/"exp":\d+/, '"exp":1e999') },
  },
  {
    name: 'issued in the future',
    reason: 'RFC 7519 §4.1.6: the clocks disagree, or somebody made it up (A-056)',
    applies: ({ claims }) => Number(claims.get('iat')) > nowSeconds,
    example: { claims: claiming({ iat: nowSeconds + 3600 }) },
  },
  {
    name: 'sub is no text, or empty',
    reason: 'RFC 7519 §4.1.2; an empty one looks up somebody else (A-061)',
    applies: ({ claims }) => claims.has('sub') && (!isText(claims.get('sub')) || claims.get('sub') === ''),
    example: { claims: claiming({ sub: 7 }) },
  },
  {
    name: 'jti is no text',
    reason: 'RFC 7519 §4.1.7',
    applies: ({ claims }) => claims.has('jti') && !isText(claims.get('jti')),
    example: { claims: claiming({ jti: 7 }) },
  },
  {
    name: 'aud lists something that is no text',
    reason: 'RFC 7519 §4.1.3',
    applies: ({ claims }) => {
      const audience = claims.get('aud');
      return Array.isArray(audience) && !audience.every(isText);
    },
    example: { claims: claiming({ aud: [goodClaims.aud, 7] }) },
  },
  {
    name: 'longer than 16 384 characters',
    reason: 'whoever sends it has not shown who they are yet (A-020)',
    applies: ({ text }) => text.length > 16_384,
    example: { claims: claiming({ note: 'a'.repeat(20_000) }) },
  },
];
