import type { Caller } from '../base/house.ts';
import { Refusal } from '../base/refusal.ts';
import type { Machine } from '../flows/find-machine.ts';
import type { PageSession } from '../flows/find-page-session.ts';

/** Who may ask for a route. Every row names one: there is no default. */
export interface Who<Asker> {
  readonly kind:
    | 'anyone'
    | 'user'
    | 'user-or-refresh-token'
    | 'permission'
    | 'client'
    | 'machine'
    | 'browser';
  readonly permission: string | undefined;
  /** Of a machine client. */
  readonly scope?: string;
  /** @throws Refusal for everybody else */
  admit(gate: Gate): Asker | Promise<Asker>;
}

/** What the door knows about who asks. */
export interface Gate {
  /**
   * The owner of the access token, with session, roles and permissions as the
   * database has them now, not as the token says.
   *
   * @returns undefined when no token is presented
   * @throws Refusal `invalid_token`
   */
  findCaller(): Promise<Caller | undefined>;
  /**
   * The machine client of the access token, as the database has it now.
   *
   * @returns undefined when no token is presented
   * @throws Refusal `invalid_token`, `insufficient_scope`
   */
  findMachine(scope: string): Promise<Machine | undefined>;
  /** Who is signed in on the pages of this browser, as the database has it now. */
  findPageSession(): Promise<PageSession | undefined>;
}

/** Everybody. An access token is not looked at. */
export const anyone: Who<undefined> = {
  kind: 'anyone',
  permission: undefined,
  admit: () => undefined,
};

/** Everybody; whose access token comes along is known. A bad one is refused. */
export const anyoneOrSignedIn: Who<Caller | undefined> = {
  kind: 'anyone',
  permission: undefined,
  admit: (gate) => gate.findCaller(),
};

/** The flow authenticates a client of OAuth by its own credentials. */
export const oauthClient: Who<undefined> = {
  kind: 'client',
  permission: undefined,
  admit: () => undefined,
};

/** A user with a live session. */
export const signedIn: Who<Caller> = {
  kind: 'user',
  permission: undefined,
  admit: requireCaller,
};

/** What an access token brought where one is not the only way in. */
export type MaybeCaller =
  | { readonly kind: 'caller'; readonly caller: Caller }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** A user with a live session, or somebody who may prove themselves by a refresh token: the row decides. */
export const signedInOrRefreshing: Who<MaybeCaller> = {
  kind: 'user-or-refresh-token',
  permission: undefined,
  async admit(gate) {
    try {
      return { kind: 'caller', caller: await requireCaller(gate) };
    } catch (error) {
      if (error instanceof Refusal && error.code !== 'unavailable')
        return { kind: 'refused', refusal: error };
      throw error;
    }
  },
};

/**
 * A user with a live session who holds the permission now.
 * @throws Refusal `insufficient_scope` for everybody else with a session; `insufficient_user_authentication`
 *   where the same user would hold it after a sign-in with two factors
 */
export function holding(permission: string): Who<Caller> {
  return {
    kind: 'permission',
    permission,
    async admit(gate) {
      const caller = await requireCaller(gate);
      if (caller.permissions.includes(permission)) return caller;
      if (caller.withheld.permissions.includes(permission)) {
        throw new Refusal('insufficient_user_authentication', { acrValues: 'aal2' });
      }
      throw new Refusal('insufficient_scope', { reason: `lacks ${permission}` });
    },
  };
}

/**
 * A machine client with a token for the scope, which it still has: guards and relays.
 * @throws Refusal `insufficient_scope` for other machine clients
 */
export function machineHolding(scope: string): Who<Machine> {
  return {
    kind: 'machine',
    permission: undefined,
    scope,
    async admit(gate) {
      const machine = await gate.findMachine(scope);
      if (machine === undefined) throw new Refusal('token_missing');
      return machine;
    },
  };
}

/** Whoever is signed in on the pages. @throws Refusal `sign_in_needed`: the page leads there instead */
export const signedInHere: Who<PageSession> = {
  kind: 'browser',
  permission: undefined,
  async admit(gate) {
    const session = await gate.findPageSession();
    if (session === undefined) throw new Refusal('sign_in_needed');
    return session;
  },
};

/** Everybody with a browser; whoever is signed in is known. */
export const anyVisitor: Who<PageSession | undefined> = {
  kind: 'anyone',
  permission: undefined,
  admit: (gate) => gate.findPageSession(),
};

async function requireCaller(gate: Gate): Promise<Caller> {
  const caller = await gate.findCaller();
  if (caller === undefined) throw new Refusal('token_missing');
  return caller;
}
