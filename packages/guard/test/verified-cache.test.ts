import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createGuard } from '@countersign/guard';
import { createVerifiedCache } from '../src/verified-cache.ts';
import { readVerified, type TrustedIssuer, type VerifiedToken } from '../src/verified-token.ts';
import { createKeySet, createJwtVerifier, generateKey } from '@countersign/tokens';
import { AUDIENCE, mint, START_MS } from './tiny-issuer.ts';

const key = generateKey('HS256');
const keys = createKeySet([key]);
const issuer: TrustedIssuer = {
  issuer: 'https://a.example',
  keys,
  algorithms: ['HS256'],
  view: undefined,
  fault: () => undefined,
};
const verify = createJwtVerifier({
  keys,
  issuer: issuer.issuer,
  audience: AUDIENCE,
  algorithms: ['HS256'],
  type: 'at+jwt',
  now: () => START_MS,
});

function verified(): VerifiedToken {
  const token = readVerified(verify(mint({ key, issuer: issuer.issuer })), issuer);
  if (token.kind !== 'verified') throw new Error(token.reason);
  return token;
}

const token = verified();
const roomy = { maxEntries: 1_000, maxBytes: 10_000_000 };

describe('tokens that are remembered:', () => {
  test('A-064: two that end alike are told apart', () => {
    const cache = createVerifiedCache(roomy);
    const other = verified();
    cache.keep('Bearer a.a.signature', token);
    assert.equal(cache.find('Bearer b.a.signature'), undefined);
    assert.equal(cache.find('Bearer a.a.signaturf'), undefined);
    assert.equal(cache.find('earer a.a.signature'), undefined);
    cache.keep('Bearer b.a.signature', other);
    assert.equal(cache.find('Bearer b.a.signature'), other);
    assert.notEqual(cache.find('Bearer a.a.signature'), other);
  });

  test('A-064: whatever is kept, a token is found by its own text or not at all', () => {
    const texts = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 9 }), { maxLength: 60 });
    const limits = fc.record({
      maxEntries: fc.integer({ min: 2, max: 9 }),
      maxBytes: fc.integer({ min: 1, max: 9_000 }),
    });
    fc.assert(
      fc.property(texts, limits, (fields, { maxEntries, maxBytes }) => {
        const cache = createVerifiedCache({ maxEntries, maxBytes });
        const tokens = new Map(fields.map((field) => [field, { ...token }]));
        for (const [field, own] of tokens) {
          cache.keep(field, own);
          for (const [text, kept] of tokens) {
            const found = cache.find(text);
            assert.ok(found === undefined || found === kept);
          }
          const { entries, bytes } = cache.status();
          assert.ok(entries <= maxEntries && bytes <= maxBytes, `${entries} entries, ${bytes} bytes`);
        }
      }),
      { verbose: 1 },
    );
  });

  test('entries and bytes stay within their limits, and what is in use stays', () => {
    const cache = createVerifiedCache({ maxEntries: 100, maxBytes: 150_000 });
    const popular = `Bearer ${'p'.repeat(40)}`;
    cache.keep(popular, token);
    for (let index = 0; index < 10_000; index += 1) {
      cache.keep(`Bearer ${String(index).padStart(40, 'x')}`, token);
      assert.equal(cache.find(popular), token);
    }
    const { entries, bytes, hits } = cache.status();
    assert.ok(entries > 40 && entries <= 100);
    assert.ok(bytes <= 150_000);
    assert.equal(hits, 10_000);
  });

  test('what is larger than half of the whole is not kept', () => {
    const cache = createVerifiedCache({ maxEntries: 100, maxBytes: 10_000 });
    cache.keep(`Bearer ${'x'.repeat(16_384)}`, token);
    assert.deepEqual(cache.status(), { entries: 0, bytes: 0, hits: 0 });
  });

  test('what was dropped is gone, from either half', () => {
    const cache = createVerifiedCache({ maxEntries: 2, maxBytes: 10_000_000 });
    cache.keep('Bearer older', token);
    cache.keep('Bearer newer', token);
    cache.drop('Bearer older');
    cache.drop('Bearer newer');
    cache.drop('Bearer nobody');
    assert.equal(cache.find('Bearer older'), undefined);
    assert.deepEqual(cache.status(), { entries: 0, bytes: 0, hits: 0 });
  });
});

describe('A-066: a guard verifies anew', () => {
  const set = { version: 1, current: key };
  const asked: string[] = [];
  const guard = createGuard({
    issuer: issuer.issuer,
    audience: AUDIENCE,
    revocation: 'none',
    algorithms: ['HS256'],
    keys: {
      find: ({ algorithm }) => {
        asked.push(algorithm);
        return set.current;
      },
      get version() {
        return set.version;
      },
    },
    now: () => START_MS,
  });
  const bearer = mint({ key, issuer: issuer.issuer });

  test('when the key set says that it has changed, even for the same key', async () => {
    const first = await guard.verify(bearer);
    assert.equal(await guard.verify(bearer), first);
    set.version += 1;
    assert.notEqual(await guard.verify(bearer), first);
  });

  test('and refuses, when the set answers with another key', async () => {
    await guard.verify(bearer);
    set.current = generateKey('HS256');
    await assert.rejects(guard.verify(bearer), { code: 'invalid_token' });
    set.current = key;
    assert.equal((await guard.verify(bearer)).subject, 'user-1');
  });

  test('asking for the key each time, so that a key set that is old can renew itself', async () => {
    await guard.verify(bearer);
    const before = asked.length;
    await guard.verify(bearer);
    assert.equal(asked.length, before + 1);
  });
});

test('what requests share is frozen, to the last claim', async () => {
  const guard = createGuard({
    issuer: issuer.issuer,
    audience: AUDIENCE,
    revocation: 'none',
    algorithms: ['HS256'],
    keys,
    now: () => START_MS,
  });
  const auth = await guard.verify(
    mint({ key, issuer: issuer.issuer, claims: { nested: { list: [{ a: 1 }] } } }),
  );
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    assert.ok(Object.isFrozen(value));
    for (const member of Object.values(value)) walk(member);
  };
  walk(auth);
});
