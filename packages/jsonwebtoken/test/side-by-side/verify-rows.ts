/* oxlint-disable unicorn/no-useless-spread -- tables, in lines of what belongs together */
import type { Row } from './differences.ts';
import { materials, pairs, publicPem, secret } from './keys.ts';
import { nowSeconds } from './sign-rows.ts';
import { badTokens, claimTokens, goodTokens } from './tokens.ts';

const values = [
  undefined,
  null,
  '',
  'api',
  'us',
  'ann',
  '1',
  'n',
  5,
  true,
  ['api'],
  ['us', 'api'],
  /a/,
  /^u/,
  [/a/],
  [],
];
const flags = [undefined, null, true, false, 'yes', 0];
const seconds = [
  undefined,
  null,
  0,
  5,
  -5,
  4.5,
  nowSeconds,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  '5',
  'five',
  true,
  [],
];
const spans = [undefined, 0, 5, 11, 3600, -5, '', '1h', '5s', '5', '-1h', '2 days', '1 fortnight', true, {}];

/** Every option with right, wrong and absurd values. */
const optionValues: Readonly<Record<string, readonly unknown[]>> = {
  audience: [...values, /undefined/, /a/g],
  issuer: values,
  subject: values,
  jwtid: values,
  nonce: [...values, ' '],
  complete: flags,
  ignoreExpiration: flags,
  ignoreNotBefore: flags,
  allowInvalidAsymmetricKeyTypes: flags,
  clockTimestamp: [...seconds, nowSeconds - 6, nowSeconds + 6],
  clockTolerance: seconds,
  maxAge: spans,
  algorithms: [
    ...[undefined, null, [], ['HS256'], ['HS384'], ['RS256', 'HS256'], ['none'], ['HS256', 'none'], ['XX']],
    ...['HS256', 'RS256', '', 'HS', ['hs256'], [undefined], [5]],
  ],
  unknown: [1],
  algorithm: ['RS256'],
};

const algorithmOptions: readonly object[] = [
  {},
  { algorithms: ['HS256', 'HS384', 'HS512'] },
  { algorithms: ['RS256', 'PS256', 'ES256', 'ES384'] },
  { algorithms: ['none'] },
  { algorithms: ['HS256', 'RS256', 'PS512', 'ES256', 'ES384', 'ES512', 'none', 'XX'] },
  { allowInvalidAsymmetricKeyTypes: true, algorithms: ['HS256', 'RS256', 'PS256', 'ES384', 'ES512', 'none'] },
];

function verifyRow(name: string, ...parameters: readonly unknown[]): Row {
  return { name, call: 'verify', parameters };
}

function nameOf(value: unknown): string {
  return typeof value === 'object' && value !== null && !(value instanceof RegExp)
    ? JSON.stringify(value)
    : String(value);
}

/** For bad tokens not every key, since most bring nothing new. */
const usualKeys: readonly string[] = [
  ...[
    'secret',
    'another secret',
    'secret as KeyObject',
    'rsa public',
    'p256 public',
    'p256 public KeyObject',
  ],
  ...['ed25519 public', 'nothing', 'null', 'empty text', 'false', 'an object'],
];

/** Every kind of key for every kind of token. */
function* keyRows(): Generator<Row> {
  for (const [name, token] of [...goodTokens, ...badTokens]) {
    for (const [key, material] of materials) {
      if (badTokens.has(name) && !usualKeys.includes(key)) continue;
      for (const options of algorithmOptions) {
        yield verifyRow(`verify ${name} with ${key}, ${nameOf(options)}`, token, material, options);
      }
    }
  }
}

/** Every option for every kind of claim. */
function* optionRows(): Generator<Row> {
  for (const [name, token] of claimTokens) {
    for (const [option, each] of Object.entries(optionValues)) {
      for (const value of each) {
        const options = { [option]: value };
        yield verifyRow(`verify ${name} with ${option}: ${nameOf(value)}`, token, secret, options);
      }
    }
    for (const options of [undefined, null, 'text', 5, []]) {
      yield verifyRow(`verify ${name} with options ${nameOf(options)}`, token, secret, options);
    }
  }
}

/** Options of the same call, with keys of both kinds. */
function* mixedRows(): Generator<Row> {
  const mixtures = [
    { complete: true, audience: 'api', issuer: 'us', subject: 'ann', jwtid: '1', nonce: 'n', maxAge: '1h' },
    { complete: true, audience: ['web', /^a/], issuer: ['them', 'us'], clockTolerance: 10 },
    { ignoreExpiration: true, ignoreNotBefore: true, maxAge: 1, clockTimestamp: nowSeconds - 9 },
    { clockTimestamp: nowSeconds - 5, clockTolerance: 5, maxAge: '5s', complete: true },
  ];
  for (const options of mixtures) {
    for (const [name, token] of [...goodTokens, ...claimTokens, ...badTokens]) {
      for (const key of [secret, publicPem(pairs.rsa), pairs.p256.publicKey]) {
        yield verifyRow(`verify ${name} with ${nameOf(options)}`, token, key, options);
      }
    }
  }
}

function* decodings(): Generator<Row> {
  const choices = [
    undefined,
    null,
    {},
    { complete: true },
    { complete: 1 },
    { json: true },
    { json: true, complete: true },
  ];
  for (const [name, token] of [...goodTokens, ...claimTokens, ...badTokens]) {
    for (const options of choices) {
      yield { name: `decode ${name} with ${nameOf(options)}`, call: 'decode', parameters: [token, options] };
    }
  }
}

export const verifyRows: readonly Row[] = [...keyRows(), ...optionRows(), ...mixedRows()];
export const decodeRows: readonly Row[] = [...decodings()];
