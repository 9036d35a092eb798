import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as jose from 'jose';
import { decryptJwe, encryptJwe, importSecret, signJwsJson, verifyJwsJson } from '../../src/index.ts';
import { contentEncryptions } from '../../src/jwe/content-encryption.ts';
import { materialOf } from '../../src/jwk/key.ts';
import { corruptJson } from '../fuzz/corrupt-json.ts';
import { corruptBytes, corruptText } from '../fuzz/corrupt-text.ts';
import { corruptToken, readGoodToken } from '../fuzz/corrupt-token.ts';
import { createRandom, type Random } from '../fuzz/random.ts';
import { type SeenText, textDifferences } from './other-forms-differences.ts';
import { seeObject } from './seen-token.ts';
import { type Comparison, compareVerdicts } from './verdicts.ts';

const secret = Buffer.from('0f0e0d0c0b0a09080706050403020100a0b1c2d3e4f5061728394a5b6c7d8e9f', 'hex');
const seeds = fc.tuple(fc.nat({ max: 2 ** 31 - 1 }), fc.nat({ max: 2 ** 24 }));
const decode = (segment: string): string => Buffer.from(segment, 'base64url').toString();

function explain(verdict: Comparison, seen: SeenText): void {
  if (verdict === 'same') return;
  assert.equal(verdict, 'stricter', `${verdict}: ${seen.text}`);
  assert.ok(
    textDifferences.some(({ applies }) => applies(seen)),
    `no row says why: ${seen.text} ${seen.parts.join(' ')}`,
  );
}

for (const [alg, enc] of [
  ['dir', 'A256GCM'],
  ['A256KW', 'A128CBC-HS256'],
] as const) {
  test(`${alg} with ${enc}: jose and we agree on every mutated JWE, or a row says why`, async () => {
    const key = importSecret(secret, { algorithm: alg === 'dir' ? enc : alg });
    const options = { keys: key, algorithms: [alg], encryptions: [enc] };
    const there = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc] };
    const good = ['example', 'JWT'].map((type) =>
      readGoodToken(encryptJwe('a plaintext', { key, encryption: enc, type })),
    );
    const random = createRandom();
    await fc.assert(
      fc.asyncProperty(seeds, async ([seed, number]) => {
        random.restart(seed, 0, number);
        const text = corruptToken(good, random);
        const segments = text.split('.');
        const header = decode(segments[0] ?? '');
        const verdict = await compareVerdicts(
          () => decryptJwe(text, options),
          () => jose.compactDecrypt(text, secret, there),
        );
        const unprotected = new Map();
        explain(verdict, { text, parts: [header], headers: [seeObject(header)], unprotected, segments });
      }),
      { numRuns: 1500 },
    );
  });
}

test('jose and we agree on every header of a JWE that its maker can write, or a row says why', async () => {
  const key = importSecret(secret, { algorithm: 'A256GCM' });
  const options = { keys: key, algorithms: ['dir'], encryptions: ['A256GCM'] } as const;
  const random = createRandom();
  await fc.assert(
    fc.asyncProperty(seeds, async ([seed, number]) => {
      random.restart(seed, 0, number);
      const header = corruptJson({ alg: 'dir', enc: 'A256GCM', typ: 'example' }, random).toString(
        'base64url',
      );
      const { iv, ciphertext, tag } = contentEncryptions.A256GCM.seal(secret, Buffer.from('text'), header);
      const text = [header, '', ...[iv, ciphertext, tag].map((part) => part.toString('base64url'))].join('.');
      const verdict = await compareVerdicts(
        () => decryptJwe(text, options),
        () => jose.compactDecrypt(text, secret, { keyManagementAlgorithms: ['dir'] }),
      );
      const part = decode(header);
      const unprotected = new Map();
      explain(verdict, {
        text,
        parts: [part],
        headers: [seeObject(part)],
        unprotected,
        segments: text.split('.'),
      });
    }),
    { numRuns: 2000 },
  );
});

const payload = 'the payload';
const key = importSecret(secret, { algorithm: 'HS256' });
const flattened = [signJwsJson(payload, { key }), signJwsJson(payload, { key, type: 'example' })];

/** Mutated text, mutated members, or a mutated header under a signature that is good again. */
function corruptFlattened(random: Random): string {
  const signed = random.pick(flattened);
  const kind = random.below(4);
  if (kind === 0) return corruptText(JSON.stringify(signed), random);
  if (kind === 1) return corruptJson(signed, random).toString();
  if (kind === 2) {
    const signature = corruptBytes(Buffer.from(signed.signature, 'base64url'), random).toString('base64url');
    return JSON.stringify({ ...signed, signature });
  }
  const head = corruptJson({ alg: 'HS256', typ: 'example' }, random).toString('base64url');
  const sign = materialOf(key).sign ?? assert.fail();
  const signature = sign(`${head}.${signed.payload}`).toString('base64url');
  const header = random.below(2) === 0 ? {} : { header: seeAny(corruptJson({ kid: 'one' }, random)) };
  return JSON.stringify({ ...signed, protected: head, signature, ...header });
}

function seeAny(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return {};
  }
}

/** As jose is used: it gets an object, and reads no text. */
async function verifyThere(text: string): Promise<unknown> {
  let jws: jose.FlattenedJWSInput;
  try {
    jws = JSON.parse(text);
  } catch {
    throw new jose.errors.JWSInvalid('not JSON');
  }
  return jose.flattenedVerify(jws, secret, { algorithms: ['HS256'] });
}

test('jose and we agree on every mutated flattened JWS, or a row says why', async () => {
  const random = createRandom();
  await fc.assert(
    fc.asyncProperty(seeds, async ([seed, number]) => {
      random.restart(seed, 0, number);
      const text = corruptFlattened(random);
      const options = { keys: key, algorithms: ['HS256'], signatures: 'all' } as const;
      const verdict = await compareVerdicts(
        () => verifyJwsJson(text, options),
        () => verifyThere(text),
      );
      const members = seeObject(text);
      const segments = ['protected', 'payload', 'signature'].map((name) => String(members.get(name)));
      const part = decode(segments[0] ?? '');
      const unprotected = seeObject(JSON.stringify(members.get('header')) ?? '');
      explain(verdict, { text, parts: [text, part], headers: [seeObject(part)], unprotected, segments });
    }),
    { numRuns: 4000 },
  );
});
