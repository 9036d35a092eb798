import { findAccessToken, replaceRejected } from './access-token.ts';
import { type Account, createAccount } from './account.ts';
import { createCallIssuer } from './call-issuer.ts';
import { type Channel, openChannel } from './channel.ts';
import { type AuthEvents, type AuthState, createClientState } from './client-state.ts';
import type { Core } from './core.ts';
import { createExclusive } from './exclusive.ts';
import { createFetchWithToken, type TokenSource } from './fetch-with-token.ts';
import { hearTabs, lookAgain } from './hear-tabs.ts';
import { createSessionKeeper } from './keep-session.ts';
import { createRenewalPause } from './renewal-pause.ts';
import { createRenewOnce, type RenewOnce } from './renew-once.ts';
import { restore } from './restore.ts';
import { type Credentials, signIn, type SignInOutcome } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { createReplaceWeak, type StepUp, stepUp, type StepUpHandler } from './step-up.ts';
import { type Registration, signUp, type SignUpOutcome } from './sign-up.ts';
import { openStorage, type StorageChoice } from './storage/open-storage.ts';
import { readSurroundings, type Surroundings } from './surroundings.ts';
import { createTokenTargets } from './token-targets.ts';
import type { User } from './wire.ts';

export interface ClientOptions {
  /** URL of the auth server, such as `https://auth.example.com`. */
  readonly issuer: string;
  /** Where the session is kept; the README compares them. */
  readonly storage: StorageChoice;
  /** Origins beside the issuer's that receive the access token. Default: the page's own origin; on a server none. */
  readonly apiOrigins?: readonly string[];
  /** How long one request to the issuer, or waiting for another tab, may take. Default 15. */
  readonly timeoutSeconds?: number;
  /**
   * Called when a call is refused until the user proves more, or anew. Lead the user to `stepUp`; `fetch` waits, and
   * repeats the call once if another session has come of it.
   */
  readonly onStepUp?: StepUpHandler;
  /** Default: the runtime's own. */
  readonly fetch?: typeof fetch;
  /** Milliseconds of a clock that does not jump. Default: the page's. Need not be right. */
  readonly now?: () => number;
}

/** A signed-in user, or the absence of one, and everything that follows from it. */
export interface Auth extends TokenSource, Account {
  readonly user: User | undefined;
  /** A new object whenever something an application shows has changed. */
  readonly state: AuthState;
  /** Register; does not sign in. */
  readonly signUp: (registration: Registration) => Promise<SignUpOutcome>;
  readonly signIn: (credentials: Credentials) => Promise<SignInOutcome>;
  /** Prove anew, or more, as the same user. The caller repeats what was refused, unless `onStepUp` is at work. */
  readonly stepUp: (proof: StepUp) => Promise<SignInOutcome>;
  /** Forget the session here and in every tab that has it, and have the issuer revoke it. */
  readonly signOut: () => Promise<void>;
  /** At page load: come back signed in with what is stored. */
  readonly restore: () => Promise<User | undefined>;
  /** `fetch` with the access token, for the issuer's and the API's origins. */
  readonly fetch: typeof fetch;
  /** Called after every change of `state`. Returns its own end. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly on: <Name extends keyof AuthEvents>(name: Name, listener: AuthEvents[Name]) => () => void;
  /** Stop listening to other tabs. The session stays as it is. */
  readonly close: () => void;
}

/**
 * Create the client of one issuer. Sends nothing and reads no storage yet.
 *
 * @throws TypeError for options that cannot work
 */
export function createClient(options: ClientOptions): Auth {
  checkMembers(options);
  const { fetch, now } = options;
  const given = { ...(fetch === undefined ? {} : { fetch }), ...(now === undefined ? {} : { now }) };
  return createClientIn(readSurroundings(given), options);
}

/** The same in surroundings of the caller's choice. */
export function createClientIn(surroundings: Surroundings, options: ClientOptions): Auth {
  const issuer = readIssuer(options.issuer);
  const { core, renewOnce, close } = createCore(surroundings, issuer, options);
  const source: TokenSource = {
    accessToken: () => findAccessToken(core, renewOnce),
    replaceRejected: (rejected) => replaceRejected(core, renewOnce, rejected),
    replaceWeak: createReplaceWeak(core, options.onStepUp),
    mayAttachTo: createTokenTargets(issuer, options.apiOrigins, surroundings),
  };
  return {
    get user() {
      return core.state.view().user;
    },
    get state() {
      return core.state.view();
    },
    ...source,
    ...createAccount(core, source),
    signUp: (registration) => signUp(core, registration),
    signIn: (credentials) => signIn(core, credentials),
    stepUp: (proof) => stepUp(core, proof),
    signOut: () => signOut(core),
    restore: onceAtATime(() => restore(core, renewOnce)),
    fetch: createFetchWithToken(source, surroundings),
    subscribe: core.state.subscribe,
    on: core.state.on,
    close,
  };
}

function createCore(
  surroundings: Surroundings,
  issuer: string,
  options: ClientOptions,
): { core: Core; renewOnce: RenewOnce; close: () => void } {
  const timeoutMs = (options.timeoutSeconds ?? 15) * 1000;
  if (!(timeoutMs > 0)) throw new TypeError('createClient: timeoutSeconds must be above 0');
  const place = { key: `countersign:${issuer}`, patienceMs: timeoutMs };
  const storage = openStorage(options.storage, place, surroundings);
  const lockName = storage.sharedAs === undefined ? undefined : `${place.key}:${storage.sharedAs}`;
  const isAlone = surroundings.isServer && storage.sharedAs === undefined;
  const channel = isAlone
    ? { post: () => {}, close: () => {} }
    : openChannel(`${place.key}:${storage.sharedAs ?? storage.kind}`, surroundings, (message) => {
        hearTabs(core, message).catch(() => undefined);
      });
  const core: Core = {
    surroundings,
    state: createClientState(),
    keeper: createSessionKeeper(storage),
    kind: storage.kind,
    call: createCallIssuer({ issuer, withCookies: storage.kind === 'cookie', timeoutMs }, surroundings),
    pause: createRenewalPause(surroundings.now),
    freshShare: drawFreshShare(surroundings.crypto),
    exclusive: createExclusive(lockName, surroundings.locks, timeoutMs),
    channel: storage.sharedAs === undefined ? onlyEnds(channel) : channel,
  };
  const renewOnce = createRenewOnce(core);
  const stopPageEvents = surroundings.onPageEvent((event) => {
    // A storage event is only the stand-in for a message.
    if (event === 'storage' && surroundings.openChannel !== undefined) return;
    lookAgain(core, renewOnce).catch(() => undefined);
  });
  const close = (): void => {
    channel.close();
    stopPageEvents();
  };
  return { core, renewOnce, close };
}

/** Who shares no storage shares no session: all that concerns the others is that one of their user's is over. */
function onlyEnds(channel: Pick<Channel, 'post'>): Pick<Channel, 'post'> {
  return {
    post: (message) => {
      if (message.type === 'ended') channel.post(message);
    },
  };
}

/** 0.4 up to 0.5: the first half of a token's life is never needed. */
function drawFreshShare(random: Crypto): number {
  const [drawn = 0] = random.getRandomValues(new Uint8Array(1));
  return 0.4 + drawn / 2550;
}

const members: Readonly<Record<keyof ClientOptions, true>> = {
  issuer: true,
  storage: true,
  apiOrigins: true,
  timeoutSeconds: true,
  onStepUp: true,
  fetch: true,
  now: true,
};

/** A misspelt option would be an option that is silently not set. */
function checkMembers(options: ClientOptions): void {
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(members, name));
  if (unknown !== undefined) throw new TypeError(`createClient: ${unknown} is not an option`);
}

function readIssuer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain =
    url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!isPlain || url.search !== '' || url.hash !== '') {
    throw new TypeError(
      'createClient: issuer must be an http(s) URL without credentials, query and fragment',
    );
  }
  return url.href.replace(/\/+$/, '');
}

function onceAtATime<T>(work: () => Promise<T>): () => Promise<T> {
  let inFlight: Promise<T> | undefined;
  return () => {
    inFlight ??= work().finally(() => {
      inFlight = undefined;
    });
    return inFlight;
  };
}
