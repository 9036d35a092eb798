import assert from 'node:assert/strict';
import test from 'node:test';
import { addPasskey } from '../../src/flows/add-passkey.ts';
import { beginAddingPasskey } from '../../src/flows/begin-adding-passkey.ts';
import { beginPasskeySignIn } from '../../src/flows/begin-passkey-sign-in.ts';
import { finishSecondFactor } from '../../src/flows/finish-second-factor.ts';
import { listPasskeys } from '../../src/flows/list-passkeys.ts';
import { logIn } from '../../src/flows/log-in.ts';
import { logInWithPasskey } from '../../src/flows/log-in-with-passkey.ts';
import { refresh } from '../../src/flows/refresh.ts';
import { register } from '../../src/flows/register.ts';
import { removePasskey } from '../../src/flows/remove-passkey.ts';
import { renamePasskey } from '../../src/flows/rename-passkey.ts';
import { sql } from '../../src/store/sql.ts';
import { createAuthenticator, flag } from '../proofs/software-authenticator.ts';
import { logIn as logInAtOnce } from './log-in.ts';
import { enrolPasskey, openByPasskey, signInByPasskey, withPasskey } from './passkey-ground.ts';
import {
  callerOf,
  claimsOf,
  openTestHouse,
  password,
  readActions,
  signInAlice,
  source,
} from './test-house.ts';

const alice = { identifier: 'alice@example.com', password };
const alone = { pendingId: undefined };

test('a passkey signs in without a name, and counts as two factors', async (t) => {
  const { house, authenticator, caller } = await withPasskey(t);
  const signedIn = await openByPasskey(house, authenticator);
  assert.equal(signedIn.user.id, caller.userId);
  const { amr, acr } = claimsOf(signedIn.accessToken);
  assert.deepEqual(amr, ['swk', 'user', 'mfa']);
  assert.equal(acr, 'aal2');
  const [passkey] = await listPasskeys(house, caller);
  assert.equal(passkey?.name, 'Phone');
  assert.equal(passkey?.lastUsedAtMs, house.now());
  assert.deepEqual(passkey?.transports, ['internal']);
});

test('A-201: the same answer a second time opens nothing', async (t) => {
  const { house, authenticator } = await withPasskey(t);
  const { challengeId, options } = await beginPasskeySignIn(house, alone, source);
  const assertion = authenticator.get(options);
  await logInWithPasskey(house, { challengeId, assertion }, source);
  await assert.rejects(logInWithPasskey(house, { challengeId, assertion }, source), {
    code: 'challenge_expired',
  });
});

test('A-201: an answer that does not hold spends its ceremony too', async (t) => {
  const { house, authenticator } = await withPasskey(t);
  const { challengeId, options } = await beginPasskeySignIn(house, alone, source);
  const wrong = authenticator.get(options, { flags: flag.up });
  await assert.rejects(logInWithPasskey(house, { challengeId, assertion: wrong }, source), {
    code: 'invalid_credentials',
  });
  const right = authenticator.get(options);
  await assert.rejects(logInWithPasskey(house, { challengeId, assertion: right }, source), {
    code: 'challenge_expired',
  });
});

test('A-202: a ceremony of another kind, another session or another sign-in opens nothing', async (t) => {
  const { house, authenticator, caller } = await withPasskey(t);
  const adding = await beginAddingPasskey(house, caller);
  const request = await beginPasskeySignIn(house, alone, source);
  const credential = createAuthenticator().create(adding.options);
  const assertion = authenticator.get({ ...request.options, challenge: adding.options.challenge });
  const expired = { code: 'challenge_expired' };
  await assert.rejects(
    logInWithPasskey(house, { challengeId: adding.challengeId, assertion }, source),
    expired,
  );
  const input = { caller, challengeId: request.challengeId, credential, transports: [] };
  await assert.rejects(addPasskey(house, input, source), expired);
  const again = await openByPasskey(house, authenticator);
  const elsewhere = { ...input, caller: await callerOf(house, again), challengeId: adding.challengeId };
  await assert.rejects(addPasskey(house, elsewhere, source), expired);
  assert.equal((await listPasskeys(house, caller)).length, 1);
});

test('A-203: a ceremony is over after five minutes', async (t) => {
  const { house, clock, authenticator } = await withPasskey(t);
  const late = await beginPasskeySignIn(house, alone, source);
  clock.advanceMs(299_999);
  const inTime = await beginPasskeySignIn(house, alone, source);
  clock.advanceMs(1);
  await assert.rejects(
    logInWithPasskey(house, { ...late, assertion: authenticator.get(late.options) }, source),
    { code: 'challenge_expired' },
  );
  await logInWithPasskey(house, { ...inTime, assertion: authenticator.get(inTime.options) }, source);
});

test('A-210: where nobody was verified, a passkey signs in to nothing alone', async (t) => {
  const { house, authenticator } = await withPasskey(t);
  await assert.rejects(signInByPasskey(house, authenticator, { flags: flag.up }), {
    code: 'invalid_credentials',
  });
});

test('A-211: a passkey that changes whether it can be backed up is refused; whether it is may change', async (t) => {
  const { house, caller } = await signInAlice(t);
  const authenticator = createAuthenticator({ flags: flag.uv | flag.be, counts: false });
  const { isBackupEligible, isBackedUp } = await enrolPasskey(house, caller, authenticator);
  assert.deepEqual({ isBackupEligible, isBackedUp }, { isBackupEligible: true, isBackedUp: false });
  const backedUp = { flags: flag.up | flag.uv | flag.be | flag.bs };
  await signInByPasskey(house, authenticator, backedUp);
  assert.equal((await listPasskeys(house, caller))[0]?.isBackedUp, true);
  await assert.rejects(signInByPasskey(house, authenticator, { flags: flag.up | flag.uv }), {
    code: 'invalid_credentials',
  });
});

test('A-212: the copy of a passkey is refused, and stands in the audit table; the owner goes on', async (t) => {
  const { house, authenticator } = await withPasskey(t);
  const copy = authenticator.copy();
  await openByPasskey(house, authenticator);
  await assert.rejects(signInByPasskey(house, copy), { code: 'invalid_credentials' });
  assert.deepEqual((await readActions(house)).slice(-2), ['passkey.clone-suspected', 'log-in.failed']);
  await openByPasskey(house, authenticator);
});

test('A-212: an old counter without a signature that holds warns nobody', async (t) => {
  const { house, authenticator, caller } = await withPasskey(t);
  const { challengeId, options } = await beginPasskeySignIn(house, alone, source);
  const { userHandle } = authenticator.get(options).response;
  const thief = createAuthenticator();
  const { credentialId: id } = authenticator;
  const assertion = { ...thief.get(options, { signCount: 0, userHandle }), id, rawId: id };
  await assert.rejects(logInWithPasskey(house, { challengeId, assertion }, source), {
    code: 'invalid_credentials',
  });
  assert.equal((await readActions(house)).includes('passkey.clone-suspected'), false);
  assert.equal((await listPasskeys(house, caller)).length, 1);
});

test('A-212: passkeys that do not count sign in again and again', async (t) => {
  const { house, caller } = await signInAlice(t);
  const authenticator = createAuthenticator({ counts: false });
  await enrolPasskey(house, caller, authenticator);
  for (let times = 0; times < 3; times += 1) await openByPasskey(house, authenticator);
});

test('A-220, A-221: a passkey signs in to the account that it was made for', async (t) => {
  const { house, authenticator } = await withPasskey(t);
  await register(house, { email: 'bob@example.com', password }, source);
  const bob = await callerOf(
    house,
    await logInAtOnce(house, { identifier: 'bob@example.com', password }, source),
  );
  await enrolPasskey(house, bob, createAuthenticator());
  const userHandle = Buffer.from(bob.userId).toString('base64url');
  for (const deviation of [{ userHandle }, { userHandle: undefined }]) {
    await assert.rejects(signInByPasskey(house, authenticator, deviation), { code: 'invalid_credentials' });
  }
});

test('A-220: a passkey of another account is no second factor', async (t) => {
  const { house } = await withPasskey(t);
  await register(house, { email: 'bob@example.com', password }, source);
  const bob = await callerOf(
    house,
    await logInAtOnce(house, { identifier: 'bob@example.com', password }, source),
  );
  const ofBob = createAuthenticator();
  await enrolPasskey(house, bob, ofBob);
  const pending = await logIn(house, alice, source);
  assert.ok(pending.kind === 'second-factor-required');
  const { options } = await beginPasskeySignIn(house, { pendingId: pending.challengeId }, source);
  const credential = ofBob.get(options);
  const input = { challengeId: pending.challengeId, factor: 'passkey', credential } as const;
  await assert.rejects(finishSecondFactor(house, input, source), { code: 'wrong_code' });
});

test('A-112, A-225: the options say nothing of anybody', async (t) => {
  const { house } = await withPasskey(t);
  const { options } = await beginPasskeySignIn(house, alone, source);
  const { challenge, ...rest } = options;
  assert.equal(Buffer.from(challenge, 'base64url').length, 32);
  assert.deepEqual(rest, {
    timeout: 300_000,
    rpId: 'localhost',
    allowCredentials: [],
    userVerification: 'required',
  });
});

for (const [name, flags, amr] of [
  ['verified', flag.up | flag.uv, ['pwd', 'swk', 'user', 'mfa']],
  ['only present', flag.up, ['pwd', 'swk', 'mfa']],
] as const) {
  test(`a passkey whose owner is ${name} is a second factor`, async (t) => {
    const { house, authenticator } = await withPasskey(t);
    const pending = await logIn(house, alice, source);
    assert.ok(pending.kind === 'second-factor-required');
    assert.deepEqual(pending.factors.toSorted(), ['passkey', 'recovery-code']);
    const begun = await beginPasskeySignIn(house, { pendingId: pending.challengeId }, source);
    assert.equal(begun.challengeId, pending.challengeId);
    assert.equal(begun.options.userVerification, 'preferred');
    assert.deepEqual(begun.options.allowCredentials, [
      { type: 'public-key', id: authenticator.credentialId, transports: ['internal'] },
    ]);
    const credential = authenticator.get(begun.options, { flags, userHandle: undefined });
    const input = { challengeId: pending.challengeId, factor: 'passkey', credential } as const;
    const signedIn = await finishSecondFactor(house, input, source);
    assert.deepEqual(claimsOf(signedIn.accessToken).amr, amr);
    await assert.rejects(finishSecondFactor(house, input, source), { code: 'challenge_expired' });
  });
}

test('A-202: of two ceremonies of one sign-in the later counts, and none of them signs in alone', async (t) => {
  const { house, authenticator } = await withPasskey(t);
  const pending = await logIn(house, alice, source);
  assert.ok(pending.kind === 'second-factor-required');
  const { challengeId } = pending;
  const first = await beginPasskeySignIn(house, { pendingId: challengeId }, source);
  const second = await beginPasskeySignIn(house, { pendingId: challengeId }, source);
  const finish = (credential: ReturnType<typeof authenticator.get>): Promise<unknown> =>
    finishSecondFactor(house, { challengeId, factor: 'passkey', credential }, source);
  await assert.rejects(finish(authenticator.get(first.options)), { code: 'wrong_code' });
  const assertion = authenticator.get(second.options);
  await assert.rejects(logInWithPasskey(house, { challengeId, assertion }, source), {
    code: 'challenge_expired',
  });
  const other = await beginPasskeySignIn(house, alone, source);
  await assert.rejects(finish(authenticator.get(other.options)), { code: 'wrong_code' });
  await finish(authenticator.get(second.options));
});

test('A-222: the credential of anybody is not registered a second time', async (t) => {
  const { house, authenticator, caller } = await withPasskey(t);
  await register(house, { email: 'bob@example.com', password }, source);
  const bob = await callerOf(
    house,
    await logInAtOnce(house, { identifier: 'bob@example.com', password }, source),
  );
  for (const who of [bob, caller]) {
    await assert.rejects(enrolPasskey(house, who, authenticator.copy()), { code: 'passkey_taken' });
  }
  assert.equal((await openByPasskey(house, authenticator)).user.id, caller.userId);
});

test('passkeys that the account has are not made again', async (t) => {
  const { house, authenticator, caller } = await withPasskey(t);
  const { options } = await beginAddingPasskey(house, caller);
  assert.deepEqual(
    options.excludeCredentials.map(({ id }) => id),
    [authenticator.credentialId],
  );
});

test('A-226: a passkey is added and removed after a recent sign-in alone', async (t) => {
  const { house, clock, caller, passkey } = await withPasskey(t);
  clock.advanceMs(301_000);
  const old = { code: 'insufficient_user_authentication' };
  await assert.rejects(beginAddingPasskey(house, caller), old);
  await assert.rejects(removePasskey(house, { caller, passkeyId: passkey.id }, source), old);
});

test('A-226: the owner is told of a passkey that is added or removed', async (t) => {
  const { house, caller, passkey } = await withPasskey(t);
  await removePasskey(house, { caller, passkeyId: passkey.id }, source);
  await house.messages.settled();
  assert.deepEqual(
    house.messages.shown
      ?.filter(({ template }) => template.startsWith('passkey-'))
      .map(({ template, recipient }) => `${template} ${recipient}`)
      .toSorted(),
    ['passkey-added alice@example.com', 'passkey-removed alice@example.com'],
  );
});

test('A-228: an account has at most 20 passkeys, however many ceremonies were begun before', async (t) => {
  const { house, clock, caller } = await withPasskey(t);
  const begun: Awaited<ReturnType<typeof beginAddingPasskey>>[] = [];
  for (let count = 0; count < 20; count += 1) {
    begun.push(await beginAddingPasskey(house, caller));
    clock.advanceMs(10_000);
  }
  const add = ({ challengeId, options }: (typeof begun)[number]): Promise<unknown> => {
    const credential = createAuthenticator({ algorithm: -8 }).create(options);
    clock.advanceMs(1_000);
    return addPasskey(house, { caller, challengeId, credential, transports: [] }, source);
  };
  const [last, ...others] = begun;
  for (const one of others) await add(one);
  assert.ok(last !== undefined);
  await assert.rejects(add(last), { code: 'too_many_passkeys' });
  assert.equal((await listPasskeys(house, caller)).length, 20);
});

test('the first factor of an account brings recovery codes, another passkey does not', async (t) => {
  const { house, caller } = await signInAlice(t);
  const add = async (
    who: typeof caller,
    authenticator: ReturnType<typeof createAuthenticator>,
  ): Promise<number> => {
    const { challengeId, options } = await beginAddingPasskey(house, who);
    const credential = authenticator.create(options);
    const input = { caller: who, challengeId, credential, transports: [] };
    return (await addPasskey(house, input, source)).recoveryCodes?.length ?? 0;
  };
  const authenticator = createAuthenticator();
  assert.equal(await add(caller, authenticator), 10);
  const strong = await callerOf(house, await openByPasskey(house, authenticator));
  assert.equal(await add(strong, createAuthenticator()), 0);
});

test('A-200: a session from before changes no passkeys', async (t) => {
  const { house, signedIn, passkey } = await withPasskey(t);
  const caller = await callerOf(house, signedIn);
  const weak = { code: 'insufficient_user_authentication' };
  await assert.rejects(beginAddingPasskey(house, caller), weak);
  await assert.rejects(removePasskey(house, { caller, passkeyId: passkey.id }, source), weak);
});

test('A-229: nobody sees, renames or removes the passkey of another', async (t) => {
  const { house, caller, passkey } = await withPasskey(t);
  await register(house, { email: 'bob@example.com', password }, source);
  const bob = await callerOf(
    house,
    await logInAtOnce(house, { identifier: 'bob@example.com', password }, source),
  );
  assert.deepEqual(await listPasskeys(house, bob), []);
  const input = { caller: bob, passkeyId: passkey.id };
  await assert.rejects(renamePasskey(house, { ...input, name: 'Mine' }, source), { code: 'not_found' });
  await assert.rejects(removePasskey(house, input, source), { code: 'not_found' });
  assert.equal((await listPasskeys(house, caller))[0]?.name, 'Phone');
});

test('A-230: the last way to sign in is not removed', async (t) => {
  const { house, caller, passkey } = await withPasskey(t);
  await house.store.commit([sql`DELETE FROM passwords`]);
  const removal = { caller, passkeyId: passkey.id };
  await assert.rejects(removePasskey(house, removal, source), { code: 'last_sign_in_method' });
  const another = await enrolPasskey(house, caller, createAuthenticator());
  await removePasskey(house, removal, source);
  const last = { caller, passkeyId: another.id };
  await assert.rejects(removePasskey(house, last, source), { code: 'last_sign_in_method' });
  await house.store.commit([sql`UPDATE users SET email_verified_at_ms = 1`]);
  assert.equal(house.messages.canMail, true);
  await removePasskey(house, last, source);
});

test('A-199: a passkey that was removed opens nothing, and what passkeys opened elsewhere has ended', async (t) => {
  const { house, authenticator, caller, passkey, signedIn } = await withPasskey(t);
  const elsewhere = await openByPasskey(house, authenticator);
  const begun = await beginPasskeySignIn(house, alone, source);
  await removePasskey(house, { caller, passkeyId: passkey.id }, source);
  const assertion = authenticator.get(begun.options);
  await assert.rejects(logInWithPasskey(house, { ...begun, assertion }, source), {
    code: 'invalid_credentials',
  });
  const renew = ({ refreshToken }: { readonly refreshToken: string }): Promise<unknown> =>
    refresh(house, { refreshToken, requestId: undefined }, source);
  await assert.rejects(renew(elsewhere), { code: 'invalid_grant' });
  await renew(signedIn);
  assert.equal((await logIn(house, alice, source)).kind, 'signed-in', 'nothing asks for it any more');
});

test('A-232: the passkey of a disabled account opens nothing', async (t) => {
  const { house, authenticator } = await withPasskey(t);
  await house.store.commit([sql`UPDATE users SET disabled_at_ms = 1`]);
  await assert.rejects(signInByPasskey(house, authenticator), { code: 'invalid_credentials' });
});

test('A-113: who locks a password out does not lock out the owner of a passkey', async (t) => {
  const { house, authenticator } = await withPasskey(t);
  const wrong = { identifier: alice.identifier, password: 'not the password of alice' };
  for (let tries = 0; tries < 12; tries += 1) await assert.rejects(logIn(house, wrong, source));
  await assert.rejects(logIn(house, alice, source), { code: 'too_many_requests' });
  await openByPasskey(house, authenticator);
});

test('A-233: a start with another domain names the passkeys that work no more', async (t) => {
  const { directory, clock, logLines } = await withPasskey(t);
  const start = (issuer: string): ReturnType<typeof openTestHouse> =>
    openTestHouse(t, { directory, startMs: clock.now(), settings: { issuer } });
  const warnings = (lines: readonly string[]): readonly string[] =>
    lines.filter((line) => line.includes('passkeys.other-domain'));
  assert.deepEqual(warnings([...logLines, ...(await start('http://localhost:4001')).logLines]), []);
  const [warning] = warnings((await start('http://auth.localhost:4000')).logLines);
  assert.match(warning ?? '', /"passkeys":1,"passkeyRpId":"auth.localhost"/);
});
