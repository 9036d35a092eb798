import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import {
  exportJwk,
  exportPrivateJwk,
  generateKey,
  importSecret,
  type Key,
  signJwt,
} from '@countersign/tokens';
import fc from 'fast-check';
import { algorithmNames } from '../../../tokens/src/algorithms.ts';
import { makeFolder } from '../settings/settings-folder.ts';
import { nowMs, run } from './recorded-terminal.ts';

const issuer = 'https://auth.example.com';
const now = (): number => nowMs;

function makeToken(key: Key, claims: Record<string, string | number> = {}): string {
  return signJwt(
    { iss: issuer, aud: issuer, sub: 'u1', ...claims },
    { key, type: 'at+jwt', expiresInSeconds: 300, now },
  );
}

function withKeys(context: TestContext): { readonly directory: string; readonly key: Key } {
  const key = generateKey('ES256', { keyId: 'k1' });
  const directory = makeFolder(context, { 'jwks.json': JSON.stringify({ keys: [exportJwk(key)] }) });
  return { directory, key };
}

const expected = ['--issuer', issuer, '--jwks', 'jwks.json'];

test('token decode shows each part with its meaning and times in words, and says that nothing was verified', async (context) => {
  const { directory, key } = withKeys(context);
  const { exitCode, output } = await run(['token', 'decode', makeToken(key)], { directory });
  assert.equal(exitCode, 0);
  assert.match(output, /NOTHING WAS VERIFIED/);
  assert.match(output, /algorithm of the signature \(RFC 7515 §4\.1\.1\)/);
  assert.match(output, /expires \(RFC 7519 §4\.1\.4\): 2026-01-01 00:05:00 UTC, in 5 minutes/);
  assert.match(output, /64 bytes over the header and the payload/);
  assert.ok(!output.includes('\u001b'), 'no colour where there is none');
});

test('token decode paints the three parts on a terminal', async (context) => {
  const { directory, key } = withKeys(context);
  const { output } = await run(['token', 'decode', makeToken(key)], { directory, hasColours: true });
  assert.ok(output.includes('\u001b[31m') && output.includes('\u001b[35m') && output.includes('\u001b[36m'));
});

test('token decode --json says that it is not verified', async (context) => {
  const { directory, key } = withKeys(context);
  const { output } = await run(['token', 'decode', '-', '--json'], {
    directory,
    input: `Bearer ${makeToken(key)}\n`,
  });
  const { verified, claims } = JSON.parse(output);
  assert.deepEqual([verified, claims.sub], [false, 'u1']);
});

test('A-412: characters that steer a terminal are shown, not sent', async (context) => {
  const { directory, key } = withKeys(context);
  const token = makeToken(key, { sub: '\u001b[2J\u202eevil\u2028', 'x\u001b]0;y': 1 });
  const { output } = await run(['token', 'decode', token], { directory });
  for (const sent of ['\u001b', '\u202e', '\u2028']) assert.ok(!output.includes(sent));
  assert.match(output, /\\u202eevil/);
});

const unreadable: readonly (readonly [name: string, token: string, said: RegExp])[] = [
  ['a word', 'hello', /cannot be read as a token/],
  ['an encrypted token', 'a.b.c.d.e', /encrypted token \(JWE\)/],
  ['two parts', 'eyJhbGciOiJub25lIn0.e30', /cannot be read/],
  ['a payload that is a list', 'eyJhbGciOiJub25lIn0.W10.', /cannot be read/],
];
for (const [name, token, said] of unreadable) {
  test(`token decode refuses ${name} with exit code 1`, async (context) => {
    const { exitCode, errors } = await run(['token', 'decode', token], { directory: makeFolder(context) });
    assert.equal(exitCode, 1);
    assert.match(errors, said);
  });
}

test('token decode never faults, whatever it is given', async (context) => {
  const directory = makeFolder(context);
  const part = fc.oneof(
    fc.base64String(),
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
    fc.string(),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
      const { exitCode } = await run(['token', 'decode', '-'], { directory, input: parts.join('.') });
      assert.ok(exitCode !== 3);
    }),
    { numRuns: 200 },
  );
});

test('token verify accepts a good token and says what was checked and what was not', async (context) => {
  const { directory, key } = withKeys(context);
  const { exitCode, output } = await run(['token', 'verify', makeToken(key), ...expected], {
    directory,
    now,
  });
  assert.equal(exitCode, 0);
  assert.match(output, /Verified: signature, issuer, audience, type and times/);
  assert.match(output, /Not checked: whether it was revoked/);
});

const invalid: readonly (readonly [
  name: string,
  change: (token: string, other: Key) => string,
  code: string,
])[] = [
  ['with another subject', (token) => replacePayload(token), 'signature_invalid'],
  ['of another issuer', (_, other) => makeToken(other, { iss: 'https://evil.example' }), 'issuer_mismatch'],
  [
    'for another audience',
    (_, other) => makeToken(other, { aud: 'https://api.example' }),
    'audience_mismatch',
  ],
  [
    'that has expired',
    (_, other) =>
      signJwt(
        { iss: issuer, aud: issuer, sub: 'u' },
        { key: other, type: 'at+jwt', expiresInSeconds: 30, now: () => nowMs - 3_600_000 },
      ),
    'expired',
  ],
  [
    'of another type',
    (_, other) =>
      signJwt({ iss: issuer, aud: issuer, sub: 'u' }, { key: other, type: 'JWT', expiresInSeconds: 30, now }),
    'type_mismatch',
  ],
  [
    'without a signature',
    (token) => token.replace(/^[^.]+/, 'eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0').replace(/[^.]+$/, ''),
    'algorithm_not_allowed',
  ],
];
for (const [name, change, code] of invalid) {
  test(`token verify refuses a token ${name}`, async (context) => {
    const { directory, key } = withKeys(context);
    const token = change(makeToken(key), key);
    const { exitCode, output } = await run(['token', 'verify', token, ...expected, '--json'], {
      directory,
      now,
    });
    assert.equal(exitCode, 1);
    const answer = JSON.parse(output);
    assert.deepEqual([answer.verified, answer.error], [false, code]);
  });
}

function replacePayload(token: string): string {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  return [
    header,
    Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url'),
    signature,
  ].join('.');
}

test('A-003: a token signed with the published key as a secret is refused', async (context) => {
  const { directory, key } = withKeys(context);
  const publicText = JSON.stringify(exportJwk(key));
  const secret = importSecret(randomBytes(32), { algorithm: 'HS256', keyId: 'k1' });
  const { exitCode, output } = await run(['token', 'verify', makeToken(secret), ...expected, '--json'], {
    directory,
    now,
  });
  assert.ok(publicText.length > 0);
  assert.deepEqual([exitCode, JSON.parse(output).error], [1, 'algorithm_not_allowed']);
});

test('token verify takes a shared secret from a file', async (context) => {
  const bytes = randomBytes(32);
  const directory = makeFolder(context, {
    secret: `${bytes.toString('base64url')}\n`,
    'secret.txt': 'x7!Qw9z$Lm2@Rt5^Yb8&Ud1*Kf4(Pg6)',
  });
  const token = makeToken(importSecret(bytes, { algorithm: 'HS256' }));
  const options = { directory, now };
  assert.equal(
    (await run(['token', 'verify', token, '--issuer', issuer, '--secret-file', 'secret'], options)).exitCode,
    0,
  );
  const text = makeToken(
    importSecret(Buffer.from('x7!Qw9z$Lm2@Rt5^Yb8&Ud1*Kf4(Pg6)'), { algorithm: 'HS256' }),
  );
  const asText = ['token', 'verify', text, '--issuer', issuer, '--secret-file', 'secret.txt'];
  assert.equal((await run(asText, options)).exitCode, 2);
  assert.equal((await run([...asText, '--secret-encoding', 'text'], options)).exitCode, 0);
});

test('token verify knows every signature by a published key', async (context) => {
  for (const algorithm of algorithmNames.filter((name) => !name.startsWith('HS'))) {
    const key = generateKey(algorithm);
    const directory = makeFolder(context, { 'jwks.json': JSON.stringify({ keys: [exportJwk(key)] }) });
    const { exitCode } = await run(['token', 'verify', makeToken(key), ...expected], { directory, now });
    assert.equal(exitCode, 0, algorithm);
  }
});

test('token verify takes a single key, and a private one for its public half', async (context) => {
  const key = generateKey('Ed25519');
  const directory = makeFolder(context, { 'jwks.json': JSON.stringify(exportPrivateJwk(key)) });
  assert.equal((await run(['token', 'verify', makeToken(key), ...expected], { directory, now })).exitCode, 0);
});

test('token verify fetches keys from this machine over http', async (context) => {
  const { directory, key } = withKeys(context);
  const server = createServer((_request, response) => {
    response
      .setHeader('content-type', 'application/jwk-set+json')
      .end(JSON.stringify({ keys: [exportJwk(key)] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const typed = [
    'token',
    'verify',
    makeToken(key),
    '--issuer',
    issuer,
    '--jwks',
    `http://127.0.0.1:${port}/`,
  ];
  assert.equal((await run(typed, { directory, now })).exitCode, 0);
});

test('token verify judges nothing when the keys cannot be fetched: exit code 3', async (context) => {
  const { directory, key } = withKeys(context);
  const server = createServer((_request, response) => response.writeHead(503).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : undefined}/`;
  const typed = ['token', 'verify', makeToken(key), '--issuer', issuer, '--jwks', url];
  const { exitCode, errors, output } = await run(typed, { directory, now });
  assert.deepEqual([exitCode, output], [3, '']);
  assert.ok(errors.startsWith(`Not checked: ${url}: `), errors);
  assert.doesNotMatch(errors, /not valid/i);
  const asJson = await run([...typed, '--json'], { directory, now });
  assert.deepEqual(JSON.parse(asJson.output), {
    verified: false,
    checked: false,
    error: 'key_set_unavailable',
  });
});

test('a file of keys without a usable one is refused', async (context) => {
  for (const text of ['{"keys":[]}', '[]', 'nonsense', '{"keys":[{"kty":"oct","k":"AAAA"}]}']) {
    const directory = makeFolder(context, { 'jwks.json': text });
    const { exitCode } = await run(['token', 'verify', 'x', ...expected], { directory, now });
    assert.equal(exitCode, 1, `${text} in ${join(directory, 'jwks.json')}`);
  }
});
