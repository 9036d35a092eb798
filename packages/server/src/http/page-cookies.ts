import type { House } from '../base/house.ts';
import { isRandomId, randomId } from '../base/random-id.ts';
import type { SignedIn } from '../flows/signed-in.ts';
import type { CookieAccess, CookieChange } from './route.ts';

/** What was begun on the pages by this browser. */
export interface BrowserFlow {
  /** Made for the browser, and anew at each sign-in. */
  readonly id: string;
  /** The secret of a challenge that only this browser may answer. */
  readonly challengeId: string | undefined;
}

const idLength = 22;

/** The session that the cookie names, if we wrote the cookie. */
export function readSessionCookie(
  { stamps }: Pick<House, 'stamps'>,
  cookie: CookieAccess,
): string | undefined {
  const value = cookie.read('session');
  const id = value?.slice(0, idLength) ?? '';
  return isRandomId(id) && stamps.holds('session-cookie', id, value?.slice(idLength) ?? '') ? id : undefined;
}

/** @returns undefined when there is none, or none of ours */
export function readFlowCookie(
  { stamps }: Pick<House, 'stamps'>,
  cookie: CookieAccess,
): BrowserFlow | undefined {
  const value = cookie.read('flow') ?? '';
  const texts = value.slice(0, value.length > 2 * idLength + 21 ? 2 * idLength : idLength);
  if (!stamps.holds('flow-cookie', texts, value.slice(texts.length))) return undefined;
  return { id: texts.slice(0, idLength), challengeId: texts.slice(idLength) || undefined };
}

/** A flow of another browser is never gone on with: its cookie is here, or it is none. */
export function writeFlowCookie({ stamps }: Pick<House, 'stamps'>, flow: BrowserFlow): CookieChange {
  const texts = flow.id + (flow.challengeId ?? '');
  const value = texts + stamps.make('flow-cookie', texts);
  return { kind: 'set', cookie: 'flow', value, maxAgeSeconds: undefined };
}

export function newFlow(challengeId?: string): BrowserFlow {
  return { id: randomId(), challengeId };
}

/**
 * Signed in: the session's cookie, the refresh token for applications that ask
 * for it, and a new flow, so that no form of before the sign-in is taken any
 * more.
 */
export function signInCookies(house: House, signedIn: SignedIn): readonly CookieChange[] {
  const { sessionId, refreshToken, refreshExpiresInSeconds } = signedIn;
  return [
    {
      kind: 'set',
      cookie: 'session',
      value: sessionId + house.stamps.make('session-cookie', sessionId),
      maxAgeSeconds: house.policy.sessionMaxSeconds,
    },
    { kind: 'set', cookie: 'refresh', value: refreshToken, maxAgeSeconds: refreshExpiresInSeconds },
    writeFlowCookie(house, newFlow()),
  ];
}

/** Signed out: whoever uses the browser next begins anew. */
export function signOutCookies(): readonly CookieChange[] {
  return [
    { kind: 'delete', cookie: 'session' },
    { kind: 'delete', cookie: 'refresh' },
    { kind: 'delete', cookie: 'flow' },
  ];
}
