import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { decryptJwe, encryptJwe, exportPrivateJwk } from '../../src/index.ts';
import { algOf, encryptionKeyOf, encryptionsFor, iterations, ways } from '../encrypted.ts';

const python = '/usr/bin/python3';
const script = `
import json, sys
from jwcrypto import jwe, jwk
for case in json.load(sys.stdin):
    key = jwk.JWK(**case["jwk"])
    allowed = [case["alg"], case["enc"]]
    opened = jwe.JWE(algs=allowed)
    opened.deserialize(case["token"], key)
    made = jwe.JWE(opened.payload, json.dumps({"alg": case["alg"], "enc": case["enc"]}), algs=allowed)
    made.add_recipient(key)
    print(made.serialize(compact=True))
`;
const hasJwcrypto = spawnSync(python, ['-c', 'import jwcrypto.jwe']).status === 0;
const skip = hasJwcrypto ? false : 'jwcrypto is not installed';

/** jwcrypto 1.1 knows RSA-OAEP with SHA-1 and SHA-256. */
const known = ways.filter(({ algorithm }) => !['RSA-OAEP-384', 'RSA-OAEP-512'].includes(algorithm));
const text = 'Žofie 🦊 and a text longer than one block';

test('jwcrypto decrypts what is encrypted here, and the other way round', { skip }, () => {
  const cases = known.flatMap((way) => {
    const key = encryptionKeyOf(way);
    const more = way.algorithm.startsWith('PBES2') ? { iterations } : {};
    // Its keys have no place for the names of ours.
    const { alg: _, use: __, kid: ___, ...jwk } = exportPrivateJwk(key);
    return encryptionsFor(key).map((enc) => ({
      way,
      case: { jwk, alg: algOf(key), enc, token: encryptJwe(text, { key, encryption: enc, ...more }) },
    }));
  });
  const { stdout, stderr } = spawnSync(python, ['-c', script], {
    input: JSON.stringify(cases.map((one) => one.case)),
    encoding: 'utf8',
  });
  const made = stdout.trimEnd().split('\n');
  assert.equal(made.length, cases.length, stderr);
  for (const [index, { way, case: one }] of cases.entries()) {
    const keys = encryptionKeyOf(way);
    const opened = decryptJwe(made[index] ?? '', { keys, algorithms: [one.alg], encryptions: [one.enc] });
    assert.equal(Buffer.from(opened.plaintext).toString(), text, `${way.name} with ${one.enc}`);
  }
});
