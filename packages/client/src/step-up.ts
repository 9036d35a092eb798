import type { StepUpNeed } from './challenge.ts';
import { ClientError } from './client-error.ts';
import { findSession } from './access-token.ts';
import type { Core } from './core.ts';
import { readSessionId } from './read-answer.ts';
import { prove, type SignInOutcome } from './sign-in.ts';
import type { LogInInput } from './wire.ts';

export interface StepUp {
  readonly password: string;
  /** Asks for two factors: `aal2`, as in `acrValues` of what was needed. */
  readonly acr?: 'aal2';
}

/**
 * Prove anew who is signed in here. That is a sign-in of the same user: a new
 * session begins, and the present one, which was proven less or longer ago, ends.
 *
 * @throws ClientError `signed_out`, `invalid_credentials`; `another_user`, and nobody is signed in then
 */
export async function stepUp(core: Core, { password, acr }: StepUp): Promise<SignInOutcome> {
  const user = (await findSession(core))?.user;
  if (user === undefined) throw new ClientError('signed_out', 'Nobody is signed in');
  return prove(core, { userId: user.id }, (held) => {
    const asked = acr === undefined ? {} : { acr };
    const body: LogInInput = { identifier: user.email, password, ...held, ...asked };
    return { path: '/v1/login', body };
  });
}

/** Leads the user through it, usually to `stepUp`. Returns when that is done or given up. */
export type StepUpHandler = (need: StepUpNeed) => Promise<void> | void;

/** The token to retry with after this one was too weak; `undefined` when nothing better is here. */
export type ReplaceWeak = (rejected: string, need: StepUpNeed) => Promise<string | undefined>;

/**
 * Tells listeners what a refused call needs, and waits for the handler where
 * there is one. Calls that are refused while it is at work wait for the same,
 * and whose token is of a session that was replaced meanwhile do not ask again.
 */
export function createReplaceWeak(core: Core, handler: StepUpHandler | undefined): ReplaceWeak {
  let inFlight: Promise<void> | undefined;
  return async (rejected, need) => {
    const already = core.state.held();
    const isReplaced = already?.sid !== undefined && already.sid !== readSessionId(rejected);
    if (isReplaced) return already.accessToken;
    core.state.tellStepUp(need);
    if (handler === undefined) return undefined;
    inFlight ??= lead(handler, need).finally(() => {
      inFlight = undefined;
    });
    await inFlight;
    const present = core.state.held()?.accessToken;
    return present === rejected ? undefined : present;
  };
}

/** The call that was refused is answered with its refusal; what went wrong here is the application's fault to see. */
async function lead(handler: StepUpHandler, need: StepUpNeed): Promise<void> {
  try {
    await handler(need);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
