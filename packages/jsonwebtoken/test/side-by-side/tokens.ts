/* oxlint-disable unicorn/no-useless-spread -- tables, in lines of what belongs together */
import { createHmac } from 'node:crypto';
import { original } from './apis.ts';
import { pairs, privatePem, secret } from './keys.ts';
import { nowSeconds } from './sign-rows.ts';

const claims = { sub: 'ann', iat: nowSeconds - 10, name: 'Änn 漢' };

function signed(payload: unknown, options: object = {}, key: unknown = secret): string {
  return String(original.sign(payload, key, options));
}

/** A token of any header and payload, with a good HS256 signature whatever the header says. */
function forged(header: string, payload: string | Buffer, signature?: string): string {
  const input = `${Buffer.from(header).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`;
  return `${input}.${signature ?? createHmac('sha256', secret).update(input).digest('base64url')}`;
}

const good = signed(claims);
const [head = '', body = '', signature = ''] = good.split('.');
const es256 = signed(claims, { algorithm: 'ES256' }, privatePem(pairs.p256));
const rs256 = signed(claims, { algorithm: 'RS256' }, privatePem(pairs.rsa));

/** What differs from `text` only in the last bits of its last letter, and decodes to the same bytes. */
function respell(text: string): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return text.slice(0, -1) + letters[letters.indexOf(text.at(-1) ?? '') ^ 1];
}

const hs = '{"alg":"HS256","typ":"JWT"}';
const untyped = '{"alg":"HS256"}';

/** Good tokens of every algorithm and with every kind of claim, by name. */
export const goodTokens: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['HS256', good],
  ['HS384', signed(claims, { algorithm: 'HS384' })],
  ['HS512', signed(claims, { algorithm: 'HS512' })],
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((algorithm): [string, string] => [
    algorithm,
    signed(claims, { algorithm }, privatePem(pairs.rsa)),
  ]),
  ['ES256', es256],
  ['ES384', signed(claims, { algorithm: 'ES384' }, privatePem(pairs.p384))],
  ['ES512', signed(claims, { algorithm: 'ES512' }, privatePem(pairs.p521))],
  ['PS256 with a PSS key', signed(claims, { algorithm: 'PS256' }, privatePem(pairs.pss))],
  ['none', signed(claims, { algorithm: 'none' }, null)],
  [
    'short RSA',
    signed(claims, { algorithm: 'RS256', allowInsecureKeySizes: true }, pairs.shortRsa.privateKey),
  ],
  [
    'ES384 with P-256',
    signed(claims, { algorithm: 'ES384', allowInvalidAsymmetricKeyTypes: true }, pairs.p256.privateKey),
  ],
  [
    'RS256 with P-521',
    signed(claims, { algorithm: 'RS256', allowInvalidAsymmetricKeyTypes: true }, pairs.p521.privateKey),
  ],
]);

/** Tokens with claims of every form, all signed with `secret`. */
export const claimTokens: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['everything', signed({ ...claims, aud: 'api', iss: 'us', jti: '1', nonce: 'n', exp: nowSeconds + 60 })],
  ['two audiences', signed({ ...claims, aud: ['api', 'web'] })],
  ['no audience in a list', signed({ aud: [] })],
  ['odd audiences', signed({ aud: [5, null, { a: 1 }] })],
  ['expired', signed({ exp: nowSeconds - 5 })],
  ['expiring', signed({ exp: nowSeconds })],
  ['not yet', signed({ nbf: nowSeconds + 5 })],
  ['expired and not yet', signed({ exp: nowSeconds - 5, nbf: nowSeconds + 5 })],
  ['no iat', signed({ a: 1 }, { noTimestamp: true })],
  ['fractions', signed({ exp: nowSeconds + 0.5, nbf: nowSeconds - 0.5, iat: nowSeconds - 0.25 })],
  ...['"soon"', 'null', 'true', '-1', '0', '1e400', '[]', '{}'].flatMap((value): [string, string][] => [
    [`exp ${value}`, forged(hs, `{"exp":${value}}`)],
    [`nbf ${value}`, forged(hs, `{"nbf":${value}}`)],
    [
      `iat ${value}`,
      forged(hs, `{"iat":${value},"sub":${value},"iss":${value},"jti":${value},"nonce":${value}}`),
    ],
  ]),
  ['text', signed('text')],
  ['text like JSON', signed('{"a":1,"exp":5}')],
  ['number as text', signed('5')],
  ['bytes', signed(Buffer.from([0xff, 0xfe, 0x00]))],
  ['duplicate members', forged(hs, '{"sub":"a","sub":"b"}')],
  ['__proto__', forged(hs, '{"__proto__":{"exp":1},"constructor":5}')],
  ...['5', '"text"', '"{\\"a\\":1}"', 'true', '[1]', '[]', '{}', '""'].map((json): [string, string] => [
    `JSON ${json}`,
    forged(hs, json),
  ]),
  ['null', forged(hs, 'null')],
  ['null, untyped', forged(untyped, 'null')],
  ['no JSON', forged(hs, 'text')],
  ['no JSON, untyped', forged(untyped, 'text')],
  ['byte order mark', forged(hs, '\ufeff{}')],
  ['invalid UTF-8', forged(hs, Buffer.from([0x22, 0xc3, 0x28, 0x22]))],
  ['critical', forged('{"alg":"HS256","typ":"JWT","crit":["exp"]}', '{"sub":"a"}')],
  ['b64 false', forged('{"alg":"HS256","b64":false,"crit":["b64"]}', '{"sub":"a"}')],
  ['header with letters', forged('{"alg":"HS256","typ":"JWT","kid":"schlüssel"}', '{"sub":"a"}')],
  ['typ in small letters', forged('{"alg":"HS256","typ":"jwt"}', '{"sub":"a"}')],
]);

/** What is no good token, or no token at all. */
export const badTokens: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['other signature', `${head}.${body}.${signature.slice(0, -2)}AA`],
  ['respelt signature', `${head}.${body}.${respell(signature)}`],
  ['short signature', `${head}.${body}.${signature.slice(0, -1)}`],
  ['no signature', `${head}.${body}.`],
  ['other payload', `${head}.${Buffer.from('{"sub":"bob"}').toString('base64url')}.${signature}`],
  ['cut ES256', es256.slice(0, -1)],
  ['very short ES256', `${es256.split('.').slice(0, 2).join('.')}.AAAA`],
  ['respelt ES256', respell(es256)],
  ['ES256 of zeros', `${es256.split('.').slice(0, 2).join('.')}.${'A'.repeat(86)}`],
  ['respelt RS256', respell(rs256)],
  ['cut RS256', rs256.slice(0, -2)],
  ['RS256 with a zero before', `${rs256.split('.').slice(0, 2).join('.')}.AAAA${rs256.split('.')[2]}`],
  ['none with a signature', forged('{"alg":"none"}', '{}')],
  ['HS256 unsigned', forged(hs, '{}', '')],
  ...['undefined', '5', 'null', '""', '"XX"', '"hs256"', '"HS"', '["HS256"]', '{}'].map(
    (alg): [string, string] => [
      `alg ${alg}`,
      forged(alg === 'undefined' ? '{"typ":"JWT"}' : `{"alg":${alg}}`, '{}'),
    ],
  ),
  ...['5', '0', 'null', 'true', '"text"', '[]', '{', '', '{"alg":"HS256"} '].map((json): [string, string] => [
    `header ${json}`,
    forged(json, '{}'),
  ]),
  ...['', '.', '..', '...', 'a', 'a.b', 'a.b.c', 'a.b.c.d', 'a b.c.d', ' ', 'null'].map(
    (text): [string, string] => [`"${text}"`, text],
  ),
  ['padded', `${head}=.${body}.${signature}`],
  ['standard base64', good.replaceAll('-', '+').replaceAll('_', '/')],
  ['white space before', ` ${good}`],
  ['line break after', `${good}\n`],
  ['line break in the signature', `${head}.${body}.\n`],
  ['four segments', `${good}.x`],
  ['foreign letter', `${head}.${body}.${signature.slice(0, -1)}ſ`],
  ['undefined', undefined],
  ['null value', null],
  ['number', 5],
  ['object', {}],
  ['array', [good]],
  ['buffer', Buffer.from(good)],
  ['String', new String(good)],
  ['function', () => good],
]);
