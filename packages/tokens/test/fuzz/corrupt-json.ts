import { corruptBytes, corruptText } from './corrupt-text.ts';
import type { Random } from './random.ts';

const names = [
  ...'alg typ kid crit b64 cty jku jwk x5u x5c x5t zip enc epk apu apv iv tag p2s p2c'.split(' '),
  ...'iss aud sub exp nbf iat jti htm htu ath nonce cnf'.split(' '),
  ...'kty crv x y d n e p q k pub priv use key_ops keys oth'.split(' '),
  ...'payload protected header signature signatures __proto__ constructor toString'.split(' '),
];

/** Fragments of JSON text, also such as no serializer writes. */
const fragments = [
  'null',
  'true',
  'false',
  '0',
  '-1',
  '-0',
  '1e999',
  '1.5',
  '9007199254740993',
  '1800000000',
  '"1800000000"',
  '""',
  '[]',
  '{}',
  '[""]',
  '[null]',
  '["b64"]',
  '["exp","exp"]',
  '{"a":1,"a":1}',
  '{"__proto__":{"alg":"none"}}',
  '"\\ud800"',
  '"\\u0000"',
  '"none"',
  '"HS256"',
  '"RS256"',
  '"ES256"',
  '"EdDSA"',
  '"dir"',
  '"A128KW"',
  '"RSA1_5"',
  '"ECDH-ES"',
  '"A128GCM"',
  '"at+jwt"',
  '"application/AT+JWT"',
  '"JWT"',
  '"DEF"',
  '"sig"',
  '"enc"',
  '"oct"',
  '"EC"',
  '"OKP"',
  '"RSA"',
  '"AKP"',
  '"P-256"',
  '"P-521"',
  '"X25519"',
  '"AA"',
  '"AQAB"',
  '"AQ"',
  '["sign"]',
  '["verify","verify"]',
  '"../../dev/null"',
  `"${'a'.repeat(300)}"`,
  '['.repeat(40) + ']'.repeat(40),
  '{"a":'.repeat(33) + '1' + '}'.repeat(33),
];

type Members = readonly string[];
type JsonOperator = (members: Members, random: Random) => Members;

const operators: readonly JsonOperator[] = [
  (members, random) => [...members, `"${random.pick(names)}":${random.pick(fragments)}`],
  (members, random) => [`"${random.pick(names)}":${random.pick(fragments)}`, ...members],
  (members, random) => {
    const at = random.below(members.length);
    const name = (members[at] ?? '"a"').split(':', 1)[0] ?? '"a"';
    return members.with(at, `${name}:${random.pick(fragments)}`);
  },
  (members, random) => members.toSpliced(random.below(members.length), 1),
  (members, random) => members.toSpliced(random.below(members.length), 0, random.pick(members)),
  (members, random) => members.with(random.below(members.length), random.pick(members)),
  (members, random) => {
    const at = random.below(members.length);
    return members.with(at, corruptText(members[at] ?? '', random));
  },
  (members) => members.toReversed(),
];

/** The JSON text of an object with something changed: a member, its spelling, or the bytes. */
export function corruptJson(object: object, random: Random): Buffer {
  const members = Object.entries(object).map(
    ([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`,
  );
  const changed = members.length === 0 ? members : random.pick(operators)(members, random);
  const space = random.below(16) === 0 ? random.pick([' ', '\n', '\t', '\u00a0', '\ufeff']) : '';
  const text = `{${space}${changed.join(`${space},`)}}`;
  const bytes = Buffer.from(random.below(16) === 0 ? corruptText(text, random) : text, 'utf8');
  return random.below(32) === 0 ? corruptBytes(bytes, random) : bytes;
}
