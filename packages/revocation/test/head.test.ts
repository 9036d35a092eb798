import assert from 'node:assert/strict';
import test from 'node:test';
import { createKeySet, encodeBase64url, generateKey, signJws, toPublicKey } from '@countersign/tokens';
import { createHeadReader, type FeedHead, headType, signHead } from '../src/index.ts';

const issuer = 'https://id.example';
const key = generateKey('ES256', { keyId: 'feed-1' });
const other = generateKey('ES256', { keyId: 'feed-2' });
const impostor = generateKey('ES256', { keyId: 'feed-1' });
const nowMs = 1_790_000_000_000;
const read = createHeadReader({ issuer, keys: createKeySet([toPublicKey(key)]), now: () => nowMs });
const digest = encodeBase64url(new Uint8Array(32).fill(7));

const head: FeedHead = {
  issuer,
  seq: 12,
  hash: new Uint8Array(32).fill(7),
  timeMs: nowMs,
  ttlMaxSeconds: 300,
  gap: 3,
  snapshot: { seq: 9, hash: new Uint8Array(32).fill(8), content: new Uint8Array(32).fill(9) },
};
const payload = { iss: issuer, seq: 12, hash: digest, t: nowMs, ttl_max: 300, gap: 3 };

test('a head comes back as it was signed, with the key that vouches for it', () => {
  for (const snapshot of [head.snapshot, undefined]) {
    const jws = signHead({ ...head, snapshot }, key);
    const { keyId, jws: same, ...rest } = read(jws);
    assert.deepEqual(
      { ...rest, hash: Uint8Array.from(rest.hash), snapshot: snapshot && rest.snapshot?.seq },
      { ...head, snapshot: snapshot?.seq },
    );
    assert.deepEqual([keyId, same], ['feed-1', jws]);
  }
});

test('a head of the stream takes less than 400 bytes', () => {
  const length = signHead({ ...head, snapshot: undefined }, key).length;
  assert.ok(length < 400, `${length}`);
});

const refused: readonly (readonly [string, string, string])[] = [
  [
    'another feed key of the same name',
    signJws(JSON.stringify(payload), { key: impostor, type: headType }),
    'head_unverified',
  ],
  [
    'a key that is not published',
    signJws(JSON.stringify(payload), { key: other, type: headType }),
    'head_key_unknown',
  ],
  ['no type', signJws(JSON.stringify(payload), { key }), 'head_malformed'],
  ['an access token', signJws(JSON.stringify(payload), { key, type: 'at+jwt' }), 'head_malformed'],
  ['another issuer', sign({ iss: 'https://other.example' }), 'head_foreign'],
  ['no sequence number', sign({ seq: undefined }), 'head_malformed'],
  ['a fraction', sign({ seq: 1.5 }), 'head_malformed'],
  ['a text for a number', sign({ seq: '12' }), 'head_malformed'],
  [
    'a sequence number of 2^53',
    signRaw(JSON.stringify(payload).replace('"seq":12', '"seq":9007199254740992')),
    'head_number_too_large',
  ],
  ['a negative number', sign({ seq: -1 }), 'head_malformed'],
  ['a short hash', sign({ hash: digest.slice(1) }), 'head_malformed'],
  ['a hash with stray bits', sign({ hash: `${digest.slice(0, 42)}d` }), 'head_malformed'],
  ['no longest life', sign({ ttl_max: 0 }), 'head_malformed'],
  ['a gap beyond the sequence', sign({ gap: 13 }), 'head_malformed'],
  [
    'a snapshot beyond the sequence',
    sign({ snap: { seq: 13, hash: digest, content: digest } }),
    'head_malformed',
  ],
  ['a snapshot without content', sign({ snap: { seq: 9, hash: digest } }), 'head_malformed'],
  ['a snapshot that is null', sign({ snap: null }), 'head_malformed'],
  ['a time more than 2 s ahead', sign({ t: nowMs + 2001 }), 'head_from_the_future'],
  ['no JSON', signRaw('head'), 'head_malformed'],
  ['a list', signRaw('[]'), 'head_malformed'],
  ['no signature', signHead(head, key).replace(/\.[^.]*$/, '.'), 'head_malformed'],
  ['nothing', '', 'head_malformed'],
  ['far too much', 'a'.repeat(5000), 'head_malformed'],
];

for (const [name, jws, code] of refused) {
  test(`a head is refused: ${name}`, () => assert.throws(() => read(jws), { name: 'FeedError', code }));
}

test('a head up to 2 s ahead of this clock counts, and members of later versions are left unread', () => {
  assert.equal(read(sign({ t: nowMs + 2000, later: { more: 1 } })).timeMs, nowMs + 2000);
});

test('a feed key is ES256 and has an id; what no verifier would take is not signed', () => {
  assert.throws(() => signHead(head, generateKey('Ed25519', { keyId: 'feed-1' })), TypeError);
  assert.throws(() => signHead({ ...head, gap: 13 }, key), TypeError);
  assert.throws(() => signHead({ ...head, seq: 2 ** 53 }, key), TypeError);
});

function sign(changed: object): string {
  return signRaw(JSON.stringify({ ...payload, ...changed }));
}

function signRaw(text: string): string {
  return signJws(text, { key, type: headType });
}
