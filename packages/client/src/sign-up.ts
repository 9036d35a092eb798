import type { Core } from './core.ts';
import { readUser } from './read-answer.ts';
import type { RegisterInput, User } from './wire.ts';

export interface Registration {
  readonly email: string;
  readonly password: string;
  readonly username?: string;
  readonly name?: string;
  /** Token out of a mailed invitation. */
  readonly invite?: string;
}

/** What became of it. Look at `kind`: later versions add others. */
export interface SignUpOutcome {
  readonly kind: 'registered';
  readonly user: User;
}

/**
 * Register. Does not sign in.
 *
 * @throws ClientError `registration_closed`, `invalid_link`, `email_taken`, `username_taken` and the password rules of the issuer
 */
export async function signUp(core: Core, registration: Registration): Promise<SignUpOutcome> {
  const { email, password, username, name, invite } = registration;
  const body: RegisterInput = {
    email,
    password,
    ...(username === undefined ? {} : { username }),
    ...(name === undefined ? {} : { name }),
    ...(invite === undefined ? {} : { invite }),
  };
  const answer = await core.call({ method: 'POST', path: '/v1/register', body });
  return { kind: 'registered', user: readUser(answer) };
}
