import assert from 'node:assert/strict';
import test from 'node:test';
import {
  encryptJwe,
  encryptJwt,
  encryptionAlgorithmNames,
  exportJwk,
  exportPrivateJwk,
  generateKey,
} from '@countersign/tokens';
import { makeFolder } from '../settings/settings-folder.ts';
import { key, expectations, folder, explain, makeToken, encode, codes } from './explained-token.ts';

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

test('an encrypted key that is sent where none is, or missing where one is, is refused', async (context) => {
  const rest = `${'A'.repeat(16)}.AAAA.${'A'.repeat(22)}`;
  for (const [alg, sent] of [
    ['dir', 'AAAA'],
    ['A128KW', ''],
  ]) {
    const answer = await explain(
      folder(context),
      `${encode({ alg, enc: 'A128GCM', cty: 'JWT' })}.${sent}.${rest}`,
    );
    assert.deepEqual([codes(answer), answer.findings[0]?.clause], [['malformed'], 'RFC 7516 §5.2'], alg);
  }
});

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
