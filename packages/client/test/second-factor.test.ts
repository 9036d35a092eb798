import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { startTestServer, type TestServer } from 'countersign/testing';
import { type Auth, type ClientOptions, createClient } from '../src/create-client.ts';
import type { SecondFactorNeeded, SignInOutcome } from '../src/sign-in.ts';
import type { StepUpNeed } from '../src/challenge.ts';

const password = 'a long enough phrase of four';

describe('second factors with the real server', () => {
  let server: TestServer;
  const opened: Auth[] = [];
  before(async () => {
    server = await startTestServer();
  });
  after(async () => {
    for (const auth of opened) auth.close();
    await server.close();
  });

  const open = (options: Partial<ClientOptions> = {}): Auth => {
    const auth = createClient({
      issuer: server.issuer,
      storage: 'memory',
      fetch: (input, init) => server.fetch(new Request(input, init)),
      now: () => server.clock.now(),
      ...options,
    });
    opened.push(auth);
    return auth;
  };

  let people = 0;
  const signedUp = async (auth: Auth): Promise<string> => {
    people += 1;
    const email = `person-${people}@example.com`;
    await auth.signUp({ email, password });
    await auth.signIn({ identifier: email, password });
    return email;
  };

  /** A code that was not used before: each step of 30 seconds has one. */
  const codeOf = (secret: string): string => {
    server.clock.advanceMs(30_000);
    return appCode(secret, server.clock.now());
  };

  const enrol = async (auth: Auth): Promise<string> => {
    const begun = await auth.factors.totp.begin();
    const added = await auth.factors.totp.confirm(codeOf(begun.secret));
    assert.equal(added.recovery_codes?.length, 10);
    return begun.secret;
  };

  it('enrols an app, is asked for it at the next sign-in, and finishes with a code', async () => {
    const auth = open();
    const identifier = await signedUp(auth);
    const secret = await enrol(auth);
    assert.deepEqual(
      (await auth.factors.list()).factors.map(({ kind }) => kind),
      ['totp'],
    );
    const other = open();
    const needed = expectNeeded(await other.signIn({ identifier, password }));
    assert.deepEqual([...needed.factors].sort(), ['recovery_code', 'totp']);
    assert.equal(await other.accessToken(), undefined, 'nobody is signed in in between');
    await assert.rejects(needed.finish({ factor: 'totp', code: '000000' }), { code: 'wrong_code' });
    const done = await needed.finish({ factor: 'totp', code: codeOf(secret) });
    assert.equal(done.user.email, identifier);
    assert.equal(readClaims(await other.accessToken())['acr'], 'aal2');
  });

  it('a step-up replaces the session by a stronger one of the same user', async () => {
    const auth = open();
    await signedUp(auth);
    const secret = await enrol(auth);
    const before = readClaims(await auth.accessToken());
    const needed = expectNeeded(await auth.stepUp({ password, acr: 'aal2' }));
    await needed.finish({ factor: 'totp', code: codeOf(secret) });
    const after = readClaims(await auth.accessToken());
    assert.deepEqual([before['acr'], after['acr']], ['aal1', 'aal2']);
    assert.notEqual(before['sid'], after['sid']);
    const { length } = await auth.sessions.list();
    assert.equal(length, 1, 'the weaker one has ended');
  });

  it('A-198: a refused call tells what it needs, waits for the handler, and is repeated once', async () => {
    const needs: StepUpNeed[] = [];
    const auth = open({
      onStepUp: async (need) => {
        needs.push(need);
        await auth.stepUp({ password });
      },
    });
    await signedUp(auth);
    server.clock.advanceMs(301_000);
    const begun = await auth.factors.totp.begin();
    assert.match(begun.uri, /^otpauth:/);
    assert.deepEqual(needs, [{ acrValues: [], maxAgeSeconds: 300 }]);
  });

  it('A-198: without a handler the refusal is the caller’s, with what it needs', async () => {
    const auth = open();
    await signedUp(auth);
    const heard: StepUpNeed[] = [];
    auth.on('step-up-needed', (need) => heard.push(need));
    server.clock.advanceMs(301_000);
    await assert.rejects(auth.factors.totp.begin(), {
      code: 'insufficient_user_authentication',
      stepUpNeed: { acrValues: [], maxAgeSeconds: 300 },
    });
    assert.deepEqual(heard, [{ acrValues: [], maxAgeSeconds: 300 }]);
    await auth.stepUp({ password });
    assert.match((await auth.factors.totp.begin()).uri, /^otpauth:/);
  });

  it('nobody who is signed out steps up', async () => {
    await assert.rejects(open().stepUp({ password }), { code: 'signed_out' });
  });

  it('an app that is removed is asked for no more, and new recovery codes are others', async () => {
    const auth = open();
    const identifier = await signedUp(auth);
    const secret = await enrol(auth);
    const needed = expectNeeded(await auth.stepUp({ password, acr: 'aal2' }));
    await needed.finish({ factor: 'totp', code: codeOf(secret) });
    const first = await auth.recoveryCodes.regenerate();
    const second = await auth.recoveryCodes.regenerate();
    assert.notDeepEqual(first, second);
    await auth.factors.totp.remove();
    assert.equal((await open().signIn({ identifier, password })).kind, 'signed_in');
  });
});

function expectNeeded(outcome: SignInOutcome): SecondFactorNeeded {
  if (outcome.kind !== 'second_factor_required') assert.fail(`it was ${outcome.kind}`);
  return outcome;
}

function readClaims(token: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString());
}

/** RFC 6238 §4, as an app does it. */
function appCode(secret: string, nowMs: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / 30_000)));
  const mac = createHmac('sha1', fromBase32(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** RFC 4648 §6. */
function fromBase32(text: string): Buffer {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...text.replaceAll(/[\s=]/g, '')]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
