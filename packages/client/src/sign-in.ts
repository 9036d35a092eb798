import type { Core } from './core.ts';
import { readSecondFactorAnswer } from './read-answer.ts';
import { beginSession } from './take-answer.ts';
import type { User } from './wire.ts';

export interface Credentials {
  /** User name or e-mail address. */
  readonly identifier: string;
  readonly password: string;
}

/** What answers a demand for a second factor: a code, or the credential of a passkey. */
export interface SecondFactor {
  readonly challengeId: string;
  readonly factor: string;
  readonly code?: string;
  readonly credential?: unknown;
}

export type SignInOutcome =
  | { readonly kind: 'signed_in'; readonly user: User }
  | {
      readonly kind: 'second_factor_required';
      readonly challengeId: string;
      readonly factors: readonly string[];
    };

/**
 * Sign in with a password. Always begins a new session; the one held here
 * before is presented with it and ends. When it fails nothing changes.
 *
 * @throws ClientError `invalid_credentials`, `too_many_attempts`, `overloaded`, `network`
 */
export function signIn(core: Core, credentials: Credentials): Promise<SignInOutcome> {
  return core.exclusive(async () => {
    // A storage that cannot be read must not keep anyone from signing in.
    const presented = (await core.keeper.read().catch(() => undefined))?.refreshToken;
    return await logIn(core, '/v1/login', {
      identifier: credentials.identifier,
      password: credentials.password,
      storage: core.kind === 'cookie' ? 'cookie' : 'body',
      ...(presented === undefined ? {} : { refresh_token: presented }),
    });
  });
}

/**
 * Answer the second factor that `signIn` asked for.
 *
 * @throws ClientError as the issuer says; the challenge may then be tried again until it ends
 */
export function finishSecondFactor(core: Core, answer: SecondFactor): Promise<SignInOutcome> {
  return core.exclusive(() =>
    logIn(core, '/v1/login/second-factor', {
      challenge_id: answer.challengeId,
      factor: answer.factor,
      ...(answer.code === undefined ? {} : { code: answer.code }),
      ...(answer.credential === undefined ? {} : { credential: answer.credential }),
    }),
  );
}

async function logIn(
  core: Core,
  path: string,
  body: Readonly<Record<string, unknown>>,
): Promise<SignInOutcome> {
  const sentAtMs = core.surroundings.now();
  const answer = await core.call({ method: 'POST', path, body });
  const demand = readSecondFactorAnswer(answer);
  if (demand !== undefined) {
    return { kind: 'second_factor_required', challengeId: demand.challenge_id, factors: demand.factors };
  }
  return { kind: 'signed_in', user: await beginSession(core, answer, sentAtMs) };
}
