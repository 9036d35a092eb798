import assert from 'node:assert/strict';
import { argon2Sync } from 'node:crypto';
import test from 'node:test';
import type { Argon2Parameters } from '../../src/base/house.ts';
import { Refusal } from '../../src/base/refusal.ts';
import type { RefusalCode } from '../../src/base/refusals.ts';
import { type Hashing, hashPassword, verifyPassword } from '../../src/proofs/password.ts';

const cheap: Argon2Parameters = { memoryKib: 64, passes: 1, parallelism: 1 };

/** Counts what is hashed, and how much memory each hash is asked for is decided by the parameters. */
function makeHashing(argon2: Argon2Parameters = cheap): Hashing & { readonly count: () => number } {
  let runs = 0;
  const run = <Result>(task: () => Promise<Result>): Promise<Result> => {
    runs += 1;
    return task();
  };
  return { policy: { argon2 }, hashing: { run, waiting: 0 }, count: () => runs };
}

function isRefusal(code: RefusalCode): (error: unknown) => boolean {
  return (error) => error instanceof Refusal && error.code === code;
}

test('a password is verified against its own hash and no other', async () => {
  const house = makeHashing();
  const phc = await hashPassword(house, 'correct horse battery staple');
  assert.match(phc, /^\$argon2id\$v=19\$m=64,t=1,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.deepEqual(await verifyPassword(house, phc, 'correct horse battery staple'), {
    correct: true,
    rehash: false,
    isDamaged: false,
  });
  assert.equal((await verifyPassword(house, phc, 'correct horse battery stapler')).correct, false);
  assert.notEqual(await hashPassword(house, 'correct horse battery staple'), phc);
});

test('a hash that another program made with the same parameters verifies', async () => {
  const nonce = Buffer.from('somesaltsomesalt');
  const tag = argon2Sync('argon2id', {
    message: 'a password from elsewhere',
    nonce,
    parallelism: 2,
    memory: 128,
    passes: 3,
    tagLength: 32,
  });
  const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '');
  const phc = `$argon2id$v=19$m=128,t=3,p=2$${encode(nonce)}$${encode(tag)}`;
  assert.equal((await verifyPassword(makeHashing(), phc, 'a password from elsewhere')).correct, true);
});

test('A-108: an unknown account, a damaged hash and a wrong password hash once each', async () => {
  const house = makeHashing();
  const phc = await hashPassword(house, 'correct horse battery staple');
  for (const stored of [undefined, 'not a hash', phc]) {
    const before = house.count();
    const verdict = await verifyPassword(house, stored, 'something else entirely');
    assert.equal(verdict.correct, false);
    assert.equal(verdict.isDamaged, stored === 'not a hash');
    assert.equal(house.count() - before, 1);
  }
});

test('A-126: every byte counts, up to 1024', async () => {
  const house = makeHashing();
  for (const length of [64, 72, 73, 128, 1024]) {
    const password = 'p'.repeat(length);
    const phc = await hashPassword(house, password);
    assert.equal((await verifyPassword(house, phc, password)).correct, true);
    assert.equal((await verifyPassword(house, phc, `${password.slice(0, -1)}q`)).correct, false);
    assert.equal((await verifyPassword(house, phc, password.slice(0, -1))).correct, false);
  }
});

test('A-127: more than 1024 bytes are refused before anything is hashed', async () => {
  const house = makeHashing();
  for (const password of ['p'.repeat(1025), 'é'.repeat(513), 'p'.repeat(10_000_000)]) {
    await assert.rejects(hashPassword(house, password), isRefusal('password_too_long'));
    await assert.rejects(verifyPassword(house, undefined, password), isRefusal('password_too_long'));
  }
  assert.equal(house.count(), 0);
});

test('A-131: composed and decomposed letters are the same password', async () => {
  const house = makeHashing();
  const phc = await hashPassword(house, 'Zu\u0308rich im Spa\u0308therbst');
  assert.equal((await verifyPassword(house, phc, 'Z\u00fcrich im Sp\u00e4therbst')).correct, true);
  assert.equal((await verifyPassword(house, phc, 'Zurich im Spatherbst')).correct, false);
});

test('A-132: half a character is refused before anything is hashed', async () => {
  const house = makeHashing();
  await assert.rejects(hashPassword(house, 'a password with \ud83d in it'), isRefusal('invalid_request'));
  await assert.rejects(verifyPassword(house, undefined, '\udc00'), isRefusal('invalid_request'));
  assert.equal(house.count(), 0);
});

test('A-132: NUL, control characters and emoji count, and nothing is cut off behind them', async () => {
  const house = makeHashing();
  for (const mark of ['\0', '\u0001', '\n', '👩‍🚀']) {
    const phc = await hashPassword(house, `before${mark}after`);
    assert.equal((await verifyPassword(house, phc, `before${mark}after`)).correct, true);
    assert.equal((await verifyPassword(house, phc, `before${mark}other`)).correct, false);
    assert.equal((await verifyPassword(house, phc, 'before')).correct, false);
  }
});

const salt = 'c29tZXNhbHRzb21lc2FsdA';
const tag = 'A'.repeat(43);
const hostile = {
  'memory above the ceiling': `$argon2id$v=19$m=4194304,t=1,p=1$${salt}$${tag}`,
  'memory beyond any number': `$argon2id$v=19$m=99999999999999999999,t=1,p=1$${salt}$${tag}`,
  'passes above the ceiling': `$argon2id$v=19$m=64,t=999,p=1$${salt}$${tag}`,
  'a million passes': `$argon2id$v=19$m=64,t=1000000,p=1$${salt}$${tag}`,
  'lanes above the ceiling': `$argon2id$v=19$m=4096,t=1,p=99$${salt}$${tag}`,
  'less memory than the lanes need': `$argon2id$v=19$m=8,t=1,p=2$${salt}$${tag}`,
  'no passes': `$argon2id$v=19$m=64,t=0,p=1$${salt}$${tag}`,
  'a leading zero': `$argon2id$v=19$m=064,t=1,p=1$${salt}$${tag}`,
  'another variant': `$argon2i$v=19$m=64,t=1,p=1$${salt}$${tag}`,
  'an old version': `$argon2id$v=16$m=64,t=1,p=1$${salt}$${tag}`,
  'another scheme': '$2b$12$KIXQ4JkVQkQ4JkVQkQ4JkOe1e1e1e1e1e1e1e1e1e1e1e1e1e1e1e',
  'a short salt': `$argon2id$v=19$m=64,t=1,p=1$AAAAAAA$${tag}`,
  'a short tag': `$argon2id$v=19$m=64,t=1,p=1$${salt}$AAAA`,
  'a salt of another spelling': `$argon2id$v=19$m=64,t=1,p=1$${salt.slice(0, -1)}R$${tag}`,
  padding: `$argon2id$v=19$m=64,t=1,p=1$${salt}==$${tag}`,
  'something behind it': `$argon2id$v=19$m=64,t=1,p=1$${salt}$${tag}\n`,
  nothing: '',
};

for (const [name, phc] of Object.entries(hostile)) {
  test(`A-134: a stored hash with ${name} verifies nothing, and the work is that of any hash`, async () => {
    const house = makeHashing();
    assert.deepEqual(await verifyPassword(house, phc, 'anything at all'), {
      correct: false,
      rehash: false,
      isDamaged: true,
    });
    assert.equal(house.count(), 1);
  });
}

test('A-136: a correct password with a weaker hash asks to be hashed again, a wrong one never', async () => {
  const old = await hashPassword(makeHashing(), 'correct horse battery staple');
  for (const stronger of [
    { ...cheap, memoryKib: 128 },
    { ...cheap, passes: 2 },
  ]) {
    const house = makeHashing(stronger);
    assert.equal((await verifyPassword(house, old, 'correct horse battery staple')).rehash, true);
    assert.equal((await verifyPassword(house, old, 'wrong')).rehash, false);
  }
});

test('A-136: lower parameters in the settings weaken no hash', async () => {
  const strong = await hashPassword(makeHashing({ ...cheap, passes: 3 }), 'correct horse battery staple');
  assert.equal((await verifyPassword(makeHashing(), strong, 'correct horse battery staple')).rehash, false);
});

test('parameters of the settings above the ceilings still verify', async () => {
  const house = makeHashing({ memoryKib: 64, passes: 40, parallelism: 1 });
  const phc = await hashPassword(house, 'correct horse battery staple');
  assert.equal((await verifyPassword(house, phc, 'correct horse battery staple')).correct, true);
});
