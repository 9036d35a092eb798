import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import * as jose from 'jose';
import { exportJwk, importJwk, type Jwk, signJws, verifyJws } from '../../src/index.ts';
import { keyOf } from '../forge.ts';
import { corruptJson } from '../fuzz/corrupt-json.ts';
import { corruptBytes } from '../fuzz/corrupt-text.ts';
import { createRandom, type Random } from '../fuzz/random.ts';
import { isAcceptedHere } from './verdicts.ts';

interface KeyDifference {
  readonly name: string;
  readonly reason: string;
  readonly applies: (jwk: ReadonlyMap<string, unknown>) => boolean;
  /** Members that make a good key one of this class. */
  readonly example: object;
}

const isCanonical = (value: unknown): boolean =>
  typeof value === 'string' && Buffer.from(value, 'base64url').toString('base64url') === value;
const privateNames = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv'];

/** Public keys with which jose verifies and which are refused here. */
const keyDifferences: readonly KeyDifference[] = [
  {
    name: 'another alg than the wanted one',
    reason: 'RFC 7517 §4.4 and RFC 8725bis §3.1: a key has one algorithm; jose lets the caller overrule it',
    applies: (jwk) => jwk.has('alg') && jwk.get('alg') !== 'ES256',
    example: { alg: 'ES384' },
  },
  {
    name: 'use that is not sig',
    reason: 'RFC 7517 §4.2 (A-081)',
    applies: (jwk) => jwk.has('use') && jwk.get('use') !== 'sig',
    example: { use: 'enc' },
  },
  {
    name: 'kid is no text of 1 to 256 characters',
    reason: 'RFC 7517 §4.5 says text (A-078)',
    applies: (jwk) => jwk.has('kid'),
    example: { kid: 7 },
  },
  {
    name: 'a member of another kind of key, or part of a private one',
    reason: 'what was meant to stay secret has been shown (A-082)',
    applies: (jwk) => privateNames.some((name) => jwk.has(name)),
    example: { oth: [] },
  },
  {
    name: 'a coordinate that is not in its one spelling',
    reason: 'RFC 7518 §6.2.1.2: as long as the field, in canonical base64url (A-104)',
    applies: (jwk) => !isCanonical(jwk.get('x')) || !isCanonical(jwk.get('y')),
    example: { x: `${exportJwk(keyOf('ES256')).x ?? ''}=` },
  },
];

/** Public keys that jose refuses and with which a signature is verified here. */
const laxerDifferences: readonly KeyDifference[] = [
  {
    name: 'a private member of another kind of key',
    reason: 'RFC 7517 §4: members that are not understood are ignored; a published set with one is refused',
    applies: (jwk) => ['k', 'priv'].some((name) => jwk.has(name)),
    example: { priv: 'AAAA' },
  },
];

const key = keyOf('ES256');
const { kid: _, use: __, ...good } = { use: undefined, ...exportJwk(key) };
const token = signJws('text', { key });

const verifiesHere = (jwk: unknown): boolean =>
  isAcceptedHere(() =>
    verifyJws(token, { keys: importJwk(jwk, { algorithm: 'ES256' }), algorithms: ['ES256'] }),
  );

/** Whatever jose or WebCrypto throw is a refusal. */
async function verifiesThere(jwk: object): Promise<boolean> {
  try {
    await jose.compactVerify(token, await jose.importJWK({ ...jwk }, 'ES256'));
    return true;
  } catch {
    return false;
  }
}

function corruptJwk(random: Random): object {
  const [name, value] = random.pick(Object.entries(good));
  if (random.below(3) === 0) {
    const bytes = corruptBytes(Buffer.from(value, 'base64url'), random);
    return { ...good, [name]: bytes.toString('base64url') };
  }
  try {
    return Object(JSON.parse(corruptJson(good, random).toString()));
  } catch {
    return {};
  }
}

test('the key that the rows below change verifies, there and here', async () => {
  assert.ok(verifiesHere(good) && (await verifiesThere(good)));
});

for (const { name, example } of keyDifferences) {
  test(`jose verifies with a key that is refused here: ${name}`, async () => {
    const jwk: Partial<Jwk> = { ...good, ...example };
    assert.ok(await verifiesThere(jwk));
    assert.ok(!verifiesHere(jwk));
    assert.equal(keyDifferences.find(({ applies }) => applies(new Map(Object.entries(jwk))))?.name, name);
  });
}

for (const { name, example } of laxerDifferences) {
  test(`jose refuses a key that verifies here: ${name}`, async () => {
    const jwk = { ...good, ...example };
    assert.ok(!(await verifiesThere(jwk)));
    assert.ok(verifiesHere(jwk));
  });
}

test('jose and we agree whether a mutated key verifies, or a row says why', async () => {
  const random = createRandom();
  const seeds = fc.tuple(fc.nat({ max: 2 ** 31 - 1 }), fc.nat({ max: 2 ** 24 }));
  await fc.assert(
    fc.asyncProperty(seeds, async ([seed, number]) => {
      random.restart(seed, 0, number);
      const jwk = corruptJwk(random);
      const [here, there] = [verifiesHere(jwk), await verifiesThere(jwk)];
      if (here === there) return;
      const members = new Map(Object.entries(jwk));
      const rows = there ? keyDifferences : laxerDifferences;
      assert.ok(
        rows.some(({ applies }) => applies(members)),
        `no row says why it verifies ${there ? 'there' : 'here'} alone: ${JSON.stringify(jwk)}`,
      );
    }),
    { numRuns: 1500 },
  );
});
