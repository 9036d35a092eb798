import { ClientError } from './client-error.ts';
import type { Core } from './core.ts';
import { readLogInAnswer, readMembers } from './read-answer.ts';
import { beginSession } from './take-answer.ts';
import type { FinishSecondFactorInput, LogInInput, LogOutInput, SecondFactorRequired, User } from './wire.ts';

export interface Credentials {
  /** User name or e-mail address. */
  readonly identifier: string;
  readonly password: string;
  /** Asks for two factors, also where one would do. */
  readonly acr?: 'aal2';
}

/** What became of it. Look at `kind`: later versions add others. */
export type SignInOutcome = SignedIn | SecondFactorNeeded;

export interface SignedIn {
  readonly kind: 'signed_in';
  readonly user: User;
}

/** The name of a second factor. */
export type FactorName = SecondFactorRequired['factors'][number];

/** One more proof is needed. It lives in this object alone: a page that is loaded anew begins with the password. */
export interface SecondFactorNeeded {
  readonly kind: 'second_factor_required';
  /** One of these. */
  readonly factors: readonly FactorName[];
  /** How long from now it can be finished. */
  readonly expiresInSeconds: number;
  /** @throws ClientError `wrong_code`: try again with another; `challenge_expired`: begin anew */
  readonly finish: (proof: { readonly factor: FactorName; readonly code: string }) => Promise<SignedIn>;
}

/**
 * Sign in with a password. Always begins a new session; the one held here
 * before is presented with the last proof and ends. When it fails nothing changes.
 *
 * @throws ClientError `invalid_credentials`, `too_many_requests`, `overloaded`, `network`
 */
export function signIn(core: Core, credentials: Credentials): Promise<SignInOutcome> {
  const { identifier, password, acr } = credentials;
  return prove(core, {}, (held) => {
    const body: LogInInput = { identifier, password, ...held, ...(acr === undefined ? {} : { acr }) };
    return { path: '/v1/login', body };
  });
}

/** What every proof says of the session that it is to take the place of. */
type Held = Pick<LogInInput, 'storage' | 'refresh_token'>;

export interface Expected {
  /** The session must be of this user: somebody else's is ended at once. */
  readonly userId?: string;
}

/**
 * Send one proof; a session begins, or another proof is asked for.
 *
 * @throws ClientError `another_user`: nobody is signed in then, for the session held before was presented
 */
export function prove(
  core: Core,
  expected: Expected,
  describe: (held: Held) => { readonly path: string; readonly body: object },
): Promise<SignInOutcome> {
  return core.exclusive(async () => {
    // A storage that cannot be read must not keep anyone from signing in.
    const presented = (await core.keeper.read().catch(() => undefined))?.refreshToken;
    const sentAtMs = core.surroundings.now();
    const { path, body } = describe({
      storage: core.kind === 'cookie' ? 'cookie' : 'body',
      ...(presented === undefined ? {} : { refresh_token: presented }),
    });
    const answer = await core.call({ method: 'POST', path, body });
    const needed = readNeeded(answer);
    if (needed !== undefined) return toNeeded(core, expected, needed);
    if (expected.userId !== undefined) await refuseAnother(core, expected.userId, answer);
    return { kind: 'signed_in', user: await beginSession(core, answer, sentAtMs) };
  });
}

function toNeeded(core: Core, expected: Expected, needed: SecondFactorRequired): SecondFactorNeeded {
  const { challenge_id } = needed;
  return {
    kind: 'second_factor_required',
    factors: needed.factors,
    expiresInSeconds: needed.expires_in,
    async finish({ factor, code }) {
      const outcome = await prove(core, expected, (held) => {
        const body: FinishSecondFactorInput = { challenge_id, factor, code, ...held };
        return { path: '/v1/login/second-factor', body };
      });
      if (outcome.kind === 'signed_in') return outcome;
      throw new ClientError('unexpected_answer', 'The issuer asked for a third proof');
    },
  };
}

async function refuseAnother(core: Core, userId: string, answer: unknown): Promise<void> {
  const { user, refresh_token } = readLogInAnswer(answer);
  if (user.id === userId) return;
  const body: LogOutInput = refresh_token === undefined ? {} : { refresh_token };
  await core.keeper.remove();
  core.state.release('refused');
  core.channel.post({ type: 'ended', userId });
  await core.call({ method: 'POST', path: '/v1/logout', body }).catch(() => undefined);
  throw new ClientError('another_user', 'This sign-in is of another user');
}

function readNeeded(answer: unknown): SecondFactorRequired | undefined {
  return isNeeded(answer) ? answer : undefined;
}

function isNeeded(answer: unknown): answer is SecondFactorRequired {
  const found = readMembers(answer);
  const factors = found.get('factors');
  return (
    found.get('status') === 'second_factor_required' &&
    typeof found.get('challenge_id') === 'string' &&
    typeof found.get('expires_in') === 'number' &&
    Array.isArray(factors) &&
    factors.every((factor) => typeof factor === 'string')
  );
}
