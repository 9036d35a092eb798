import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  createDpopProof,
  exportJwk,
  signGeneralJws,
  toPublicKey,
  verifyDetachedJws,
  verifyDpopProof,
  verifyJwsJson,
} from '../../src/index.ts';
import { forge, keyOf, now, nowSeconds } from '../forge.ts';
import { anyUnit, isAccepted } from './mutation.ts';

const key = keyOf('ES256');
const keys = toPublicKey(key);
const request = { method: 'POST', url: 'https://api.example/orders' };
const proofOptions = { ...request, algorithms: ['ES256'], replays: 'checked-elsewhere', now } as const;

test('A-317: a proof with one character changed is refused', () => {
  const good = createDpopProof({ ...request, key, now });
  fc.assert(
    fc.property(fc.nat({ max: good.length - 1 }), anyUnit, (index, unit) => {
      const proof = good.slice(0, index) + unit + good.slice(index + 1);
      assert.equal(
        isAccepted(() => verifyDpopProof(proof, proofOptions)),
        proof === good,
      );
    }),
    { numRuns: 300 },
  );
});

test('A-317: any header and any claims under a good signature are accepted or refused with a TokenError', () => {
  const { kty, crv, x = '', y = '' } = exportJwk(key);
  const jwk = { kty, crv: crv ?? '', x, y };
  const member = fc.constantFrom(
    'typ',
    'alg',
    'jwk',
    'crit',
    '__proto__',
    'htm',
    'htu',
    'iat',
    'jti',
    'ath',
    'nonce',
  );
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('ES256', 'POST', request.url, nowSeconds, jwk));
  fc.assert(
    fc.property(fc.dictionary(member, value), fc.dictionary(member, value), (head, body) => {
      const header = { typ: 'dpop+jwt', alg: 'ES256', jwk, ...head };
      const claims = { jti: 'one', htm: 'POST', htu: request.url, iat: nowSeconds, ...body };
      isAccepted(() => verifyDpopProof(forge(header, claims, key), proofOptions));
    }),
    { numRuns: 500 },
  );
});

test('A-014: a JSON serialization with one character changed never says another payload', () => {
  const good = JSON.stringify(
    signGeneralJws('the payload', { signers: [{ key }, { key, type: 'example' }] }),
  );
  for (const signatures of ['all', 'any'] as const) {
    fc.assert(
      fc.property(fc.nat({ max: good.length - 1 }), anyUnit, (index, unit) => {
        const text = good.slice(0, index) + unit + good.slice(index + 1);
        const options = { keys, algorithms: ['ES256'], signatures } as const;
        const accepted = isAccepted(() => {
          assert.equal(Buffer.from(verifyJwsJson(text, options).payload).toString(), 'the payload');
        });
        if (signatures === 'all') assert.equal(accepted, text === good);
      }),
      { numRuns: 300 },
    );
  }
});

test('any text at all is refused with a TokenError, by every reader', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.json(), fc.base64String());
  const options = { keys, algorithms: ['ES256'] } as const;
  fc.assert(
    fc.property(texts, (text) => {
      assert.ok(!isAccepted(() => verifyJwsJson(text, { ...options, signatures: 'any' })));
      assert.ok(!isAccepted(() => verifyDetachedJws(text, 'payload', options)));
      assert.ok(!isAccepted(() => verifyDpopProof(text, proofOptions)));
    }),
    { numRuns: 1000 },
  );
});
