import type { Core } from './core.ts';
import { readMembers, readUser } from './read-answer.ts';
import type { User } from './wire.ts';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly username?: string;
  readonly name?: string;
}

/** `verification_sent`: the account becomes usable by the mailed link, and the answer is the same for a taken address. */
export type SignUpOutcome =
  | { readonly kind: 'registered'; readonly user: User }
  | { readonly kind: 'verification_sent' };

/**
 * Register. Does not sign in.
 *
 * @throws ClientError `email_taken`, or as the issuer's `registration` setting says
 */
export async function signUp(core: Core, registration: Registration): Promise<SignUpOutcome> {
  const { email, password, username, name } = registration;
  const answer = await core.call({
    method: 'POST',
    path: '/v1/register',
    body: {
      email,
      password,
      ...(username === undefined ? {} : { username }),
      ...(name === undefined ? {} : { name }),
    },
  });
  if (readMembers(answer).get('user') === undefined) return { kind: 'verification_sent' };
  return { kind: 'registered', user: readUser(answer) };
}
