import type { Core } from './core.ts';
import { beginSession } from './take-answer.ts';
import type { LogInInput, User } from './wire.ts';

export interface Credentials {
  /** User name or e-mail address. */
  readonly identifier: string;
  readonly password: string;
}

/** What became of it. Look at `kind`: later versions add others. */
export interface SignInOutcome {
  readonly kind: 'signed_in';
  readonly user: User;
}

/**
 * Sign in with a password. Always begins a new session; the one held here
 * before is presented with it and ends. When it fails nothing changes.
 *
 * @throws ClientError `invalid_credentials`, `too_many_requests`, `overloaded`, `network`
 */
export function signIn(core: Core, credentials: Credentials): Promise<SignInOutcome> {
  return core.exclusive(async () => {
    // A storage that cannot be read must not keep anyone from signing in.
    const presented = (await core.keeper.read().catch(() => undefined))?.refreshToken;
    const sentAtMs = core.surroundings.now();
    const body: LogInInput = {
      identifier: credentials.identifier,
      password: credentials.password,
      storage: core.kind === 'cookie' ? 'cookie' : 'body',
      ...(presented === undefined ? {} : { refresh_token: presented }),
    };
    const answer = await core.call({ method: 'POST', path: '/v1/login', body });
    return { kind: 'signed_in', user: await beginSession(core, answer, sentAtMs) };
  });
}
