import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { type Auth, createGuard, type Guard } from '@countersign/guard';
import { createKeySet, exportJwk, generateKey, importJwk, type KeySet } from '@countersign/tokens';
import { createJudge } from '../src/judge.ts';
import { findVerified, type TrustedIssuer, type VerifiedToken } from '../src/verified-token.ts';
import { createRevocationWatch, type RevocationWatch } from '../src/watch-revoked.ts';
import { type ChangingView, createChangingView } from './changing-view.ts';
import { AUDIENCE, mint, START_MS } from './tiny-issuer.ts';

const ISSUER = 'https://a.example';
const key = generateKey('HS256');

let nowMs: number;
let changing: ChangingView;
let guard: Guard;
let keys: { set: KeySet };

beforeEach(() => {
  nowMs = START_MS;
  changing = createChangingView(START_MS);
  keys = { set: createKeySet([key]) };
  guard = createGuard({
    issuer: ISSUER,
    audience: AUDIENCE,
    revocation: changing.view,
    algorithms: ['HS256'],
    keys: { find: (query) => keys.set.find(query), version: 1 },
    now: () => nowMs,
  });
});

afterEach(() => guard.close());

function token(claims: Record<string, unknown> = {}): string {
  return mint({ key, issuer: ISSUER, nowMs, claims: { rvs: changing.view.seq, ...claims } });
}

function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('a connection that was opened with a token', () => {
  test('A-258: is closed once when an event denies the token, and no other is', async () => {
    const closed: string[] = [];
    const one = await guard.verify(token({ jti: 'one' }));
    guard.onRevoked(one, () => closed.push('one'));
    guard.onRevoked(token({ jti: 'two' }), () => closed.push('two'));
    await settled();
    changing.revoke('token', 'one');
    assert.deepEqual(closed, ['one']);
    changing.revoke('token', 'one');
    changing.revoke('session', 'another');
    assert.deepEqual(closed, ['one']);
  });

  test('is not closed after it was forgotten', async () => {
    const closed: string[] = [];
    const forgetAuth = guard.onRevoked(await guard.verify(token()), () => closed.push('auth'));
    const forgetToken = guard.onRevoked(token(), () => closed.push('token'));
    const forgetAtOnce = guard.onRevoked('x.y.z', () => closed.push('nonsense'));
    forgetAtOnce();
    await settled();
    forgetAuth();
    forgetToken();
    changing.revoke('user', 'user-1');
    await settled();
    assert.deepEqual(closed, []);
  });

  test('is closed at once when the token is not acceptable to begin with', async () => {
    const closed: string[] = [];
    const auth = await guard.verify(token({ jti: 'gone' }));
    changing.revoke('token', 'gone');
    guard.onRevoked(auth, () => closed.push('revoked meanwhile'));
    guard.onRevoked('x.y.z', () => closed.push('nonsense'));
    guard.onRevoked(token({ jti: 'gone' }), () => closed.push('revoked'));
    assert.deepEqual(closed, []);
    await settled();
    assert.deepEqual(new Set(closed), new Set(['nonsense', 'revoked', 'revoked meanwhile']));
    assert.equal(closed.length, 3);
  });

  test('is closed by the guard’s end, and after that whatever comes is', async () => {
    const closed: string[] = [];
    const auth = await guard.verify(token());
    guard.onRevoked(auth, () => closed.push('open'));
    guard.close();
    assert.deepEqual(closed, ['open']);
    guard.onRevoked(auth, () => closed.push('late'));
    await settled();
    assert.deepEqual(closed, ['open', 'late']);
  });

  test('does not keep others open when its function throws', async () => {
    const closed: string[] = [];
    const warned = new Promise((resolve) => process.once('warning', resolve));
    guard.onRevoked(await guard.verify(token()), () => {
      throw new Error('already closed');
    });
    guard.onRevoked(await guard.verify(token({ jti: 'two' })), () => closed.push('two'));
    changing.revoke('user', 'user-1');
    assert.deepEqual(closed, ['two']);
    assert.match(String(await warned), /onRevoked threw/);
  });

  test('belongs to this guard: a copy, or what another guard let through, is a mistake', async () => {
    const auth = await guard.verify(token());
    assert.throws(() => guard.onRevoked({ ...auth }, () => {}), TypeError);
    const other = createGuard({
      issuer: ISSUER,
      audience: AUDIENCE,
      revocation: 'none',
      algorithms: ['HS256'],
      keys: [key],
      now: () => nowMs,
    });
    const foreign = await other.verify(token());
    assert.throws(() => guard.onRevoked(foreign, () => {}), TypeError);
    assert.throws(() => Reflect.apply(guard.onRevoked, guard, [auth]), TypeError);
  });
});

describe('once a second', () => {
  let watch: RevocationWatch;
  let tick: (() => void) | undefined;
  let closed: string[];

  beforeEach(() => {
    closed = [];
    tick = undefined;
    watch = createRevocationWatch({
      judge: createJudge(60),
      pullFor: () => ({ refresh: () => changing.view.pull(), reach: async () => {} }),
      now: () => nowMs,
      clockToleranceSeconds: 2,
      everySecond: (look) => {
        tick = look;
        return () => {
          tick = undefined;
        };
      },
    });
  });

  async function open(name: string, claims: Record<string, unknown> = {}): Promise<void> {
    watch.watch(verifiedOf(await guard.verify(token(claims))), () => closed.push(name));
  }

  test('what has expired is closed, at the end of its tolerance', async () => {
    await open('one');
    nowMs += 301_999;
    changing.head(nowMs, 300);
    tick?.();
    assert.deepEqual(closed, []);
    nowMs += 1;
    tick?.();
    assert.deepEqual(closed, ['one']);
  });

  test('what was signed with a key that is withdrawn is closed', async () => {
    await open('one');
    keys.set = createKeySet([generateKey('HS256')]);
    tick?.();
    assert.deepEqual(closed, ['one']);
  });

  test('what was signed with a key that is published anew, among others, stays open', async () => {
    const signing = generateKey('ES256');
    let set = createKeySet([signing]);
    let version = 1;
    const published = createGuard({
      issuer: ISSUER,
      audience: AUDIENCE,
      revocation: changing.view,
      keys: {
        find: (query) => set.find(query),
        get version() {
          return version;
        },
      },
      now: () => nowMs,
    });
    const bearer = mint({ key: signing, issuer: ISSUER, nowMs, claims: { rvs: changing.view.seq } });
    watch.watch(verifiedOf(await published.verify(bearer)), () => closed.push('one'));
    const again = (): KeySet => createKeySet([importJwk(exportJwk(signing)), generateKey('ES256')]);
    for (const next of [again(), again()]) {
      set = next;
      version += 1;
      tick?.();
      assert.deepEqual(closed, []);
    }
    set = createKeySet([generateKey('ES256')]);
    tick?.();
    assert.deepEqual(closed, ['one']);
  });

  test('what is known too long ago closes, unless the feed brings news when it is asked', async () => {
    await open('one');
    nowMs += 60_001;
    changing.onPull = () => changing.head(nowMs, 300);
    tick?.();
    await settled();
    assert.deepEqual([closed, changing.pulls], [[], 1]);
    nowMs += 60_001;
    changing.onPull = () => {};
    tick?.();
    await settled();
    assert.deepEqual([closed, changing.pulls], [['one'], 2]);
  });

  test('there is no timer while nothing is open', async () => {
    assert.equal(tick, undefined);
    const forget = watch.watch(verifiedOf(await guard.verify(token())), () => {});
    assert.notEqual(tick, undefined);
    forget();
    assert.equal(tick, undefined);
  });

  test('of ten thousand only those are judged that an event may have touched', async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `c${index}`);
    const bearer = token();
    const auth = await guard.verify(bearer);
    for (const name of names) watch.watch({ ...verifiedOf(auth) }, () => closed.push(name));
    changing.asked.judge = 0;
    tick?.();
    for (let turn = 0; turn < 25; turn += 1) await settled();
    assert.equal(changing.asked.judge, 0);
    changing.revoke('session', 'another');
    // Three changes in one turn are one look under way and one afterwards.
    for (let change = 0; change < 3; change += 1) watch.look();
    for (let turn = 0; turn < 60; turn += 1) await settled();
    assert.equal(changing.asked.judge, 10_000);
    assert.deepEqual(closed, []);
    changing.revoke('everything', '');
    watch.look();
    assert.ok(closed.length > 0 && closed.length <= 500, `${closed.length} at once`);
    for (let turn = 0; turn < 60; turn += 1) await settled();
    assert.equal(closed.length, 10_000);
  });
});

function verifiedOf(auth: Auth): VerifiedToken {
  const verified = findVerified(auth);
  if (verified === undefined) throw new Error('not of a guard');
  const issuer: TrustedIssuer = verified.issuer;
  assert.ok(issuer.view !== undefined);
  return verified;
}
