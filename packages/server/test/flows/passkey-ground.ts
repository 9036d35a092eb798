import type { TestContext } from 'node:test';
import type { Caller, House } from '../../src/base/house.ts';
import { addPasskey } from '../../src/flows/add-passkey.ts';
import { beginAddingPasskey } from '../../src/flows/begin-adding-passkey.ts';
import { beginPasskeySignIn } from '../../src/flows/begin-passkey-sign-in.ts';
import type { SignInOutcome } from '../../src/flows/continue-sign-in.ts';
import { logInWithPasskey } from '../../src/flows/log-in-with-passkey.ts';
import type { Passkey } from '../../src/flows/passkey.ts';
import type { SignedIn } from '../../src/flows/signed-in.ts';
import type { TestServerOptions } from '../../src/testing.ts';
import {
  createAuthenticator,
  type Deviation,
  type SoftwareAuthenticator,
} from '../proofs/software-authenticator.ts';
import { callerOf, signInAlice, source } from './test-house.ts';

/** Adds a passkey of this authenticator to the caller's account. */
export async function enrolPasskey(
  house: House,
  caller: Caller,
  authenticator: SoftwareAuthenticator,
): Promise<Passkey> {
  const { challengeId, options } = await beginAddingPasskey(house, caller);
  const credential = authenticator.create(options);
  const input = { caller, challengeId, credential, transports: ['internal'], name: 'Phone' };
  return (await addPasskey(house, input, source)).passkey;
}

/** A whole sign-in by passkey. */
export async function signInByPasskey(
  house: House,
  authenticator: SoftwareAuthenticator,
  deviation?: Deviation,
): Promise<SignInOutcome> {
  const { challengeId, options } = await beginPasskeySignIn(house, { pendingId: undefined }, source);
  return logInWithPasskey(house, { challengeId, assertion: authenticator.get(options, deviation) }, source);
}

/** One that is done. */
export async function openByPasskey(house: House, authenticator: SoftwareAuthenticator): Promise<SignedIn> {
  const outcome = await signInByPasskey(house, authenticator);
  if (outcome.kind !== 'signed-in') throw new TypeError('one more proof is asked for');
  return outcome;
}

export type PasskeyGround = Awaited<ReturnType<typeof signInAlice>> & {
  readonly authenticator: SoftwareAuthenticator;
  readonly passkey: Passkey;
};

/** Alice with a passkey; `signedIn` is by password alone, `caller` by the passkey. */
export async function withPasskey(t: TestContext, options?: TestServerOptions): Promise<PasskeyGround> {
  const ground = await signInAlice(t, options);
  const authenticator = createAuthenticator();
  const passkey = await enrolPasskey(ground.house, ground.caller, authenticator);
  const strong = await openByPasskey(ground.house, authenticator);
  return { ...ground, caller: await callerOf(ground.house, strong), authenticator, passkey };
}
