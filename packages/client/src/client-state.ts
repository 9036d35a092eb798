import type { StepUpNeed } from './challenge.ts';
import type { ClientError } from './client-error.ts';
import { createListeners, type Listeners } from './listeners.ts';
import { isSameSession, type SessionRecord } from './session-record.ts';
import type { User } from './wire.ts';

/**
 * What an application sees. A new object whenever something changed, the same object otherwise.
 *
 * loading ──► signed-in ◄──► signed-out
 *    └────────────────────────►┘
 *
 * 1. `loading` until the storage was read and, where that needs the issuer, the issuer has answered.
 * 2. Only `invalid_grant`, a sign-out, or a storage that another tab emptied leads to `signed-out`;
 *    a failing network never does.
 */
export interface AuthState {
  readonly status: 'loading' | 'signed-in' | 'signed-out';
  readonly user: User | undefined;
  /** Why the last `restore()` could not tell; `undefined` otherwise. */
  readonly error: ClientError | undefined;
}

/** Why the user is signed out: asked for here, refused by the issuer, or done in another tab. */
export type SignedOutReason = 'asked' | 'refused' | 'elsewhere';

export interface AuthEvents {
  readonly 'signed-in': (user: User) => void;
  readonly 'signed-out': (reason: SignedOutReason) => void;
  readonly renewed: () => void;
  /** A call was refused until the user proves more, or anew: `stepUp` and repeat it. */
  readonly 'step-up-needed': (need: StepUpNeed) => void;
}

export interface ClientState {
  readonly view: () => AuthState;
  readonly held: () => SessionRecord | undefined;
  /** Rises with every `hold` and `release`. */
  readonly changes: () => number;
  /** Take this record as the present one; listeners hear what it means. */
  readonly hold: (record: SessionRecord) => void;
  readonly release: (reason: SignedOutReason) => void;
  /** The storage was read and held nothing, or restoring failed. */
  readonly settle: (error?: ClientError) => void;
  readonly tellStepUp: (need: StepUpNeed) => void;
  readonly subscribe: (listener: () => void) => () => void;
  readonly on: <Name extends keyof AuthEvents>(name: Name, listener: AuthEvents[Name]) => () => void;
}

export function createClientState(): ClientState {
  let view: AuthState = { status: 'loading', user: undefined, error: undefined };
  let held: SessionRecord | undefined;
  let changes = 0;
  const changed = createListeners<[]>();
  const { events, on } = createEvents();
  const show = (next: AuthState): void => {
    if (next.status === view.status && next.user === view.user && next.error === view.error) return;
    view = next;
    changed.tell();
  };
  const hold = (record: SessionRecord): void => {
    const before = held;
    const userBefore = view.user;
    const { user } = record;
    changes += 1;
    held = record;
    if (user === undefined) return;
    show({ status: 'signed-in', user: isSameUser(userBefore, user) ? userBefore : user, error: undefined });
    const isNewSession = userBefore === undefined || before === undefined || !isSameSession(before, record);
    if (isNewSession) events.signedIn.tell(user);
    else if (before.accessToken !== record.accessToken) events.renewed.tell();
  };
  const release = (reason: SignedOutReason): void => {
    const wasSession = held?.refreshToken !== undefined || held?.sid !== undefined;
    changes += 1;
    held = undefined;
    show({ status: 'signed-out', user: undefined, error: undefined });
    if (wasSession) events.signedOut.tell(reason);
  };
  const settle = (error?: ClientError): void => {
    if (view.status === 'signed-in') return;
    show({ ...view, status: error === undefined ? 'signed-out' : view.status, error });
  };
  const read = { view: () => view, held: () => held, changes: () => changes };
  const tellStepUp = events.stepUpNeeded.tell;
  return { ...read, hold, release, settle, tellStepUp, subscribe: changed.add, on };
}

interface Events {
  readonly signedIn: Listeners<[User]>;
  readonly signedOut: Listeners<[SignedOutReason]>;
  readonly renewed: Listeners<[]>;
  readonly stepUpNeeded: Listeners<[StepUpNeed]>;
}

function createEvents(): { events: Events; on: ClientState['on'] } {
  const events: Events = {
    signedIn: createListeners<[User]>(),
    signedOut: createListeners<[SignedOutReason]>(),
    renewed: createListeners<[]>(),
    stepUpNeeded: createListeners<[StepUpNeed]>(),
  };
  const adders: { readonly [Name in keyof AuthEvents]: (listener: AuthEvents[Name]) => () => void } = {
    'signed-in': events.signedIn.add,
    'signed-out': events.signedOut.add,
    renewed: events.renewed.add,
    'step-up-needed': events.stepUpNeeded.add,
  };
  return { events, on: (name, listener) => adders[name](listener) };
}

/** Keeps one object for one user, so that a renewal does not redraw a page. */
function isSameUser(left: User | undefined, right: User): left is User {
  return left !== undefined && JSON.stringify(left) === JSON.stringify(right);
}
