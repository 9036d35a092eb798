import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import {
  createDpopNonces,
  createDpopProof,
  createReplaySet,
  exportJwk,
  exportPrivateJwk,
  generateKey,
  type Jwk,
  thumbprint,
  toPublicKey,
  type TokenErrorCode,
  verifyDpopProof,
  type VerifyDpopProofOptions,
} from '../../src/index.ts';
import { algorithmNames, algorithms } from '../../src/algorithms.ts';
import { forge, keyOf, now, nowSeconds, refuses, segment } from '../forge.ts';

const key = keyOf('ES256');
const jkt = thumbprint(key);
const method = 'POST';
const url = 'https://api.example/orders';
const accessToken = 'an.access.token';
const options: VerifyDpopProofOptions = {
  method,
  url,
  algorithms: ['ES256', 'Ed25519'],
  replays: 'checked-elsewhere',
  now,
};
const withToken: VerifyDpopProofOptions = { ...options, accessToken, jkt };

const { kid: _kid, use: _use, alg: _alg, ...jwk }: Jwk = exportJwk(key);
const head = (more: object = {}): object => ({ typ: 'dpop+jwt', alg: 'ES256', jwk, ...more });
const claims = (more: object = {}): object => ({
  jti: 'a-unique-proof',
  htm: method,
  htu: url,
  iat: nowSeconds,
  ...more,
});
const proof = (more: object = {}, headMore: object = {}): string => forge(head(headMore), claims(more), key);
const ath = hash('sha256', accessToken, 'base64url');
const good = proof();
const [headPart = '', payloadPart = ''] = good.split('.');

test('the proof that the rows below spoil is good, with and without an access token', () => {
  assert.equal(verifyDpopProof(good, options).jkt, jkt);
  assert.equal(verifyDpopProof(proof({ ath }), withToken).jkt, jkt);
});

type Row = readonly [string, unknown, TokenErrorCode, string?];
const rows: readonly Row[] = [
  ['A-317: no proof', undefined, 'malformed'],
  ['A-317: an empty proof', '', 'malformed'],
  ['A-317: two proofs in one header', `${good}, ${good}`, 'malformed'],
  ['A-317: a list of proofs', [good], 'malformed'],
  ['A-317: without a signature', `${headPart}.${payloadPart}.`, 'signature_invalid'],
  ['A-317: a signature of another key', forge(head(), claims(), keyOf('ES384')), 'signature_invalid'],
  ['A-317: too long', 'A'.repeat(16_385), 'too_large'],
  ['A-317: another type', proof({}, { typ: 'JWT' }), 'type_mismatch'],
  ['A-317: no type', proof({}, { typ: undefined }), 'type_mismatch'],
  ['A-317: no jwk', proof({}, { jwk: undefined }), 'malformed'],
  ['A-317: jwk is text', proof({}, { jwk: JSON.stringify(jwk) }), 'malformed'],
  ['A-317: jwk is a list', proof({}, { jwk: [jwk] }), 'malformed'],
  ['A-317: jwk off its curve', proof({}, { jwk: { ...jwk, y: jwk.x } }), 'key_invalid'],
  ['A-317: jwk of another algorithm', proof({}, { jwk: { ...jwk, alg: 'ES384' } }), 'key_type_mismatch'],
  ['A-317: jwk for encryption', proof({}, { jwk: { ...jwk, use: 'enc' } }), 'key_invalid'],
  ['A-317: an extension', proof({}, { crit: ['b64'], b64: false }), 'critical_unsupported'],
  ['A-317: claims that are no object', forge(head(), '"text"', key), 'claims_invalid'],
  ['A-317: no jti', proof({ jti: undefined }), 'claim_missing', 'jti'],
  ['A-317: jti is a number', proof({ jti: 1 }), 'claim_invalid', 'jti'],
  ['A-317: jti is empty', proof({ jti: '' }), 'claim_invalid', 'jti'],
  ['A-317: jti is very long', proof({ jti: 'j'.repeat(257) }), 'claim_invalid', 'jti'],
  ['A-317: no iat', proof({ iat: undefined }), 'claim_missing', 'iat'],
  ['A-317: iat is text', proof({ iat: String(nowSeconds) }), 'claim_invalid', 'iat'],
  ['A-317: iat is negative', proof({ iat: -1 }), 'claim_invalid', 'iat'],
  ['A-317: a minute old', proof({ iat: nowSeconds - 60 }), 'expired', 'iat'],
  ['A-317: of the future', proof({ iat: nowSeconds + 5.001 }), 'not_yet_valid', 'iat'],
  ['A-319: no htm', proof({ htm: undefined }), 'claim_missing', 'htm'],
  ['A-319: htm is a list', proof({ htm: [method] }), 'claim_invalid', 'htm'],
  ['A-319: another method', proof({ htm: 'GET' }), 'proof_mismatch', 'htm'],
  ['A-319: the method in lower case', proof({ htm: 'post' }), 'proof_mismatch', 'htm'],
  ['A-319: no htu', proof({ htu: undefined }), 'claim_missing', 'htu'],
  ['A-319: htu is a list', proof({ htu: [url] }), 'claim_invalid', 'htu'],
  ['A-319: htu is an object', proof({ htu: { href: url } }), 'claim_invalid', 'htu'],
  ['A-319: another path', proof({ htu: 'https://api.example/order' }), 'proof_mismatch', 'htu'],
  ['A-319: another host', proof({ htu: 'https://api.example.evil/orders' }), 'proof_mismatch', 'htu'],
  ['A-319: another scheme', proof({ htu: 'http://api.example/orders' }), 'proof_mismatch', 'htu'],
  ['A-319: another port', proof({ htu: 'https://api.example:8443/orders' }), 'proof_mismatch', 'htu'],
  ['A-319: a path alone', proof({ htu: '/orders' }), 'proof_mismatch', 'htu'],
  ['A-319: a proof for an access token, without one', proof({ ath }), 'proof_mismatch', 'ath'],
  ['A-319: ath is a number', proof({ ath: 1 }), 'claim_invalid', 'ath'],
  ['A-320: alg none', forge(head({ alg: 'none' }), claims(), key), 'algorithm_not_allowed'],
  ['A-320: alg HS256 with a key that is a secret', hmacProof(), 'algorithm_not_allowed'],
  ['A-320: a key that is not of the algorithm', disguisedProof({}), 'key_type_mismatch'],
  ['A-320: a key whose own alg is not allowed', disguisedProof({ alg: 'RS256' }), 'key_type_mismatch'],
  ['A-320: an algorithm that is not allowed', proofOf('ES384'), 'algorithm_not_allowed'],
  [
    'A-320: the jwk is a secret',
    proof({}, { jwk: { kty: 'oct', k: segment('k'.repeat(32)) } }),
    'key_invalid',
  ],
  ['A-320: the jwk is private', proof({}, { jwk: { ...jwk, d: privateMember('d') } }), 'key_invalid'],
  [
    'A-320: the jwk holds a private member of another kind',
    proof({}, { jwk: { ...jwk, priv: 'AA' } }),
    'key_invalid',
  ],
  ['A-320: the private member is null', proof({}, { jwk: { ...jwk, d: null } }), 'key_invalid'],
];

/** The header says ES256; the key in it, and the signature, are RSA. */
function disguisedProof(more: object): string {
  const rsa = keyOf('RS256');
  const { n, e }: Jwk = exportJwk(rsa);
  return forge(head({ jwk: { kty: 'RSA', n, e, ...more } }), claims(), rsa);
}

function privateMember(name: 'd'): string | undefined {
  return exportPrivateJwk(key)[name];
}

function proofOf(algorithm: 'ES384'): string {
  return createDpopProof({ key: keyOf(algorithm), method, url, now });
}

function hmacProof(): string {
  const secret = keyOf('HS256');
  return forge(head({ alg: 'HS256', jwk: exportPrivateJwk(secret) }), claims(), secret);
}

for (const [name, value, code, claim] of rows) {
  test(`refused: ${name}`, () => {
    refuses(() => Reflect.apply(verifyDpopProof, undefined, [value, options]), code, claim);
  });
}

const tokenRows: readonly (readonly [string, string, Partial<VerifyDpopProofOptions>, string])[] = [
  ['A-319: no ath beside an access token', good, {}, 'ath'],
  ['A-319: ath of another token', proof({ ath: hash('sha256', 'other', 'base64url') }), {}, 'ath'],
  ['A-319: ath is the token itself', proof({ ath: accessToken }), {}, 'ath'],
  ['A-319: the token is bound to another key', proof({ ath }), { jkt: thumbprint(keyOf('Ed25519')) }, 'cnf'],
  ['A-319: the binding is no thumbprint', proof({ ath }), { jkt: '' }, 'cnf'],
];
for (const [name, value, more, claim] of tokenRows) {
  test(`refused: ${name}`, () => {
    refuses(() => verifyDpopProof(value, { ...withToken, ...more }), 'proof_mismatch', claim);
  });
}

for (const name of algorithmNames.filter((candidate) => !algorithms[candidate].isSymmetric)) {
  test(`${name}: a proof made here verifies here and shows nothing private`, () => {
    const made = createDpopProof({ key: keyOf(name), method, url, accessToken, now });
    const bound = { ...withToken, algorithms: [name], jkt: thumbprint(keyOf(name)) };
    const verified = verifyDpopProof(made, bound);
    assert.equal(verified.jkt, thumbprint(toPublicKey(keyOf(name))));
    assert.equal(verified.key.kind, 'public');
    const shown = Buffer.from(made.split('.')[0] ?? '', 'base64url').toString();
    for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'priv', 'k']) {
      assert.ok(!shown.includes(`"${member}":`), member);
    }
  });
}

test('A-318: of many uses of one proof exactly one is accepted, whatever it is asked for', () => {
  const replays = createReplaySet();
  const made = createDpopProof({ key, method, url, now });
  const outcomes = Array.from({ length: 100 }, () => {
    try {
      verifyDpopProof(made, { ...options, replays });
      return 'accepted';
    } catch {
      return 'refused';
    }
  });
  assert.equal(outcomes.filter((outcome) => outcome === 'accepted').length, 1);
  refuses(() => verifyDpopProof(made, { ...options, replays }), 'proof_replayed', 'jti');
});

test('A-318: the jti of one key says nothing of another key, and a refused proof is not remembered', () => {
  const replays = createReplaySet();
  const other = generateKey('ES256');
  const { kid: _1, use: _2, alg: _3, ...otherJwk }: Jwk = exportJwk(other);
  verifyDpopProof(good, { ...options, replays });
  verifyDpopProof(forge(head({ jwk: otherJwk }), claims(), other), { ...options, replays });
  assert.equal(replays.size, 2);
  refuses(
    () => verifyDpopProof(proof({ jti: 'x', htm: 'GET' }), { ...options, replays }),
    'proof_mismatch',
    'htm',
  );
  refuses(() => verifyDpopProof(proof({ jti: 'x', iat: 1 }), { ...options, replays }), 'expired', 'iat');
  assert.equal(replays.size, 2);
  assert.ok(verifyDpopProof(proof({ jti: 'x' }), { ...options, replays }));
});

test('A-318: a proof is remembered for as long as its time lets it pass', () => {
  for (const iat of [nowSeconds - 59, nowSeconds, nowSeconds + 5]) {
    const replays = createReplaySet();
    const made = proof({ iat });
    const { expiresAtMs } = verifyDpopProof(made, { ...options, replays });
    const at = (ms: number): VerifyDpopProofOptions => ({ ...options, replays, now: () => ms });
    refuses(() => verifyDpopProof(made, at(expiresAtMs - 1)), 'proof_replayed', 'jti');
    refuses(() => verifyDpopProof(made, at(expiresAtMs)), 'expired', 'iat');
  }
});

test('A-320: a key that is known by now is held to the list of this call', () => {
  const made = createDpopProof({ key, method, url, now });
  assert.ok(verifyDpopProof(made, options));
  refuses(() => verifyDpopProof(made, { ...options, algorithms: ['Ed25519'] }), 'algorithm_not_allowed');
  const forged = `${made.split('.')[0]}.${segment(claims())}.${made.split('.')[2]}`;
  refuses(() => verifyDpopProof(forged, options), 'signature_invalid');
});

test('more clients than are kept in memory verify all the same', () => {
  const clients = Array.from({ length: 300 }, () => generateKey('Ed25519'));
  for (const round of ['first', 'second']) {
    for (const client of clients) {
      const made = createDpopProof({ key: client, method, url, now });
      assert.equal(verifyDpopProof(made, options).jkt, client.keyId, round);
    }
  }
});

test('with nonces, the nonce is demanded and takes the place of the client’s clock', () => {
  const nonces = createDpopNonces({ secret: Buffer.from('0123456789abcdef0123456789abcdef'), now });
  const nonce = nonces.issue();
  const wanted = { ...options, nonces };
  refuses(() => verifyDpopProof(good, wanted), 'nonce_invalid', 'nonce');
  refuses(() => verifyDpopProof(proof({ nonce: 'x'.repeat(43) }), wanted), 'nonce_invalid', 'nonce');
  refuses(() => verifyDpopProof(proof({ nonce: [nonce] }), wanted), 'claim_invalid', 'nonce');
  const slow = createDpopProof({ key, method, url, nonce, now: () => now() - 86_400_000 });
  const { expiresAtMs } = verifyDpopProof(slow, wanted);
  assert.ok(expiresAtMs > now());
  const replays = createReplaySet();
  verifyDpopProof(slow, { ...wanted, replays });
  refuses(() => verifyDpopProof(slow, { ...wanted, replays }), 'proof_replayed', 'jti');
});

test('a clock that says nothing refuses', () => {
  refuses(() => verifyDpopProof(good, { ...options, now: () => Number.NaN }), 'expired', 'iat');
});

test('the kid that a client puts into its jwk is not read', () => {
  assert.equal(verifyDpopProof(proof({}, { jwk: { ...jwk, kid: 7 } }), options).key.keyId, undefined);
});

test('mistakes in the options are TypeErrors', () => {
  const wrong: readonly object[] = [
    { ...options, algorithms: [] },
    { ...options, algorithms: undefined },
    { ...options, algorithms: ['ES256', 'HS256'] },
    { ...options, algorithms: ['none'] },
    { ...options, replays: undefined },
    { ...options, replays: new Set() },
    { ...options, accessToken },
    { ...options, jkt: 1 },
    { ...options, method: undefined },
    { ...options, url: new URL(url) },
    { ...options, maxAgeSeconds: Number.POSITIVE_INFINITY },
    { ...options, maxAgeSeconds: 0 },
    { ...options, clockToleranceSeconds: Number.NaN },
    { ...options, nonce: 'x' },
  ];
  for (const bad of wrong) {
    assert.throws(() => Reflect.apply(verifyDpopProof, undefined, [good, bad]), TypeError);
  }
  const request = { key, method, url };
  const unmakeable: readonly object[] = [
    { ...request, key: toPublicKey(key) },
    { ...request, key: keyOf('HS256') },
    { ...request, method: '' },
    { ...request, url: '/orders' },
    { ...request, url: 'ftp://api.example/' },
    { ...request, accessToken: 1 },
    { ...request, nonce: 1 },
    { ...request, htm: 'GET' },
  ];
  for (const bad of unmakeable) {
    assert.throws(() => Reflect.apply(createDpopProof, undefined, [bad]), TypeError);
  }
});

test('without a clock of its own, a proof is made and verified by the clock of the machine', () => {
  const { jkt } = verifyDpopProof(createDpopProof({ key, method, url }), {
    method,
    url,
    algorithms: [key.algorithm],
    replays: 'checked-elsewhere',
  });
  assert.equal(jkt, thumbprint(key));
  assert.throws(() => Reflect.apply(createDpopProof, undefined, [{ key, method, url: 7 }]), TypeError);
});
