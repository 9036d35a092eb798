import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import {
  encryptJwe,
  encryptJwt,
  encryptionAlgorithmNames,
  exportJwk,
  exportPrivateJwk,
  generateKey,
  importSecret,
  type Key,
  signJwt,
} from '@countersign/tokens';
import fc from 'fast-check';
import { makeFolder } from '../settings/settings-folder.ts';
import { nowMs, run } from './recorded-terminal.ts';

const issuer = 'https://auth.example.com';
const audience = 'https://api.example.com';
const nowSeconds = nowMs / 1000;
const key = generateKey('ES256', { keyId: 'k1' });
const good = { iss: issuer, aud: audience, sub: 'u1', client_id: 'c1', jti: 'j1' };
const expectations = ['--jwks', 'jwks.json', '--issuer', issuer, '--audience', audience, '--typ', 'at+jwt'];

interface Answer {
  readonly exitCode: number;
  readonly verified: boolean;
  readonly findings: readonly {
    kind: string;
    code?: string;
    member?: string;
    says: string;
    clause: string;
  }[];
  readonly inside?: Answer;
}

function folder(context: TestContext): string {
  return makeFolder(context, { 'jwks.json': JSON.stringify({ keys: [exportJwk(key)] }) });
}

async function explain(directory: string, token: string, options: readonly string[] = []): Promise<Answer> {
  const { exitCode, output, errors } = await run(['token', 'explain', '-', '--json', ...options], {
    directory,
    input: token,
    now: () => nowMs,
  });
  assert.equal(errors, '');
  return { exitCode, ...JSON.parse(output) };
}

function makeToken(claims: object = good, by: Key = key): string {
  return signJwt(claims, { key: by, type: 'at+jwt', expiresInSeconds: 300, now: () => nowMs });
}

function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

function forge(header: unknown, claims: unknown, signature = 'AAAA'): string {
  return `${encode(header)}.${encode(claims)}.${signature}`;
}

function codes({ findings }: Answer): string[] {
  return findings
    .filter(({ kind }) => kind === 'refused')
    .map(({ code, member }) => `${code} ${member ?? ''}`.trim());
}

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

const at = { alg: 'ES256', typ: 'at+jwt', kid: 'k1' };
const timed = { ...good, iat: nowSeconds, exp: nowSeconds + 60 };
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
    number: '1234567890123',
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

test('an encrypted token is explained, and with the receiver’s key the token inside too', async (context) => {
  for (const algorithm of ['ECDH-ES', 'RSA-OAEP-256', 'A256GCM'] as const) {
    const receiver = generateKey(algorithm);
    const directory = makeFolder(context, {
      'jwks.json': JSON.stringify(exportJwk(key)),
      'receiver.json': JSON.stringify(exportPrivateJwk(receiver)),
      'other.json': JSON.stringify(exportPrivateJwk(generateKey(algorithm))),
    });
    const token = encryptJwt(makeToken(), { key: receiver, encryption: 'A256GCM' });
    const closed = await explain(directory, token);
    assert.deepEqual([closed.exitCode, closed.findings.length], [0, 1]);
    const opened = await explain(directory, token, ['--decrypt-file', 'receiver.json', ...expectations]);
    assert.deepEqual([opened.exitCode, opened.verified], [0, true], JSON.stringify(opened.findings));
    const { exitCode, verified } = await explain(directory, `${token.slice(0, -4)}AAAA`, [
      '--decrypt-file',
      'receiver.json',
      ...expectations,
    ]);
    assert.deepEqual([exitCode, verified], [1, false]);
  }
});

const contentEncryptions = [
  'A128GCM',
  'A192GCM',
  'A256GCM',
  'A128CBC-HS256',
  'A192CBC-HS384',
  'A256CBC-HS512',
] as const;

const encryptedRows: readonly (readonly [name: string, header: object, code: string, clause: RegExp])[] = [
  ['RSA1_5', { alg: 'RSA1_5', enc: 'A128GCM' }, 'algorithm_not_allowed', /RFC 8725 §3\.2/],
  ['compression', { alg: 'dir', enc: 'A128GCM', zip: 'DEF' }, 'critical_unsupported', /RFC 8725 §3\.6/],
  ['no enc', { alg: 'dir' }, 'malformed', /RFC 7516 §4\.1\.2/],
  ['an unknown enc', { alg: 'dir', enc: 'ROT13' }, 'algorithm_not_allowed', /RFC 7516 §4\.1\.2/],
  ['a missing key of the sender', { alg: 'ECDH-ES', enc: 'A128GCM' }, 'malformed', /RFC 7518 §4\.6\.1\.1/],
  [
    'endless rounds',
    { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 1e9 },
    'malformed',
    /RFC 7518 §4\.8\.1\.2/,
  ],
  ['no cty', { alg: 'dir', enc: 'A128GCM' }, 'type_mismatch', /RFC 7519 §5\.2/],
  ['a key id that is a number', { alg: 'dir', enc: 'A128GCM', kid: 7 }, 'malformed', /RFC 7515 §4\.1\.4/],
  ['an extension', { alg: 'dir', enc: 'A128GCM', crit: ['x'], x: 1 }, 'critical_unsupported', /§4\.1\.11/],
  ['a short tag', { alg: 'dir', enc: 'A128GCM', cty: 'JWT' }, 'decryption_failed', /RFC 7518 §5\.3/],
];
for (const [name, header, code, clause] of encryptedRows) {
  test(`token explain says why a verifier refuses an encrypted token with ${name}`, async (context) => {
    const answer = await explain(folder(context), `${encode(header)}..${'A'.repeat(16)}.AAAA.AAAA`);
    assert.equal(answer.exitCode, 1);
    assert.ok(
      answer.findings.some((finding) => finding.code === code && clause.test(finding.clause)),
      JSON.stringify(answer.findings),
    );
  });
}

test('no way to encrypt that the library has is refused by a rule', async (context) => {
  const directory = folder(context);
  for (const algorithm of encryptionAlgorithmNames) {
    const encryption = contentEncryptions.find((name) => name === algorithm) ?? 'A128CBC-HS256';
    const iterations = algorithm.startsWith('PBES2') ? { iterations: 1000 } : {};
    const options = { key: generateKey(algorithm), encryption, ...iterations };
    const { exitCode, findings } = await explain(directory, encryptJwt(makeToken(), options));
    assert.equal(exitCode, 0, `${algorithm} ${JSON.stringify(findings)}`);
  }
});

test('a token in a token in a token is refused', async (context) => {
  const receiver = generateKey('A256GCM');
  const directory = makeFolder(context, { key: JSON.stringify(exportPrivateJwk(receiver)) });
  const options = { key: receiver, encryption: 'A256GCM' } as const;
  const token = encryptJwe(encryptJwt(makeToken(), options), { ...options, contentType: 'JWT' });
  const answer = await explain(directory, token, ['--decrypt-file', 'key']);
  assert.deepEqual([answer.exitCode, codes(answer.inside ?? answer)], [1, ['malformed']]);
});

test('token explain paints reasons on a terminal', async (context) => {
  const { output } = await run(['token', 'explain', forge(at, {})], {
    directory: folder(context),
    hasColours: true,
  });
  assert.ok(output.includes('\u001b[31m\u001b[1mWhy a verifier refuses it'));
});

test('an encrypted text that is no token is refused', async (context) => {
  const receiver = generateKey('A256GCM');
  const directory = makeFolder(context, { key: JSON.stringify(exportPrivateJwk(receiver)) });
  const token = encryptJwe('a letter', { key: receiver, encryption: 'A256GCM' });
  const answer = await explain(directory, token, ['--decrypt-file', 'key']);
  assert.deepEqual(
    [answer.exitCode, codes(answer), codes(answer.inside ?? answer)],
    [1, ['type_mismatch cty'], ['malformed', 'malformed']],
  );
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
