import assert from 'node:assert/strict';
import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { algorithms } from '../../src/algorithms.ts';
import { importSecret, signJws, verifyJws } from '../../src/index.ts';
import { refuses } from '../forge.ts';

const hashes = [
  ['HS256', 'sha256', 32],
  ['HS384', 'sha384', 48],
  ['HS512', 'sha512', 64],
] as const;

for (const [algorithm, hash, minBytes] of hashes) {
  test(`${algorithm} is HMAC for secrets and inputs of any length, also past the block and the prepared room`, () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: minBytes, maxLength: 300 }),
        fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: 1, maxLength: 4 }),
        (secret, lengths) => {
          const keyObject = createSecretKey(secret);
          const signer = algorithms[algorithm].signer(keyObject);
          const verifier = algorithms[algorithm].verifier(keyObject);
          for (const length of lengths) {
            const input = randomBytes(length).toString('latin1');
            const mac = createHmac(hash, secret).update(input, 'latin1').digest();
            assert.deepEqual(signer(input), mac);
            assert.ok(verifier(input, mac));
            mac[0] = (mac[0] ?? 0) ^ 1;
            assert.ok(!verifier(input, mac));
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test(`${algorithm}: lengths at the edges of block and room`, () => {
    const secrets = [minBytes, 63, 64, 65, 127, 128, 129].filter((bytes) => bytes >= minBytes);
    for (const secret of secrets.map((bytes) => randomBytes(bytes))) {
      const signer = algorithms[algorithm].signer(createSecretKey(secret));
      for (const length of [0, 1, 4095, 4096, 4097, 16_384, 1]) {
        const input = 'x'.repeat(length);
        assert.deepEqual(signer(input), createHmac(hash, secret).update(input).digest());
      }
    }
  });
}

test('a signature stays as it was when the same key signs again', () => {
  const key = importSecret(randomBytes(32), { algorithm: 'HS256' });
  const sign = algorithms.HS256.signer(key.keyObject);
  const first = sign('first');
  const copy = Buffer.from(first);
  sign('second');
  assert.deepEqual(first, copy);
  const token = signJws('first', { key });
  signJws('second', { key });
  assert.ok(verifyJws(token, { keys: key, algorithms: ['HS256'] }));
});

test('a signature whose characters are right but for their upper bytes is no base64url', () => {
  const key = importSecret(randomBytes(32), { algorithm: 'HS256' });
  const token = signJws('text', { key });
  const at = token.lastIndexOf('.') + 1;
  verifyJws(token, { keys: key, algorithms: ['HS256'] });
  const lifted = String.fromCharCode(token.charCodeAt(at) + 0x100);
  const forged = `${token.slice(0, at)}${lifted}${token.slice(at + 1)}`;
  refuses(() => verifyJws(forged, { keys: key, algorithms: ['HS256'] }), 'malformed');
  assert.ok(!algorithms.HS256.compact?.(key.keyObject).verify(forged, at - 1, forged.slice(at)));
  assert.ok(algorithms.HS256.compact?.(key.keyObject).verify(token, at - 1, token.slice(at)));
});

test('a signature as text has its one length', () => {
  for (const [algorithm] of hashes) {
    const compact = algorithms[algorithm].compact?.(createSecretKey(randomBytes(64)));
    const text = compact?.sign('text') ?? '';
    assert.ok(compact?.verify('text', 4, text));
    for (const wrong of ['', text.slice(1), text.slice(0, -1), `${text}A`, `${text}=`])
      assert.equal(compact?.verify('text', 4, wrong), false);
  }
});
