import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeUnverified, verifyJws } from '../../src/index.ts';
import { forge, goodClaims, goodHeader, keyOf, nowSeconds, verifierFor } from '../forge.ts';
import { anyUnit, isAccepted } from './mutation.ts';

for (const algorithm of ['HS256', 'ES256', 'ES256K', 'Ed25519', 'RS256', 'ML-DSA-44'] as const) {
  const key = keyOf(algorithm);
  const verify = verifierFor(key);
  const good = forge(goodHeader(key), goodClaims, key);
  const at = fc.nat({ max: good.length - 1 });

  test(`${algorithm}: a token with one character changed is refused`, () => {
    fc.assert(
      fc.property(at, anyUnit, (index, unit) => {
        const token = good.slice(0, index) + unit + good.slice(index + 1);
        assert.equal(
          isAccepted(() => verify(token)),
          token === good,
        );
      }),
      { numRuns: 300 },
    );
  });

  test(`${algorithm}: a token with a piece put in, cut out or moved is refused`, () => {
    fc.assert(
      fc.property(at, at, fc.string({ maxLength: 8 }), (from, to, piece) => {
        const [start, end] = from < to ? [from, to] : [to, from];
        const tokens = [
          good.slice(0, start) + piece + good.slice(start),
          good.slice(0, start) + good.slice(end),
          good.slice(end) + good.slice(0, end),
          good.slice(0, start) + good.slice(start, end).toUpperCase() + good.slice(end),
        ];
        for (const token of tokens)
          assert.equal(
            isAccepted(() => verify(token)),
            token === good,
          );
      }),
      { numRuns: 200 },
    );
  });
}

test('any text at all is refused with a TokenError, by every reader', () => {
  const key = keyOf('HS256');
  const verify = verifierFor(key);
  const parts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.base64String(),
    fc.json().map((text) => Buffer.from(text).toString('base64url')),
  );
  const tokens = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(parts, { minLength: 1, maxLength: 6 }).map((list) => list.join('.')),
  );
  fc.assert(
    fc.property(tokens, (token) => {
      assert.equal(
        isAccepted(() => verify(token)),
        false,
      );
      assert.equal(
        isAccepted(() => verifyJws(token, { keys: key, algorithms: ['HS256'] })),
        false,
      );
      isAccepted(() => decodeUnverified(token));
    }),
    { numRuns: 1000 },
  );
});

test('any header under a good signature is accepted or refused with a TokenError', () => {
  const key = keyOf('HS256');
  const verify = verifierFor(key);
  const member = fc.constantFrom('alg', 'typ', 'kid', 'crit', 'b64', 'cty', 'jwk', '__proto__', 'zip');
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('HS256', 'at+jwt', 'key-HS256', 'none'));
  fc.assert(
    fc.property(fc.dictionary(member, value), (more) => {
      const header = { ...goodHeader(key), ...more };
      const accepted = isAccepted(() => verify(forge(header, goodClaims, key)));
      if (accepted)
        assert.ok(
          !('crit' in more) &&
            Object.entries({ alg: 'HS256' }).every(([name, good]) => (more[name] ?? good) === good),
        );
    }),
    { numRuns: 1000 },
  );
});

test('any claims under a good signature are accepted or refused with a TokenError', () => {
  const key = keyOf('HS256');
  const verify = verifierFor(key);
  const member = fc.constantFrom('iss', 'aud', 'sub', 'exp', 'nbf', 'iat', 'jti', '__proto__', 'roles');
  const value = fc.oneof(fc.jsonValue(), fc.integer(), fc.double(), fc.constant(nowSeconds));
  fc.assert(
    fc.property(fc.dictionary(member, value), (more) => {
      isAccepted(() => verify(forge(goodHeader(key), { ...goodClaims, ...more }, key)));
      isAccepted(() => verify(forge(goodHeader(key), more, key)));
    }),
    { numRuns: 1000 },
  );
});

test('A-056: a token is good exactly from nbf − tolerance to before exp + tolerance', () => {
  const key = keyOf('HS256');
  const time = fc.integer({ min: -100, max: 100 });
  fc.assert(
    fc.property(
      time,
      time,
      time,
      fc.integer({ min: 0, max: 60 }),
      (exp, nbf, offset, clockToleranceSeconds) => {
        const token = forge(
          goodHeader(key),
          { ...goodClaims, iat: 0, exp: nowSeconds + exp, nbf: nowSeconds + nbf },
          key,
        );
        const verify = verifierFor(key, { clockToleranceSeconds, now: () => (nowSeconds + offset) * 1000 });
        const expected = offset < exp + clockToleranceSeconds && offset >= nbf - clockToleranceSeconds;
        assert.equal(
          isAccepted(() => verify(token)),
          expected,
        );
      },
    ),
    { numRuns: 500 },
  );
});
