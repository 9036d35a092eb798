import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import {
  algorithmNames,
  createJwtVerifier,
  decodeUnverified,
  exportJwk,
  exportPrivateJwk,
  generateKey,
  importSecret,
} from '@countersign/tokens';
import { makeFolder } from '../settings/settings-folder.ts';
import { nowMs, run } from './recorded-terminal.ts';

const issuer = 'https://auth.example.com';
const now = (): number => nowMs;
const input = JSON.stringify({ iss: issuer, aud: issuer, sub: 'u1', client_id: 'c', jti: 'j1' });

test('token sign makes a token of every algorithm from a private JWK, and prints it alone', async (context) => {
  for (const algorithm of algorithmNames) {
    const key = generateKey(algorithm);
    const directory = makeFolder(context, { 'key.json': JSON.stringify(exportPrivateJwk(key)) });
    const typed = ['token', 'sign', '--key-file', 'key.json', '--expires-in', '2m'];
    const { exitCode, output } = await run(typed, { directory, input, now });
    assert.equal(exitCode, 0, algorithm);
    const verify = createJwtVerifier({
      keys: key,
      issuer,
      audience: issuer,
      algorithms: [algorithm],
      type: 'at+jwt',
      now,
    });
    const { claims, header } = verify(output);
    assert.deepEqual([claims.exp, claims.iat, header.kid], [nowMs / 1000 + 120, nowMs / 1000, key.keyId]);
  }
});

test('token sign takes PEM from the environment, and writes the key id and type that it is told', async (context) => {
  const key = generateKey('ES384');
  const pem = String(key.keyObject.export({ format: 'pem', type: 'pkcs8' }));
  const { exitCode, output } = await run(
    ['token', 'sign', '--key-env', 'SIGNING_KEY', '--kid', 'k7', '--typ', 'JWT'],
    { directory: makeFolder(context), environment: { SIGNING_KEY: pem }, input, now },
  );
  assert.equal(exitCode, 0);
  assert.deepEqual(decodeUnverified(output).header, { alg: 'ES384', typ: 'JWT', kid: 'k7' });
});

test('token sign takes a secret from a file, by --alg', async (context) => {
  const bytes = randomBytes(64);
  const directory = makeFolder(context, { secret: `${bytes.toString('base64url')}\n`, 'claims.json': input });
  const typed = 'token sign --key-file secret --claims-file claims.json --alg HS512'.split(' ');
  const { output } = await run(typed, { directory, now });
  const keys = importSecret(bytes, { algorithm: 'HS512' });
  const options = { issuer, audience: issuer, algorithms: ['HS512'], type: 'at+jwt', now } as const;
  assert.equal(createJwtVerifier({ keys, ...options })(output).claims.sub, 'u1');
});

const refusals: readonly (readonly [name: string, file: string, code: string])[] = [
  ['a published key', JSON.stringify(exportJwk(generateKey('ES256'))), 'key_invalid'],
  ['a secret that is too short', 'c2hvcnQ', 'key_invalid'],
  ['a key for encryption', JSON.stringify(exportJwk(generateKey('ECDH-ES'))), 'key_invalid'],
  ['a broken JWK', '{"kty":', 'key_set_invalid'],
];
for (const [name, file, code] of refusals) {
  test(`token sign refuses ${name}: exit code 1`, async (context) => {
    const directory = makeFolder(context, { key: file });
    const typed = ['token', 'sign', '--key-file', 'key', '--json'];
    const { exitCode, output } = await run(typed, { directory, input, now });
    assert.deepEqual([exitCode, JSON.parse(output)], [1, { error: code }]);
  });
}

const badClaims = ['', '[]', '{"a":1,"a":2}', '{"exp":1}', '{"iat":"now"}', 'sub=1'];
for (const claims of badClaims) {
  test(`token sign refuses claims that are ${JSON.stringify(claims)}: exit code 2`, async (context) => {
    const directory = makeFolder(context, { key: JSON.stringify(exportPrivateJwk(generateKey('ES256'))) });
    const typed = ['token', 'sign', '--key-file', 'key'];
    const { exitCode, output, errors } = await run(typed, { directory, input: claims, now });
    assert.deepEqual([exitCode, output], [2, '']);
    assert.ok(!errors.includes('\n    at '), errors);
  });
}

test('token sign names its own option where a JWK does not say its algorithm', async (context) => {
  const directory = makeFolder(context, { key: '{"kty":"oct","k":"AAAA"}' });
  const { exitCode, errors } = await run(['token', 'sign', '--key-file', 'key'], { directory, input, now });
  assert.equal(exitCode, 1);
  assert.match(errors, /has no alg: say --alg, key_invalid/);
});

test('token sign says on standard error what is weak or will be refused', async (context) => {
  const directory = makeFolder(context, { key: JSON.stringify(exportPrivateJwk(generateKey('ES256'))) });
  const claims = JSON.stringify({ iss: issuer, sub: 'u1', password: 'canary-81' });
  const typed = ['token', 'sign', '--key-file', 'key', '--expires-in', '30d'];
  const { exitCode, errors } = await run(typed, { directory, input: claims, now });
  assert.equal(exitCode, 0);
  assert.match(errors, /aud: .*RFC 8725 §3\.9/);
  assert.match(errors, /it lives 720 hours.*RFC 6750 §5\.3/);
  assert.match(errors, /password: something secret/);
  assert.ok(!errors.includes('canary-81'));
});
