import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { algorithmNames, algorithms } from '../../src/algorithms.ts';
import { signJwt, toPublicKey } from '../../src/index.ts';
import { audience, issuer, keyOf, nowSeconds, verifierFor } from '../forge.ts';

const python = '/usr/bin/python3';
const script = `
import json, sys, jwt
for case in json.load(sys.stdin):
    claims = jwt.decode(case["token"], bytes.fromhex(case["secret"]) if case["secret"] else case["pem"],
                        algorithms=[case["algorithm"]], audience=case["audience"], issuer=case["issuer"])
    print(claims["sub"])
`;
const signingScript = `
import json, sys, jwt
for case in json.load(sys.stdin):
    print(jwt.encode(case["claims"], bytes.fromhex(case["secret"]) if case["secret"] else case["pem"],
                     algorithm=case["algorithm"], headers=case["header"]))
`;
const hasPyJwt = spawnSync(python, ['-c', 'import jwt, cryptography']).status === 0;
const skip = hasPyJwt ? false : 'PyJWT is not installed';

/** PyJWT 2.6 knows Ed25519 as EdDSA only, and no ML-DSA. */
const names = algorithmNames.filter((name) => name !== 'Ed25519' && !name.startsWith('ML-DSA'));

test('PyJWT verifies what is signed here', { skip }, () => {
  const cases = names.map((algorithm) => {
    const key = keyOf(algorithm);
    const { isSymmetric } = algorithms[algorithm];
    return {
      algorithm,
      audience,
      issuer,
      // PyJWT reads the clock of the machine.
      token: signJwt(
        { iss: issuer, aud: audience, sub: `user of ${algorithm}` },
        { key, type: 'JWT', expiresInSeconds: 60 },
      ),
      secret: isSymmetric ? key.keyObject.export().toString('hex') : '',
      pem: isSymmetric ? '' : toPublicKey(key).keyObject.export({ format: 'pem', type: 'spki' }),
    };
  });
  const { stdout, stderr } = spawnSync(python, ['-c', script], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
  });
  assert.equal(stdout, names.map((name) => `user of ${name}\n`).join(''), stderr);
});

test('what PyJWT signs is verified here', { skip }, () => {
  const cases = names.map((algorithm) => {
    const { keyObject, keyId } = keyOf(algorithm);
    const { isSymmetric } = algorithms[algorithm];
    const sub = `user of ${algorithm} – Žofie 🦊`;
    return {
      algorithm,
      header: { typ: 'at+jwt', kid: keyId },
      claims: { iss: issuer, aud: [audience, 'other'], sub, exp: nowSeconds + 60, roles: ['user'] },
      secret: isSymmetric ? keyObject.export().toString('hex') : '',
      pem: isSymmetric ? '' : keyObject.export({ format: 'pem', type: 'pkcs8' }),
    };
  });
  const { stdout, stderr } = spawnSync(python, ['-c', signingScript], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
  });
  const tokens = stdout.trimEnd().split('\n');
  assert.equal(tokens.length, names.length, stderr);
  for (const [index, { algorithm, claims }] of cases.entries())
    assert.deepEqual(verifierFor(keyOf(algorithm))(tokens[index] ?? '').claims, claims);
});
