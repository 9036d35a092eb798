import assert from 'node:assert/strict';
import test from 'node:test';
import { createJwtVerifier, decodeUnverified, importSecret, TokenError } from '@countersign/tokens';
import type { SigningKeyRow } from '../../src/base/key-rows.ts';
import { Secret } from '../../src/base/secret.ts';
import { StartRefusal } from '../../src/base/start-refusal.ts';
import { signingKeyStatements } from '../../src/store/signing-keys.ts';
import { sql } from '../../src/store/sql.ts';
import {
  claimsAt,
  collectLog,
  dayMs,
  type Ground,
  type LogLine,
  leadMs,
  makeGround,
  minuteMs,
  otherSeal,
  rotate,
  seal,
  startKeys,
  startMs,
} from './key-ground.ts';

const verifierOptions = {
  issuer: 'https://auth.example',
  audience: 'https://api.example',
  type: 'at+jwt',
} as const;

function readRows(ground: Ground): Promise<readonly SigningKeyRow[]> {
  return ground.store.read(signingKeyStatements.readAll());
}

function keyIdOf(token: string): unknown {
  return decodeUnverified(token).header.kid;
}

test('a new database gets a key that signs at once and the next one, both published', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  const [first, next] = keys.list();
  assert.equal(first?.state, 'signing');
  assert.equal(next?.state, 'published');
  assert.equal(next?.signsFromMs, startMs + 30 * dayMs);
  assert.equal(first?.signsUntilMs, next?.signsFromMs);
  assert.deepEqual(
    keys.publicJwks().keys.map(({ kid }) => kid),
    [first?.keyId, next?.keyId],
  );
  assert.equal(keyIdOf(keys.issueAccessToken(claimsAt(startMs))), first?.keyId);
});

test('a restart finds the same keys and makes none', async () => {
  const ground = makeGround();
  const before = await startKeys(ground);
  const after = await startKeys(ground);
  assert.deepEqual(after.list(), before.list());
});

for (const algorithm of ['ES256', 'RS256', 'Ed25519'] as const) {
  test(`${algorithm}: an access token verifies with the published set`, async () => {
    const keys = await startKeys(makeGround(), { algorithm });
    const verify = createJwtVerifier({
      ...verifierOptions,
      keys: keys.keySet,
      algorithms: [algorithm],
      now: () => startMs,
    });
    const { header, claims } = verify(
      keys.issueAccessToken(claimsAt(startMs, { roles: ['user'], scope: 'a b' })),
    );
    assert.equal(header.alg, algorithm);
    assert.equal(header.kid, keys.list()[0]?.keyId);
    assert.equal(keys.publicJwks().keys[0]?.alg, algorithm);
    assert.deepEqual(Object.keys(claims), [
      'iss',
      'sub',
      'aud',
      'client_id',
      'iat',
      'exp',
      'jti',
      'sid',
      'rvs',
      'roles',
      'scope',
    ]);
    assert.equal(claims.exp, (claims.iat ?? 0) + 300);
    assert.match(String(claims.jti), /^[\w-]{22}$/);
  });
}

test('A-090: a rotation right after a start waits until the next key has been published for the lead', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  ground.clock.atMs += minuteMs;
  const plan = keys.planRotation();
  assert.equal(plan.kind, 'planned');
  assert.equal(plan.kind === 'planned' && plan.signsFromMs, startMs + leadMs);
  const [first, next] = keys.list();
  assert.ok(await rotate(ground, keys));
  ground.clock.atMs = startMs + leadMs - 1;
  assert.equal(keyIdOf(keys.issueAccessToken(claimsAt(ground.clock.atMs))), first?.keyId);
  ground.clock.atMs += 1;
  assert.equal(keyIdOf(keys.issueAccessToken(claimsAt(ground.clock.atMs))), next?.keyId);
});

test('a rotation long after the start takes effect at once, and publishes another next key', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  const next = keys.list()[1];
  ground.clock.atMs += dayMs;
  assert.ok(await rotate(ground, keys));
  assert.equal(keyIdOf(keys.issueAccessToken(claimsAt(ground.clock.atMs))), next?.keyId);
  assert.deepEqual(
    keys.list().map(({ state }) => state),
    ['retired', 'signing', 'published'],
  );
});

test('while a hand-over is under way, another rotation is pending', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  const next = keys.list()[1];
  assert.ok(await rotate(ground, keys));
  assert.deepEqual(keys.planRotation(), {
    kind: 'pending',
    keyId: next?.keyId,
    signsFromMs: startMs + leadMs,
  });
});

test('A-091: a retired key stays published until its last token has expired, and not for ever', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  const first = keys.list()[0];
  ground.clock.atMs += dayMs;
  const token = keys.issueAccessToken(claimsAt(ground.clock.atMs));
  assert.ok(await rotate(ground, keys));
  const verify = createJwtVerifier({
    ...verifierOptions,
    keys: keys.keySet,
    algorithms: ['ES256'],
    now: () => ground.clock.atMs,
  });
  ground.clock.atMs += 301_999;
  assert.equal(verify(token).claims.sub, 'user-1');
  ground.clock.atMs += 2 * minuteMs;
  assert.ok(!keys.publicJwks().keys.some(({ kid }) => kid === first?.keyId));
  assert.equal(keys.keySet.find({ algorithm: 'ES256', keyId: first?.keyId }), undefined);
});

test('A-092: of two processes that rotate at once one wins, and both sign with the same key', async () => {
  const ground = makeGround();
  const [one, other] = [await startKeys(ground), await startKeys(ground)];
  ground.clock.atMs += dayMs;
  const plans = [one.planRotation(), other.planRotation()];
  const outcomes = [];
  for (const plan of plans) {
    assert.equal(plan.kind, 'planned');
    if (plan.kind === 'planned') outcomes.push((await ground.store.commit(plan.act)).kind);
  }
  assert.deepEqual(outcomes, ['committed', 'refused']);
  await Promise.all([one.reload(), other.reload()]);
  assert.deepEqual(one.list(), other.list());
  assert.equal(one.list().length, 3);
});

test('A-092: of two processes that meet an empty database, one makes the keys', async () => {
  const ground = makeGround();
  const [one, other] = await Promise.all([startKeys(ground), startKeys(ground)]);
  assert.deepEqual(one.list(), other.list());
  assert.equal((await readRows(ground)).length, 2);
});

test('A-092: of two processes that extend the succession at once, one does', async () => {
  const ground = makeGround();
  const [one, other] = [await startKeys(ground), await startKeys(ground)];
  ground.clock.atMs += 31 * dayMs;
  await Promise.all([one.reload(), other.reload()]);
  assert.equal((await readRows(ground)).length, 3);
  assert.deepEqual(one.list(), other.list());
});

test('keys hand over by themselves after 30 days, and the audit table says so', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  const next = keys.list()[1];
  ground.clock.atMs += 30 * dayMs;
  assert.equal(keyIdOf(keys.issueAccessToken(claimsAt(ground.clock.atMs))), next?.keyId);
  await keys.reload();
  assert.deepEqual(
    keys.list().map(({ state }) => state),
    ['retired', 'signing', 'published'],
  );
  const audit = await ground.store.read(
    sql<{ subject: string; actor: string }>`SELECT subject, actor FROM audit WHERE action = 'key.rotated'`,
  );
  assert.deepEqual(
    audit.map((row) => ({ ...row })),
    [{ subject: next?.keyId, actor: 'server' }],
  );
});

test('rows of keys vanish a week after they were unpublished', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  const first = keys.list()[0];
  ground.clock.atMs += dayMs;
  await rotate(ground, keys);
  ground.clock.atMs += 7 * dayMs;
  await keys.reload();
  assert.ok((await readRows(ground)).some(({ keyId }) => keyId === first?.keyId));
  ground.clock.atMs += 10 * minuteMs;
  await keys.reload();
  assert.ok(!(await readRows(ground)).some(({ keyId }) => keyId === first?.keyId));
});

test('another process sees a rotation when it reads again, and its set says that it changed', async () => {
  const ground = makeGround();
  const [server, commandLine] = [await startKeys(ground), await startKeys(ground)];
  ground.clock.atMs += dayMs;
  const versionBefore = server.keySet.version;
  await rotate(ground, commandLine);
  await server.reload();
  assert.deepEqual(server.list(), commandLine.list());
  assert.ok(server.keySet.version > versionBefore);
});

/** A timer that the test winds, and a database that it can take away. */
function makeTimed(ground: Ground) {
  const tasks = new Map<() => void, number>();
  const lines: LogLine[] = [];
  const state = { isDatabaseAway: false };
  const store: Ground['store'] = {
    ...ground.store,
    read: (query) =>
      state.isDatabaseAway ? Promise.reject(new Error('database away')) : ground.store.read(query),
  };
  const repeat = (task: () => void, everyMs: number): (() => void) => {
    tasks.set(task, everyMs);
    return () => tasks.delete(task);
  };
  const tick = async (): Promise<void> => {
    for (const task of tasks.keys()) task();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { parts: { store, repeat, log: collectLog(lines) }, tasks, lines, state, tick };
}

test('a running process reads the keys again every 10 s, until it is closed', async () => {
  const ground = makeGround();
  const { parts, tasks, tick } = makeTimed(ground);
  const server = await startKeys(ground, parts);
  const commandLine = await startKeys(ground);
  ground.clock.atMs += dayMs;
  await rotate(ground, commandLine);
  assert.notDeepEqual(server.list(), commandLine.list());
  await tick();
  assert.deepEqual(server.list(), commandLine.list());
  assert.deepEqual([...tasks.values()], [10_000]);
  server.close();
  assert.equal(tasks.size, 0);
});

test('while the database is away the known keys go on signing, and the log says so', async () => {
  const ground = makeGround();
  const { parts, lines, state, tick } = makeTimed(ground);
  const keys = await startKeys(ground, parts);
  const before = keys.publicJwks();
  state.isDatabaseAway = true;
  await tick();
  assert.ok(lines.some(({ level, event }) => level === 'error' && event === 'keys.reload-failed'));
  assert.deepEqual(keys.publicJwks(), before);
  assert.equal(keyIdOf(keys.issueAccessToken(claimsAt(startMs))), keys.list()[0]?.keyId);
  state.isDatabaseAway = false;
  lines.length = 0;
  await tick();
  assert.deepEqual(lines, []);
});

test('another algorithm in the settings: its key is published for the lead, then signs', async () => {
  const ground = makeGround();
  const before = await startKeys(ground);
  ground.clock.atMs += dayMs;
  const keys = await startKeys(ground, { algorithm: 'Ed25519' });
  assert.equal(keys.algorithm, 'Ed25519');
  assert.equal(keyIdOf(keys.issueAccessToken(claimsAt(ground.clock.atMs))), before.list()[0]?.keyId);
  assert.ok(keys.publicJwks().keys.some(({ alg }) => alg === 'Ed25519'));
  ground.clock.atMs += leadMs;
  assert.equal(decodeUnverified(keys.issueAccessToken(claimsAt(ground.clock.atMs))).header.alg, 'Ed25519');
  ground.clock.atMs += 60 * dayMs;
  assert.equal(decodeUnverified(keys.issueAccessToken(claimsAt(ground.clock.atMs))).header.alg, 'Ed25519');
});

test('a shorter period in the settings brings the next hand-over forward, a longer one puts it off', async () => {
  const ground = makeGround();
  await startKeys(ground);
  const shorter = await startKeys(ground, { rotationDays: 7 });
  assert.equal(shorter.list()[1]?.signsFromMs, startMs + 7 * dayMs);
  const longer = await startKeys(ground, { rotationDays: 90 });
  assert.equal(longer.list()[1]?.signsFromMs, startMs + 90 * dayMs);
  assert.equal(longer.list()[0]?.signsUntilMs, startMs + 90 * dayMs);
});

test('A-082: no private member is published, for any algorithm', async () => {
  for (const algorithm of ['ES256', 'RS256', 'Ed25519'] as const) {
    const keys = await startKeys(makeGround(), { algorithm });
    for (const jwk of keys.publicJwks().keys) {
      const allowed = ['kty', 'crv', 'x', 'y', 'n', 'e', 'alg', 'use', 'kid'];
      assert.deepEqual(
        Object.keys(jwk).filter((member) => !allowed.includes(member)),
        [],
      );
    }
  }
});

test('A-094: a dump of the database holds no private key', async () => {
  const ground = makeGround();
  await startKeys(ground);
  const rows = await readRows(ground);
  for (const row of rows) {
    const opened = Buffer.from(seal.open(row.sealedPrivateJwk, `signing_keys/${row.keyId}`)).toString();
    const { d } = JSON.parse(opened);
    const dump = Buffer.from(row.sealedPrivateJwk).toString('latin1') + JSON.stringify(row);
    assert.ok(typeof d === 'string' && !dump.includes(d));
    assert.ok(!dump.includes(Buffer.from(d, 'base64url').toString('latin1')));
  }
});

test('A-095: with another master key nothing starts, nothing is made, and the message says why', async () => {
  const ground = makeGround();
  await startKeys(ground);
  const before = await readRows(ground);
  await assert.rejects(startKeys(ground, { seal: otherSeal, algorithm: 'Ed25519' }), (error) => {
    assert.ok(error instanceof StartRefusal);
    assert.match(error.message, /COUNTERSIGN_MASTER_KEY does not open/);
    return true;
  });
  assert.deepEqual(await readRows(ground), before);
});

test('A-436: a sealed key copied into another row does not open', async () => {
  const ground = makeGround();
  await startKeys(ground);
  const [first, next] = await readRows(ground);
  assert.ok(first && next);
  await ground.store.commit([
    sql`UPDATE signing_keys SET sealed_private_jwk = ${next.sealedPrivateJwk} WHERE key_id = ${first.keyId}`,
  ]);
  await assert.rejects(startKeys(ground), StartRefusal);
});

test('a public key written into the table is not published', async () => {
  const ground = makeGround();
  const honest = await startKeys(ground);
  await ground.store.commit([sql`UPDATE signing_keys SET public_jwk = ${'{"kty":"EC","x":"forged"}'}`]);
  assert.deepEqual((await startKeys(ground)).publicJwks(), honest.publicJwks());
});

test('A-099: a key never changes its algorithm', async () => {
  const ground = makeGround();
  await startKeys(ground);
  await ground.store.commit([sql`UPDATE signing_keys SET algorithm = ${'RS256'}`]);
  await assert.rejects(startKeys(ground), StartRefusal);
});

test('A-450: an hour back before the first key, tokens are still signed and verified', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  ground.clock.atMs -= 60 * minuteMs;
  const token = keys.issueAccessToken(claimsAt(ground.clock.atMs));
  assert.ok(keys.publicJwks().keys.some(({ kid }) => kid === keyIdOf(token)));
});

test('A-450: a key from a clock that ran a year ahead does not block rotations', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  ground.clock.atMs += 365 * dayMs;
  await keys.reload();
  ground.clock.atMs = startMs + dayMs;
  await keys.reload();
  assert.ok(await rotate(ground, keys));
  ground.clock.atMs += 15 * minuteMs;
  assert.ok(await rotate(ground, keys));
});

test('keys that are gone from the database leave the process as it was', async () => {
  const ground = makeGround();
  const keys = await startKeys(ground);
  await ground.store.commit([sql`DELETE FROM signing_keys`]);
  await assert.rejects(keys.reload(), /gone/);
  assert.equal((await readRows(ground)).length, 0);
});

test('a token above 1.5 kB is warned about, one above 4 kB is not made', async () => {
  const lines: LogLine[] = [];
  const keys = await startKeys(makeGround(), { log: collectLog(lines) });
  const permissions = (count: number) =>
    Array.from({ length: count }, (_, index) => `permission-${index}:write`);
  keys.issueAccessToken(claimsAt(startMs, { permissions: permissions(10) }));
  assert.ok(!lines.some(({ level }) => level === 'warn'));
  keys.issueAccessToken(claimsAt(startMs, { permissions: permissions(60) }));
  assert.ok(lines.some(({ event }) => event === 'access-token.large'));
  assert.throws(
    () => keys.issueAccessToken(claimsAt(startMs, { permissions: permissions(200) })),
    /too many roles/,
  );
});

test('HS256: signs with the shared secret, publishes nothing and does not rotate', async () => {
  const ground = makeGround();
  const secret = Buffer.from('Qm9Xz3TfW8sLk2VnRb7YcH5uJd4Ea6Gp', 'latin1');
  const keys = await startKeys(ground, { algorithm: 'HS256', sharedSecret: new Secret<Uint8Array>(secret) });
  const verify = createJwtVerifier({
    ...verifierOptions,
    keys: importSecret(secret, { algorithm: 'HS256' }),
    algorithms: ['HS256'],
    now: () => startMs,
  });
  assert.equal(verify(keys.issueAccessToken(claimsAt(startMs))).claims.sub, 'user-1');
  assert.deepEqual(keys.publicJwks(), { keys: [] });
  assert.deepEqual(keys.planRotation(), { kind: 'shared-secret' });
  assert.equal((await readRows(ground)).length, 0);
});

test('A-053: HS256 does not start with a short secret, nor with a repeated one', async () => {
  for (const bytes of [Buffer.from('short'), Buffer.alloc(32, 'ab')]) {
    const sharedSecret = new Secret<Uint8Array>(bytes);
    await assert.rejects(startKeys(makeGround(), { algorithm: 'HS256', sharedSecret }), TokenError);
  }
});
