import type { TestContext } from 'node:test';
import type { House } from '../../src/base/house.ts';
import type { SecondFactorRequired } from '../../src/flows/continue-sign-in.ts';
import { finishSecondFactor } from '../../src/flows/finish-second-factor.ts';
import { logIn } from '../../src/flows/log-in.ts';
import type { SignedIn } from '../../src/flows/signed-in.ts';
import { hotp } from '../../src/proofs/totp.ts';
import { sql } from '../../src/store/sql.ts';
import type { TestServerOptions } from '../../src/testing.ts';
import { password, signInAlice, source } from './test-house.ts';

export const alice = { identifier: 'alice@example.com', password };

/** What an app shows at a time, and steps before or after it. */
export function appCode(secret: Uint8Array, nowMs: number, drift = 0): string {
  return hotp(secret, Math.floor(nowMs / 30_000) + drift);
}

/** Another code of the same form than any that would hold. */
export function wrongCode(secret: Uint8Array, nowMs: number): string {
  const right = [-1, 0, 1].map((drift) => appCode(secret, nowMs, drift));
  const wrong = ['000000', '111111', '222222', '333333'].find((code) => !right.includes(code));
  if (wrong === undefined) throw new TypeError('three codes fit four texts');
  return wrong;
}

/** The bytes of what an app was given. RFC 4648 §6. */
export function readSecret({ secret }: { readonly secret: string }): Uint8Array {
  const bits = [...secret].map((letter) =>
    'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0'),
  );
  return Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** Puts an authenticator app into the database, confirmed. */
export async function enrolApp(house: House, userId: string): Promise<Uint8Array> {
  const secret = Buffer.from('a secret of 20 bytes');
  const id = `app of ${userId}`;
  const sealed = house.vault.close(secret, `factors:${id}`);
  await house.store.commit([
    sql`INSERT INTO factors (id, user_id, kind, sealed_secret, created_at_ms, confirmed_at_ms)
      VALUES (${id}, ${userId}, 'totp', ${sealed}, 1, 1)`,
  ]);
  return secret;
}

export type AppGround = Awaited<ReturnType<typeof signInAlice>> & {
  readonly secret: Uint8Array;
  /** Her password, and the challenge that it opens. */
  begin(asksForTwo?: boolean): Promise<SecondFactorRequired>;
  finish(challengeId: string, code: string): Promise<SignedIn>;
};

/** Alice with an authenticator app. */
export async function withApp(t: TestContext, options?: TestServerOptions): Promise<AppGround> {
  const ground = await signInAlice(t, options);
  const { house } = ground;
  const secret = await enrolApp(house, ground.caller.userId);
  return {
    ...ground,
    secret,
    begin: (asksForTwo = false) => beginAsAlice(house, asksForTwo),
    finish: (challengeId, code) => finishSecondFactor(house, { challengeId, factor: 'totp', code }, source),
  };
}

export async function beginAsAlice(house: House, asksForTwo = false): Promise<SecondFactorRequired> {
  const outcome = await logIn(house, { ...alice, asksForTwo }, source);
  if (outcome.kind !== 'second-factor-required') throw new TypeError('no second factor is asked for');
  return outcome;
}

/** The code of the message that was written last. */
export async function readSentCode(house: House): Promise<string> {
  await house.messages.settled();
  const [message] = house.messages.shown ?? [];
  const code = /(?<![0-9])[0-9]{6}(?![0-9])/.exec(message?.text ?? '')?.[0];
  if (code === undefined) throw new TypeError(`no code in ${message?.template ?? 'no message'}`);
  return code;
}
