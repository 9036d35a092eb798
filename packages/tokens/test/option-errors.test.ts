import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as tokens from '../src/index.ts';
import { encryptionKey } from './encrypted.ts';
import { audience, issuer, keyOf } from './forge.ts';

const key = keyOf('Ed25519');
const publicKey = tokens.toPublicKey(key);
const verifying = { keys: key, algorithms: ['Ed25519'], type: 'at+jwt', maxTokenBytes: 10_000 };
const unencoded = { b64: true, maxPayloadBytes: 1000 };
const jws = tokens.signJws('text', { key, type: 'at+jwt' });
const detached = tokens.signDetachedJws('text', { key, type: 'at+jwt' });
const json = JSON.stringify(tokens.signJwsJson('text', { key, type: 'at+jwt', detached: true }));
const signed = tokens.signJwt({ iss: issuer, aud: audience }, { key, type: 'at+jwt', expiresInSeconds: 60 });
const jwtOptions = { ...verifying, issuer, audience, clockToleranceSeconds: 1, now: Date.now };
const receiving = encryptionKey('ECDH-ES P-256');
const encryptedOptions = {
  verify: tokens.createJwtVerifier({ ...jwtOptions, algorithms: ['Ed25519'] }),
  keys: receiving,
  algorithms: ['ECDH-ES'],
  encryptions: ['A256GCM'],
  type: 'at+jwt',
  maxTokenBytes: 10_000,
};

/** Each function with all the options it knows, and what stands before them. */
const calls: readonly (readonly [name: string, before: readonly unknown[], options: object])[] = [
  ['signJws', ['text'], { key, type: 'at+jwt' }],
  ['signDetachedJws', ['text'], { key, type: 'at+jwt', b64: true }],
  ['signJwsJson', ['text'], { key, type: 'at+jwt', b64: true, detached: true }],
  ['signGeneralJws', ['text'], { signers: [{ key, type: 'at+jwt' }], b64: true, detached: true }],
  ['signJwt', [{ iss: issuer }], { key, type: 'at+jwt', expiresInSeconds: 1, now: () => 1_800_000_000_000 }],
  ['verifyJws', [jws], verifying],
  ['verifyDetachedJws', [detached, 'text'], { ...verifying, ...unencoded }],
  ['verifyJwsJson', [json], { ...verifying, ...unencoded, signatures: 'all', payload: 'text' }],
  ['createJwtVerifier', [], jwtOptions],
  ['createEncryptedJwtVerifier', [], encryptedOptions],
];

const functions: ReadonlyMap<string, unknown> = new Map(Object.entries(tokens));
const call = (name: string, before: readonly unknown[], options: unknown): unknown => {
  const act = functions.get(name);
  assert.ok(typeof act === 'function');
  return Reflect.apply(act, undefined, [...before, options]);
};

/** A TypeError that begins with the name of the function and says these words. */
const says = (name: string, words: string) => (error: unknown) => {
  assert.ok(error instanceof TypeError);
  assert.ok(error.message.startsWith(`${name}: `), error.message);
  assert.ok(error.message.includes(words), error.message);
  return true;
};

for (const [name, before, options] of calls) {
  test(`${name} takes all its options, and names itself when it does not know one`, () => {
    assert.ok(call(name, before, options));
    assert.throws(() => call(name, before, { ...options, unread: 1 }), says(name, 'unknown option "unread"'));
    for (const wrong of [null, undefined, [], 'text'])
      assert.throws(() => call(name, before, wrong), says(name, 'options must be an object'));
  });
}

test('a verifier of encrypted tokens takes one from one end to the other', () => {
  const token = tokens.encryptJwt(signed, {
    key: tokens.toPublicKey(receiving),
    encryption: 'A256GCM',
    type: 'at+jwt',
  });
  const verify = Reflect.apply(tokens.createEncryptedJwtVerifier, undefined, [encryptedOptions]);
  assert.equal(verify(token).claims.iss, issuer);
});

/** Values that are refused, with the words that say why. */
const wrongValues: readonly (readonly [option: string, value: unknown, words: string])[] = [
  ['algorithms', ['Ed25519', 'none'], 'algorithms must be a non-empty list of supported names'],
  ['algorithms', [], 'algorithms must be a non-empty list of supported names'],
  ['algorithms', ['Ed25519', 'HS256'], 'algorithms mixes secrets with key pairs'],
  ['algorithms', ['ES256'], 'algorithms'],
  ['type', ' at+jwt', 'type must be a media type'],
  ['type', 'at jwt', 'type must be a media type'],
  ['maxTokenBytes', 0, 'maxTokenBytes must be a positive integer'],
  ['maxPayloadBytes', 0, 'maxPayloadBytes must be a positive integer'],
  ['maxPayloadBytes', 1.5, 'maxPayloadBytes must be a positive integer'],
  ['b64', 1, 'b64'],
  ['detached', 1, 'b64 and detached are true or false'],
  ['signatures', 'some', "signatures must be 'all' or 'any'"],
  ['signers', [], 'signers must be a list of 1 to 16'],
  ['signers', [{ key, kid: 'x' }], 'unknown option "kid"'],
  ['expiresInSeconds', 0, 'expiresInSeconds must be a positive integer'],
  ['issuer', '', 'issuer must be'],
  ['audience', '', 'audience must be'],
  ['clockToleranceSeconds', 61, 'clockToleranceSeconds must be a number from 0 to 60'],
  ['now', 0, 'now'],
  ['verify', true, 'verify must be a function made by createJwtVerifier'],
];

for (const [name, before, options] of calls) {
  if (name === 'createEncryptedJwtVerifier') continue;
  for (const [option, value, words] of wrongValues) {
    if (!Object.hasOwn(options, option) || (option === 'type' && name.startsWith('sign'))) continue;
    if (option === 'now' && name === 'signJwt') continue;
    test(`${name} says what is wrong with ${option}: ${JSON.stringify(value)}`, () => {
      assert.throws(() => call(name, before, { ...options, [option]: value }), says(name, words));
    });
  }
}

test('a verifier of encrypted tokens says its name', () => {
  for (const [more, words] of [
    [{ verify: true }, 'verify must be a function made by createJwtVerifier'],
    [{ algorithms: [] }, 'algorithms'],
    [{ encryptions: [] }, 'encryptions'],
    [{ type: ' a' }, 'type must be a media type'],
    [{ maxTokenBytes: 0 }, 'maxTokenBytes'],
  ] as const) {
    const wrong = { ...encryptedOptions, ...more };
    assert.throws(
      () => call('createEncryptedJwtVerifier', [], wrong),
      says('createEncryptedJwtVerifier', words),
    );
  }
});

for (const name of ['signJws', 'signDetachedJws', 'signJwsJson', 'signJwt'] as const) {
  const [, before, options] = calls.find((row) => row[0] === name) ?? ['', [], {}];
  test(`${name}: the type is a media type, and the key a private one`, () => {
    for (const type of [' at+jwt', 'at jwt', 'a/b/c', ''])
      assert.throws(() => call(name, before, { ...options, type }), {
        name: 'TypeError',
        message: 'sign: type must be a media type such as "at+jwt"',
      });
    assert.throws(() => call(name, before, { ...options, key: publicKey }), {
      name: 'TypeError',
      message: 'a public key cannot sign',
    });
  });
}

test('a payload that is handed over is text or bytes', () => {
  const options = { ...verifying, ...unencoded };
  for (const wrong of [null, 7, [1], new DataView(new ArrayBuffer(1))]) {
    const words = 'the payload must be a string or a Uint8Array';
    const all = { ...options, signatures: 'all', payload: wrong };
    assert.throws(
      () => call('verifyDetachedJws', [detached, wrong], options),
      says('verifyDetachedJws', words),
    );
    if (wrong !== null) assert.throws(() => call('verifyJwsJson', [json], all), says('verifyJwsJson', words));
  }
});

for (const name of ['signJws', 'signDetachedJws', 'signJwsJson', 'signGeneralJws'] as const) {
  const [, , options] = calls.find((row) => row[0] === name) ?? ['', [], {}];
  test(`${name}: the payload is text or bytes`, () => {
    for (const wrong of [undefined, null, 7, {}, [1], new DataView(new ArrayBuffer(1)), new Uint16Array(1)])
      assert.throws(
        () => call(name, [wrong], options),
        says(name, 'the payload must be a string or a Uint8Array'),
      );
  });
}
