import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signDetachedJws, signJws, toPublicKey, verifyDetachedJws } from '../../src/index.ts';
import { forge, keyOf, refuses, segment } from '../forge.ts';

const key = keyOf('Ed25519');
const options = { keys: toPublicKey(key), algorithms: ['Ed25519'] } as const;

for (const b64 of [true, false]) {
  test(`b64 ${b64}: a detached signature covers exactly its payload, in exactly that form`, () => {
    for (const payload of ['$.02', '', new Uint8Array([0, 46, 255])]) {
      const token = signDetachedJws(payload, { key, type: 'example', b64 });
      assert.match(token, /^[\w-]+\.\.[\w-]+$/);
      const verified = verifyDetachedJws(token, payload, { ...options, type: 'example', b64 });
      assert.equal(verified.key, options.keys);
      assert.equal(verified.header.typ, 'example');
      refuses(() => verifyDetachedJws(token, 'other', { ...options, b64 }), 'signature_invalid');
      const code = b64 ? 'malformed' : 'critical_unsupported';
      refuses(() => verifyDetachedJws(token, payload, { ...options, b64: !b64 }), code);
    }
  });
}

test('A-030: what is signed unencoded does not verify as its base64url, nor the other way round', () => {
  const unencoded = signDetachedJws(segment('text'), { key, b64: false });
  refuses(() => verifyDetachedJws(unencoded, 'text', options), 'critical_unsupported');
  const head = segment({ alg: 'Ed25519', b64: false });
  const withoutCrit = `${head}..${forge(head, 'text', key).split('.')[2]}`;
  refuses(() => verifyDetachedJws(withoutCrit, 'text', { ...options, b64: false }), 'malformed');
  const extended = segment({ alg: 'Ed25519', b64: false, crit: ['b64', 'bork'], bork: 1 });
  const signed = `${extended}..${'A'.repeat(86)}`;
  refuses(() => verifyDetachedJws(signed, 'text', { ...options, b64: false }), 'critical_unsupported');
});

test('A-029: an extension beside b64 is refused, wherever it stands in crit', () => {
  for (const crit of [
    ['b64', 'bork'],
    ['bork', 'b64'],
  ]) {
    const head = { alg: 'Ed25519', b64: false, crit, bork: 1 };
    const token = `${segment(head)}..${'A'.repeat(86)}`;
    refuses(() => verifyDetachedJws(token, 'text', { ...options, b64: false }), 'critical_unsupported');
  }
});

test('algorithm and type are checked before the signature', () => {
  const token = signDetachedJws('text', { key, type: 'a' });
  refuses(() => verifyDetachedJws(token, 'text', { ...options, type: 'b' }), 'type_mismatch');
  const es = keyOf('ES256');
  refuses(
    () => verifyDetachedJws(signDetachedJws('text', { key: es }), 'text', options),
    'algorithm_not_allowed',
  );
  const short = `${token.slice(0, token.indexOf('..'))}..AA`;
  refuses(() => verifyDetachedJws(short, 'text', options), 'signature_invalid');
});

test('A-030: size limits hold for an unencoded payload too', () => {
  const token = signDetachedJws('x'.repeat(1001), { key, b64: false });
  const limited = { ...options, b64: false, maxPayloadBytes: 1000 };
  refuses(() => verifyDetachedJws(token, 'x'.repeat(1001), limited), 'too_large');
  const endless = new Uint8Array(1_048_577);
  refuses(() => verifyDetachedJws(token, endless, { ...options, b64: false }), 'too_large');
  refuses(() => verifyDetachedJws('A'.repeat(16_385), '', options), 'too_large');
  refuses(() => verifyDetachedJws('A'.repeat(16_384), '', options), 'malformed');
  const longest = new Uint8Array(1_048_576);
  assert.ok(verifyDetachedJws(signDetachedJws(longest, { key }), longest, options));
});

test('a token with its payload inside, or without its signature, is no detached one', () => {
  const token = signDetachedJws('text', { key });
  const whole = signJws('text', { key });
  for (const wrong of [
    whole,
    token.slice(0, token.indexOf('..') + 2),
    token.replace('..', '.'),
    `${token}.`,
  ]) {
    refuses(() => verifyDetachedJws(wrong, 'text', options), 'malformed');
  }
  const parts = whole.split('.');
  assert.ok(verifyDetachedJws(`${parts[0]}..${parts[2]}`, 'text', options));
});

test('mistakes in the options are TypeErrors', () => {
  const token = signDetachedJws('text', { key });
  for (const wrong of [
    { ...options, b64: 1 },
    { ...options, detached: true },
    { keys: key, algorithms: [] },
  ]) {
    assert.throws(() => Reflect.apply(verifyDetachedJws, undefined, [token, 'text', wrong]), TypeError);
  }
  assert.throws(() => Reflect.apply(verifyDetachedJws, undefined, [token, undefined, options]), TypeError);
  assert.throws(() => signDetachedJws('text', { key: toPublicKey(key) }), TypeError);
  assert.throws(() => signDetachedJws('text', { key, type: 'at+jwt', b64: false }), TypeError);
  assert.throws(() => Reflect.apply(signDetachedJws, undefined, ['text', { key, b64: 1 }]), TypeError);
});
