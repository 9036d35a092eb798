import { nothingForm, returnQuery, signInForm } from '../../contract/page.ts';
import type { SignInOutcome } from '../../flows/continue-sign-in.ts';
import { endOpenSession } from '../../flows/end-open-session.ts';
import type { PageSession } from '../../flows/find-page-session.ts';
import { logIn } from '../../flows/log-in.ts';
import { logOut } from '../../flows/log-out.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { drawSignIn } from '../../pages/sign-in.ts';
import { drawSignedOut, drawSignOut } from '../../pages/sign-out.ts';
import { withReturn } from '../../pages/links.ts';
import { page, type PageAnswer } from '../page.ts';
import { newFlow, signInCookies, signOutCookies, writeFlowCookie } from '../page-cookies.ts';
import type { Route } from '../route.ts';
import { anyVisitor } from '../who.ts';

/** Where people are who did not say where they want to go. */
const home = '/account';

export const signInPages: readonly Route[] = [
  ...page({
    path: '/sign-in',
    summary: 'Sign in',
    who: anyVisitor,
    query: returnQuery,
    limits: ['log-in by source'],
    show(_house, { frame, form, scope, query, caller }) {
      const returnTo = scope.readReturn(query.return_to);
      if (caller !== undefined) return { goTo: returnTo ?? home };
      return { title: frame.say('sign-in.title'), shows: drawSignIn(frame, { form, returnTo }) };
    },
    form: {
      fields: signInForm,
      secrets: ['password'],
      refusals: ['invalid_credentials', 'second_factor_unavailable', 'password_too_long', 'overloaded'],
      async act(house, visit, fields) {
        const presentedRefreshToken = visit.cookie.read('refresh');
        const outcome = await logIn(house, { ...fields, presentedRefreshToken }, visit.source);
        await endFormer(house, visit.caller, visit.source);
        return goOn(house, outcome, visit.scope.readReturn(visit.query.return_to));
      },
    },
  }),
  ...page({
    path: '/sign-out',
    summary: 'Sign out',
    who: anyVisitor,
    show: (_house, { frame, form, caller }) =>
      caller === undefined
        ? { goTo: '/signed-out' }
        : { title: frame.say('sign-out.title'), shows: drawSignOut(frame, form) },
    form: {
      fields: nothingForm,
      refusals: [],
      async act(house, { caller, cookie, source }) {
        const refreshToken = cookie.read('refresh');
        await logOut(house, { caller: caller?.caller, refreshToken }, source);
        return { goTo: '/signed-out', cookies: signOutCookies() };
      },
    },
  }),
  ...page({
    path: '/signed-out',
    summary: 'Say that somebody is signed out',
    who: anyVisitor,
    show: (_house, { frame, caller }) =>
      caller === undefined
        ? { title: frame.say('signed-out.title'), shows: drawSignedOut(frame) }
        : { goTo: home },
  }),
];

/** The browser's session of before the sign-in is not gone on with, whoever's it was. */
async function endFormer(
  house: House,
  former: PageSession | undefined,
  source: RequestSource,
): Promise<void> {
  if (former === undefined) return;
  const { sessionId, userId } = former.caller;
  await endOpenSession(house, { sessionId, userId, reason: 'another sign-in' }, source);
}

function goOn(house: House, outcome: SignInOutcome, returnTo: string | undefined): PageAnswer {
  if (outcome.kind === 'signed-in') return { goTo: returnTo ?? home, cookies: signInCookies(house, outcome) };
  return {
    goTo: withReturn('/sign-in/second-step', returnTo),
    cookies: [{ kind: 'delete', cookie: 'session' }, writeFlowCookie(house, newFlow(outcome.challengeId))],
  };
}
