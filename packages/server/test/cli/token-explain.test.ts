import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { exportJwk, exportPrivateJwk, importSecret } from '@countersign/tokens';
import fc from 'fast-check';
import { makeFolder } from '../settings/settings-folder.ts';
import {
  issuer,
  audience,
  nowSeconds,
  key,
  good,
  expectations,
  at,
  timed,
  folder,
  explain,
  makeToken,
  encode,
  forge,
  codes,
} from './explained-token.ts';
import { nowMs, run } from './recorded-terminal.ts';

test('token explain verifies a good token by keys, issuer, audience and type', async (context) => {
  const directory = folder(context);
  const { exitCode, output } = await run(['token', 'explain', makeToken(), ...expectations], {
    directory,
    now: () => nowMs,
  });
  assert.equal(exitCode, 0, output);
  assert.match(output, /Verified: signature, issuer, audience, type and times\./);
  assert.match(output, /whether it was revoked/);
  assert.match(output, /expires \(RFC 7519 §4\.1\.4\): 2026-01-01 00:05:00 UTC, in 5 minutes/);
  assert.ok(!output.includes('\u001b'));
});

test('token explain never calls a token verified that it did not check', async (context) => {
  const directory = folder(context);
  for (const options of [[], expectations.slice(2), expectations.slice(0, 2), expectations.slice(0, 4)]) {
    const answer = await explain(directory, makeToken(), options);
    assert.deepEqual([answer.exitCode, answer.verified], [0, false], options.join(' '));
    assert.ok(answer.findings.some(({ kind }) => kind === 'unchecked'));
  }
});

test('every reason is said, not only the first, each with its clause', async (context) => {
  const token = forge(
    { alg: 'none' },
    { exp: nowSeconds - 60, nbf: nowSeconds + 60, iss: `${issuer}/`, sub: '' },
    '',
  );
  const answer = await explain(folder(context), token, expectations);
  assert.equal(answer.exitCode, 1);
  assert.deepEqual(
    codes(answer).toSorted(),
    [
      'algorithm_not_allowed alg',
      'audience_mismatch aud',
      'claim_invalid sub',
      'claim_missing aud',
      'expired exp',
      'issuer_mismatch iss',
      'not_yet_valid nbf',
      'type_mismatch typ',
    ].filter((code) => code !== 'audience_mismatch aud'),
  );
  for (const { kind, clause } of answer.findings) assert.ok(kind === 'unchecked' || /RFC \d{4}/.test(clause));
});

test('a signature that fails is said also of a token of another type that has expired', async (context) => {
  const token = forge({ ...at, typ: 'logout+jwt' }, { ...timed, exp: 1 }, encode('x'.repeat(64)));
  const answer = await explain(folder(context), token, expectations);
  assert.deepEqual(codes(answer), ['type_mismatch typ', 'expired exp', 'signature_invalid']);
});

const refusedRows: readonly (readonly [name: string, token: string, code: string, clause: RegExp])[] = [
  ['a word', 'hello', 'malformed', /RFC 7515 §7\.1/],
  ['a JSON serialization', '{"payload":"e30","signature":""}', 'malformed', /RFC 7519 §1/],
  ['padding', forge(at, timed).replace('.', '=.'), 'malformed', /RFC 7515 §2/],
  ['white space', forge(at, timed).replace('.', '.\n'), 'malformed', /RFC 7515 §2/],
  ['bits behind the last byte', forge(at, timed, 'AB'), 'malformed', /RFC 4648 §3\.5/],
  [
    'a duplicate member of the header',
    forge('{"alg":"ES256","alg":"none","typ":"at+jwt"}', timed),
    'malformed',
    /RFC 7515 §4/,
  ],
  ['a duplicate claim', forge(at, '{"sub":"a","sub":"b"}'), 'claims_invalid', /RFC 7519 §4/],
  ['a payload that is a list', forge(at, []), 'claims_invalid', /RFC 7519 §7\.2/],
  ['no signature', forge(at, timed, ''), 'malformed', /RFC 7515 §5\.2/],
  [
    'an algorithm in other letters',
    forge({ ...at, alg: 'es256' }, timed),
    'algorithm_not_allowed',
    /RFC 7515 §4\.1\.1/,
  ],
  [
    'an algorithm of encryption',
    forge({ ...at, alg: 'ECDH-ES' }, timed),
    'algorithm_not_allowed',
    /RFC 7515 §4\.1\.1/,
  ],
  ['another type', forge({ ...at, typ: 'logout+jwt' }, timed), 'type_mismatch', /RFC 8725 §3\.11/],
  ['a key id that is a number', forge({ ...at, kid: 7 }, timed), 'malformed', /RFC 7515 §4\.1\.4/],
  ['an extension', forge({ ...at, crit: ['x'], x: 1 }, timed), 'critical_unsupported', /RFC 7515 §4\.1\.11/],
  ['crit with a registered name', forge({ ...at, crit: ['kid'] }, timed), 'malformed', /RFC 7515 §4\.1\.11/],
  [
    'an unencoded payload',
    forge({ ...at, crit: ['b64'], b64: false }, timed),
    'critical_unsupported',
    /RFC 7797 §7/,
  ],
  ['an unknown key', forge({ ...at, kid: 'k2' }, timed), 'key_unknown', /RFC 7515 §6/],
  ['another signature', forge(at, timed, encode('x'.repeat(64))), 'signature_invalid', /RFC 7515 §5\.2/],
  ['exp as text', forge(at, { ...timed, exp: 'tomorrow' }), 'claim_invalid', /RFC 7519 §4\.1\.4/],
  ['iat in the future', forge(at, { ...timed, iat: nowSeconds + 60 }), 'not_yet_valid', /RFC 7519 §4\.1\.6/],
  [
    'another audience',
    forge(at, { ...timed, aud: ['https://other.example'] }),
    'audience_mismatch',
    /RFC 7519 §4\.1\.3/,
  ],
  [
    'a length over the limit',
    forge(at, { ...timed, long: 'x'.repeat(20_000) }),
    'too_large',
    /a limit of this verifier/,
  ],
];
for (const [name, token, code, clause] of refusedRows) {
  test(`token explain says why a verifier refuses ${name}`, async (context) => {
    const answer = await explain(folder(context), token, expectations);
    assert.equal(answer.exitCode, 1);
    assert.ok(
      answer.findings.some((finding) => finding.code === code && clause.test(finding.clause)),
      JSON.stringify(answer.findings),
    );
  });
}

const weakRows: readonly (readonly [name: string, header: object, claims: object, said: RegExp])[] = [
  ['a life of a day', {}, { exp: nowSeconds + 86_400 }, /lives 24 hours/],
  ['milliseconds', {}, { exp: nowMs }, /milliseconds/],
  ['the type JWT', { typ: 'JWT' }, {}, /does not tell kinds of tokens apart/],
  ['no key id', { kid: undefined }, {}, /cannot change its key/],
  ['a key id like a path', { kid: '../../etc/passwd' }, {}, /looks like a path/],
  ['a key id like SQL', { kid: "x' UNION SELECT 'a" }, {}, /piece of SQL/],
  ['a key id like an address', { kid: 'https://evil.example/k' }, {}, /looks like an address/],
  ['a key in the header', { jwk: exportJwk(key) }, {}, /brings its own key/],
  ['an address of keys in the header', { jku: 'https://evil.example' }, {}, /brings its own key/],
  ['EdDSA', { alg: 'EdDSA' }, {}, /use Ed25519/],
  ['an access token without jti', {}, { jti: undefined }, /an access token also has jti/],
  ['a password by name', {}, { user: { Password: 'x' } }, /something secret, by its name/],
  ['a private key', {}, { note: '-----BEGIN PRIVATE KEY-----' }, /a private key/],
  ['a private JWK', {}, { k: [exportPrivateJwk(key)] }, /a private key/],
  ['the hash of a password', {}, { h: '$2b$12$abcdefghijklmnopqrstuv' }, /hash of a password/],
  ['the number of a card', {}, { n: '4111 1111 1111 1111' }, /number of a card/],
  ['a password in an address', {}, { db: 'postgres://me:hunter2@db/x' }, /password inside an address/],
  ['another token', {}, { t: 'eyJhbGciOiJub25lIn0.eyJhIjoxfQ.x' }, /another token/],
];
for (const [name, header, claims, said] of weakRows) {
  test(`token explain calls weak: ${name}`, async (context) => {
    const answer = await explain(folder(context), forge({ ...at, ...header }, { ...timed, ...claims }));
    const weak = answer.findings.filter(({ kind }) => kind === 'weak');
    assert.ok(
      weak.some(({ says }) => said.test(says)),
      JSON.stringify(answer.findings),
    );
    for (const { clause } of weak) assert.match(clause, /RFC \d{4} §/);
  });
}

test('nothing is weak about an ordinary access token', async (context) => {
  const claims = {
    ...good,
    scope: 'orders:read',
    number: '4111111111111112',
    roles: ['token-admin'],
    sid: 'abc',
  };
  const { findings } = await explain(folder(context), makeToken(claims), expectations);
  assert.deepEqual(
    findings.map(({ kind }) => kind),
    ['unchecked'],
  );
});

test('key ids as issuers write them are not odd', async (context) => {
  const kids = [
    'a--b_-c',
    '/aB3+x==',
    'key-2026-01',
    'urn:example:key',
    'FQgLPmJUSdcGKHA-Ws-rAq84YdH5UoLbUuLiq3WmxnI',
  ];
  for (const kid of kids) {
    const { findings } = await explain(folder(context), forge({ ...at, kid }, timed));
    assert.deepEqual(
      findings.filter(({ kind }) => kind === 'weak'),
      [],
      kid,
    );
  }
});

test('keys that cannot be had leave the rest of the answer: exit code 3', async (context) => {
  const directory = makeFolder(context, { 'jwks.json': '{"keys":[]}' });
  const answer = await explain(directory, makeToken(), expectations);
  assert.deepEqual([answer.exitCode, answer.verified], [3, false]);
  assert.ok(
    answer.findings.some(({ kind, says }) => kind === 'unchecked' && says.startsWith('the signature: ')),
  );
});

test('token explain reads a shared secret of every length, by --alg', async (context) => {
  for (const [algorithm, bytes] of [
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ] as const) {
    const secret = randomBytes(bytes);
    const directory = makeFolder(context, { secret: secret.toString('base64url') });
    const token = makeToken(good, importSecret(secret, { algorithm }));
    const options = [
      '--secret-file',
      'secret',
      '--alg',
      algorithm,
      '--issuer',
      issuer,
      '--audience',
      audience,
    ];
    assert.equal((await explain(directory, token, options)).verified, true, algorithm);
  }
});

test('token explain paints reasons on a terminal', async (context) => {
  const { output } = await run(['token', 'explain', forge(at, {})], {
    directory: folder(context),
    hasColours: true,
  });
  assert.ok(output.includes('\u001b[31m\u001b[1mWhy a verifier refuses it'));
});

test('token explain and token verify agree on every token', async (context) => {
  const directory = folder(context);
  const member = fc.constantFrom<unknown>(
    undefined,
    null,
    '',
    'x',
    7,
    -1,
    [],
    ['x'],
    {},
    nowSeconds,
    nowSeconds + 60,
    issuer,
    audience,
    [audience],
    'at+jwt',
    'application/AT+JWT',
    'ES256',
    'none',
    'k1',
  );
  const changes = (names: readonly string[]): fc.Arbitrary<object> =>
    fc.dictionary(fc.constantFrom(...names), member, { maxKeys: 2 });
  await fc.assert(
    fc.asyncProperty(
      changes(['alg', 'typ', 'kid', 'crit', 'b64', 'cty']),
      changes(['iss', 'aud', 'exp', 'nbf', 'iat', 'sub', 'jti']),
      fc.constantFrom('', 'AAAA', 'signed'),
      async (header, claims, signature) => {
        const signed = makeToken(
          Object.fromEntries(
            Object.entries({ ...good, ...claims }).filter(([name]) => !['exp', 'nbf', 'iat'].includes(name)),
          ),
        );
        const token =
          signature === 'signed' ? signed : forge({ ...at, ...header }, { ...timed, ...claims }, signature);
        const typed = ['token', 'verify', '-', '--json', ...expectations];
        const verified = await run(typed, { directory, input: token, now: () => nowMs });
        const explained = await explain(directory, token, expectations);
        assert.equal(explained.exitCode, verified.exitCode, token);
        const { error } = JSON.parse(verified.output);
        if (error !== undefined)
          assert.ok(
            explained.findings.some(({ code }) => code === error),
            `${error} ${token}`,
          );
      },
    ),
    { numRuns: 300 },
  );
});

test('token explain never faults, whatever it is given', async (context) => {
  const directory = folder(context);
  const part = fc.oneof(fc.base64String(), fc.json().map(encode), fc.string());
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
      const { exitCode, errors } = await run(['token', 'explain', '-', ...expectations], {
        directory,
        input: parts.join('.'),
      });
      assert.ok(exitCode === 1 || (exitCode === 2 && parts.join('.').trim() === ''), errors);
    }),
    { numRuns: 200 },
  );
});

test('A-412: explain shows characters that steer a terminal, and does not send them', async (context) => {
  const token = forge(
    { ...at, kid: '\u001b[2J' },
    { ...timed, aud: '\u202e', '\u001b]0;y': { password: 1 } },
  );
  const { output } = await run(['token', 'explain', token], { directory: folder(context) });
  for (const sent of ['\u001b', '\u202e']) assert.ok(!output.includes(sent));
});
