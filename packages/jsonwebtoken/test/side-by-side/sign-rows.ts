/* oxlint-disable unicorn/no-useless-spread -- tables, in lines of what belongs together */
import type { Row } from './differences.ts';
import { materials, pairs, privatePem, secret } from './keys.ts';

export const nowSeconds = 1_800_000_000;

const algorithms: readonly unknown[] = [
  undefined,
  ...['HS', 'RS', 'PS', 'ES'].flatMap((family) => ['256', '384', '512'].map((bits) => family + bits)),
  'none',
  'EdDSA',
  'hs256',
  '',
  5,
];

const flags = [undefined, true, false, 'yes', new Boolean(true)];
const texts = [undefined, null, '', 'text', 'schöner Text', new String('text'), 5, ['text'], {}];
const spans = [
  ...[undefined, null, '', 0, 1, -1, 3600, 1.5, Number.NaN, Number.POSITIVE_INFINITY, true, {}],
  ...['120', '1.5', '.5h', '-2 days', '2 days', '10h', '7d', '1 Week', '1y', '1 yrs', '1 fortnight', 'h'],
  ...['1h 30m', ' 1h', '1h ', '5 MSECS', '1e3', '10 seconds', 'x'.repeat(101), `${'1'.repeat(99)}s`],
  new String('1h'),
];

/** Every option with right, wrong and absurd values. */
const optionValues: Readonly<Record<string, readonly unknown[]>> = {
  expiresIn: spans,
  notBefore: spans,
  audience: [...texts, ['a', 'b'], []],
  issuer: texts,
  subject: texts,
  jwtid: texts,
  keyid: [...texts, 'Ģ"', 'ключ'],
  encoding: [undefined, '', 'utf8', 'latin1', 'base64', 'hex', 'utf16le', 'no such encoding', 5],
  noTimestamp: flags,
  mutatePayload: flags,
  allowInsecureKeySizes: flags,
  allowInvalidAsymmetricKeyTypes: flags,
  header: [
    ...[undefined, null, {}, 'text', [], 5, new Map(), Object.create(null)],
    ...[{ kid: 'one' }, { typ: undefined }, { typ: 'at+jwt' }, { crit: ['exp'] }, { x: { y: [1] } }],
    ...[{ alg: 'HS512' }, { alg: 'none' }, { alg: 'XX' }, { alg: undefined }, { alg: 5 }, { alg: '' }],
    { kid: 'schlüssel' },
  ],
  expiresin: [1],
  constructor: [1],
  secret: ['x'],
};

class Instance {
  name = 'x';
}

const payloads: readonly unknown[] = [
  ...[{}, { iat: nowSeconds - 5 }, { iat: 0 }, { iat: '5' }, { iat: Number.NaN }, { exp: nowSeconds + 9 }],
  ...[{ exp: 'soon' }, { exp: undefined }, { nbf: nowSeconds }, { nbf: null }, { iat: new Number(7) }],
  ...[{ aud: 'a' }, { iss: 'i' }, { sub: 's' }, { jti: 'j' }, { aud: undefined }, { iat: 1.5, exp: 2.5 }],
  ...[{ name: 'Ģ ü 漢 😀', nested: { list: [1, null, true, {}] } }, { constructor: 1 }, { toString: 'x' }],
  ...[Object.create(null), new Instance(), new Date(0), new Map(), [], ['a'], null, undefined],
  ...['', 'text', '{"a":1}', 'schön', 0, 5, true, false, Buffer.from('bytes'), Buffer.from([0xff, 0xfe])],
  ...[JSON.parse('{"__proto__":{"exp":1}}'), { toJSON: () => ({ other: 1 }) }, 5n, Symbol('s'), () => 1],
  { exp: Number.POSITIVE_INFINITY },
];

const claims = { sub: 'ann', iat: nowSeconds - 10 };

function nameOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    return `${Object.prototype.toString.call(value).slice(8, -1)} ${JSON.stringify(value)}`;
  }
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function* keyRows(): Generator<Row> {
  for (const [name, material] of materials) {
    for (const algorithm of algorithms) {
      for (const more of [{}, { allowInsecureKeySizes: true }, { allowInvalidAsymmetricKeyTypes: true }]) {
        const options = { ...(algorithm === undefined ? {} : { algorithm }), ...more };
        yield {
          name: `sign with ${name}, ${nameOf(options)}`,
          call: 'sign',
          parameters: [claims, material, options],
        };
      }
    }
  }
}

function* optionRows(): Generator<Row> {
  for (const [option, values] of Object.entries(optionValues)) {
    for (const value of values) {
      for (const payload of [claims, 'text', { exp: 5, nbf: 5, aud: 'a', iss: 'i', sub: 's', jti: 'j' }]) {
        yield {
          name: `sign ${nameOf(payload)} with ${option}: ${nameOf(value)}`,
          call: 'sign',
          parameters: [payload, secret, { [option]: value }],
        };
      }
    }
  }
}

function* payloadRows(): Generator<Row> {
  const choices = [undefined, {}, { noTimestamp: true }, { expiresIn: '1h', notBefore: -5 }];
  const more = [{ audience: 'a', issuer: 'i' }, { subject: 's', jwtid: 'j', encoding: 'latin1' }, null, 'x'];
  for (const payload of payloads) {
    for (const options of [...choices, ...more]) {
      yield {
        name: `sign ${nameOf(payload)} with ${nameOf(options)}`,
        call: 'sign',
        parameters: [payload, secret, options],
      };
    }
  }
}

function* keyTypeRows(): Generator<Row> {
  const values = ['header', 'keyid', 'expiresIn', 'audience'] as const;
  for (const value of values.flatMap((option) => optionValues[option]?.map((each) => ({ [option]: each })))) {
    yield {
      name: `sign RS256 with ${nameOf(value)}`,
      call: 'sign',
      parameters: [claims, privatePem(pairs.rsa), { algorithm: 'RS256', ...value }],
    };
  }
}

export const signRows: readonly Row[] = [...keyRows(), ...optionRows(), ...payloadRows(), ...keyTypeRows()];
