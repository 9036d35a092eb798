import type { House, RequestSource } from '../../src/base/house.ts';
import { logIn as logInWithPassword, type LogIn } from '../../src/flows/log-in.ts';
import type { SignedIn } from '../../src/flows/signed-in.ts';

/** For accounts without a second factor: the password is enough. */
export async function logIn(house: House, input: LogIn, source: RequestSource): Promise<SignedIn> {
  const outcome = await logInWithPassword(house, input, source);
  if (outcome.kind !== 'signed-in') throw new TypeError('a second factor is asked for');
  return outcome;
}
