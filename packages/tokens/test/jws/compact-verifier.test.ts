import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeyQuery, type KeySet, toPublicKey, type VerifiedJwt } from '../../src/index.ts';
import { forge, goodClaims, goodHeader, keyOf, refuses, segment, verifierFor } from '../forge.ts';

const key = keyOf('Ed25519');

/** A verifier, and the questions it asked its key set: one object for a header as long as that is remembered. */
function watched(): { readonly verify: (token: string) => VerifiedJwt; readonly asked: KeyQuery[] } {
  const asked: KeyQuery[] = [];
  const keys: KeySet = {
    version: 1,
    find: (query) => {
      asked.push(query);
      return toPublicKey(key);
    },
  };
  return { verify: verifierFor(key, { keys }), asked };
}

const tokenOf = (n: number): string => forge({ ...goodHeader(key), n }, goodClaims, key);

test('a header is read once, also when tokens of two kinds alternate', () => {
  const { verify, asked } = watched();
  for (const n of [1, 1, 2, 1, 2, 2]) verify(tokenOf(n));
  const [one, , two] = asked;
  assert.notEqual(one, two);
  assert.deepEqual(
    asked.map((query) => (query === one ? 1 : 2)),
    [1, 1, 2, 1, 2, 2],
  );
  assert.equal(new Set(asked).size, 2);
});

test('64 headers are remembered at once; the next one makes room by forgetting all', () => {
  const { verify, asked } = watched();
  const headers = Array.from({ length: 64 }, (_, n) => tokenOf(n));
  for (const token of [...headers, ...headers]) verify(token);
  assert.equal(new Set(asked).size, 64);
  verify(tokenOf(64));
  assert.equal(new Set(asked).size, 65);
  verify(tokenOf(64));
  assert.equal(new Set(asked).size, 65);
  verify(tokenOf(0));
  assert.equal(new Set(asked).size, 66);
});

test('a header is remembered only once a signature under it was good', () => {
  const { verify, asked } = watched();
  const good = tokenOf(1);
  const bad = `${good.slice(0, good.lastIndexOf('.'))}.${'A'.repeat(86)}`;
  refuses(() => verify(bad), 'signature_invalid');
  refuses(() => verify(bad), 'signature_invalid');
  assert.equal(new Set(asked).size, 2);
});

test('all of a remembered header is frozen, down to its last level', () => {
  const { header } = verifierFor(key)(forge({ ...goodHeader(key), a: { b: [{ c: 1 }] } }, goodClaims, key));
  assert.throws(() => Object.assign(Object(header).a.b[0], { c: 2 }), TypeError);
});

test('a signature that is no base64url is malformed, whatever else is wrong', () => {
  const parts = forge(goodHeader(key), goodClaims, key).split('.');
  const withHeader = (head: object): string => [segment(head), parts[1], '+'.repeat(86)].join('.');
  refuses(() => verifierFor(key)(withHeader({ alg: 'none' })), 'malformed');
  refuses(() => verifierFor(key)(withHeader(goodHeader(key))), 'malformed');
  const nobody: KeySet = { version: 1, find: () => undefined };
  const verify = verifierFor(key, { keys: nobody });
  refuses(() => verify(withHeader(goodHeader(key))), 'malformed');
});

test('the same holds behind a header that is known', () => {
  const secret = keyOf('HS256');
  let answer: typeof secret | undefined = secret;
  const verify = verifierFor(secret, { keys: { version: 1, find: () => answer } });
  const good = forge(goodHeader(secret), goodClaims, secret);
  const cut = good.slice(0, good.lastIndexOf('.') + 1);
  assert.ok(verify(good));
  for (const signature of ['', '+'.repeat(43), 'A'.repeat(42) + 'B', `${'A'.repeat(21)}.${'A'.repeat(21)}`])
    refuses(() => verify(cut + signature), 'malformed');
  refuses(() => verify(`${cut}${'A'.repeat(43)}`), 'signature_invalid');
  answer = undefined;
  refuses(() => verify(`${cut}${'+'.repeat(43)}`), 'malformed');
  refuses(() => verify(good), 'key_unknown');
});

test('A-018: two segments behind a header that is known, together as long as a signature', () => {
  const secret = keyOf('HS256');
  const verify = verifierFor(secret, { type: 'a' });
  const head = { alg: 'HS256', typ: 'a' };
  assert.ok(verify(forge(head, goodClaims, secret)));
  const start = `${segment(head)}.`;
  for (const length of [43, 44, start.length + 1, 100])
    refuses(() => verify(start.padEnd(length, 'A')), 'malformed');
  refuses(() => verify(start), 'malformed');
});
