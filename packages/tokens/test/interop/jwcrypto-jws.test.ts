import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { algorithmNames } from '../../src/algorithms.ts';
import {
  type AlgorithmName,
  createKeySet,
  exportPrivateJwk,
  signDetachedJws,
  signGeneralJws,
  signJws,
  signJwsJson,
  thumbprint,
  verifyDetachedJws,
  verifyJws,
  verifyJwsJson,
} from '../../src/index.ts';
import { keyOf } from '../forge.ts';

const python = '/usr/bin/python3';
const hasJwcrypto = spawnSync(python, ['-c', 'import jwcrypto.jws']).status === 0;
const skip = hasJwcrypto ? false : 'jwcrypto is not installed';

/** jwcrypto 1.1 knows Ed25519 as EdDSA only, and no ML-DSA. */
const names = algorithmNames.filter((name) => name !== 'Ed25519' && !name.startsWith('ML-DSA'));
const payload = 'Žofie 🦊 says {"a": 1}';

/** Opens all three forms, signs in all three, and says what each key is called. */
const script = `
import json, sys
from jwcrypto import jwk, jws
for case in json.load(sys.stdin):
    key = jwk.JWK(**case["jwk"])
    alg = case["alg"]
    for form in ("compact", "flattened"):
        opened = jws.JWS()
        opened.allowed_algs = [alg]
        opened.deserialize(case[form], key)
        assert opened.payload.decode() == case["payload"], form
    opened = jws.JWS()
    opened.allowed_algs = [alg]
    opened.deserialize(case["detached"])
    opened.objects["payload"] = case["payload"].encode()
    opened.verify(key)
    made = jws.JWS(case["payload"])
    made.allowed_algs = [alg]
    made.add_signature(key, protected=json.dumps({"alg": alg, "typ": "example"}), header=json.dumps({"note": "n"}))
    plain = jws.JWS(case["payload"])
    plain.allowed_algs = [alg]
    plain.add_signature(key, protected=json.dumps({"alg": alg}))
    compact = plain.serialize(compact=True)
    plain.detach_payload()
    print(json.dumps({"flattened": made.serialize(), "compact": compact,
                      "detached": plain.serialize(compact=True), "thumbprint": key.thumbprint()}))
`;

const casesOf = (algorithm: AlgorithmName): object => {
  const key = keyOf(algorithm);
  const {
    alg: _,
    use: __,
    kid: ___,
    key_ops: ____,
    ...jwk
  } = { key_ops: undefined, ...exportPrivateJwk(key) };
  return {
    alg: algorithm,
    jwk,
    payload,
    compact: signJws(payload, { key }),
    flattened: JSON.stringify(signJwsJson(payload, { key })),
    detached: signDetachedJws(payload, { key }),
  };
};

test('compact, flattened and detached: what one signs, jwcrypto or we, the other verifies', { skip }, () => {
  const { stdout, stderr } = spawnSync(python, ['-c', script], {
    input: JSON.stringify(names.map(casesOf)),
    encoding: 'utf8',
  });
  const lines = stdout.trimEnd().split('\n');
  assert.equal(lines.length, names.length, stderr);
  for (const [index, algorithm] of names.entries()) {
    const key = keyOf(algorithm);
    const options = { keys: key, algorithms: [algorithm] };
    const made = JSON.parse(lines[index] ?? '');
    assert.equal(Buffer.from(verifyJws(made.compact, options).payload).toString(), payload, algorithm);
    const { signatures, payload: bytes } = verifyJwsJson(made.flattened, { ...options, signatures: 'all' });
    assert.equal(Buffer.from(bytes).toString(), payload, algorithm);
    assert.equal(signatures[0]?.header.typ, 'example');
    assert.ok(verifyDetachedJws(made.detached, payload, options));
    if (key.kind === 'private') assert.equal(thumbprint(key), made.thumbprint);
  }
});

const generalScript = `
import json, sys
from jwcrypto import jwk, jws
case = json.load(sys.stdin)
keys = [jwk.JWK(**one) for one in case["jwks"]]
for key in keys:
    opened = jws.JWS()
    opened.deserialize(case["general"], key)
made = jws.JWS(case["payload"])
for key, alg in zip(keys, case["algs"]):
    made.add_signature(key, protected=json.dumps({"alg": alg}))
print(made.serialize())
`;

test('general: what one signs, jwcrypto or we, the other verifies', { skip }, () => {
  const keys = (['ES256', 'PS384', 'EdDSA'] as const).map(keyOf);
  const algorithms = keys.map(({ algorithm }) => algorithm);
  const { payload: shown, signatures } = signGeneralJws(payload, { signers: keys.map((key) => ({ key })) });
  const jwks = keys.map((key) => {
    const { alg: _, use: __, ...jwk } = exportPrivateJwk(key);
    return jwk;
  });
  const { stdout, stderr } = spawnSync(python, ['-c', generalScript], {
    input: JSON.stringify({
      jwks,
      algs: algorithms,
      payload,
      general: JSON.stringify({ payload: shown, signatures }),
    }),
    encoding: 'utf8',
  });
  assert.notEqual(stdout, '', stderr);
  const verified = verifyJwsJson(stdout, { keys: createKeySet(keys), algorithms, signatures: 'all' });
  assert.equal(Buffer.from(verified.payload).toString(), payload);
  assert.equal(verified.signatures.length, keys.length);
});
