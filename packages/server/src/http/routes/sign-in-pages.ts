import {
  codeForm,
  nothingForm,
  returnQuery,
  secondStepQuery,
  signInAgainForm,
  signInForm,
  signInQuery,
} from '../../contract/page.ts';
import type { SignInOutcome } from '../../flows/continue-sign-in.ts';
import { endOpenSession } from '../../flows/end-open-session.ts';
import type { PageSession } from '../../flows/find-page-session.ts';
import { findPendingSignIn } from '../../flows/find-pending-sign-in.ts';
import { finishSecondFactor } from '../../flows/finish-second-factor.ts';
import { logIn } from '../../flows/log-in.ts';
import { logOut } from '../../flows/log-out.ts';
import { sendCode } from '../../flows/send-code.ts';
import type { House, RequestSource } from '../../base/house.ts';
import { drawSignIn, drawSignInAgain, readNotice } from '../../pages/sign-in.ts';
import { drawSignedOut, drawSignOut } from '../../pages/sign-out.ts';
import { linkTo } from '../../pages/links.ts';
import { drawSecondStep, stepFor, type TypedFactor } from '../../pages/second-step.ts';
import { drawSendCode, isSentFactor, sendCodePath, type SentFactor } from '../../pages/send-code.ts';
import { page, type PageAnswer } from '../page.ts';
import { newFlow, readFlowCookie, signInCookies, signOutCookies, writeFlowCookie } from '../page-cookies.ts';
import type { CookieAccess, Route } from '../route.ts';
import { anyVisitor, signedInHere } from '../who.ts';

/** Where people are who did not say where they want to go. */
const home = '/account';

export const signInPages: readonly Route[] = [
  ...page({
    path: '/sign-in',
    summary: 'Sign in',
    who: anyVisitor,
    query: signInQuery,
    limits: ['log-in by source'],
    show(_house, { frame, form, scope, query, caller }) {
      const returnTo = scope.readReturn(query.return_to);
      const notice = readNotice(query.notice);
      if (caller !== undefined && query.again === undefined) return { goTo: returnTo ?? home };
      return { title: frame.say('sign-in.title'), shows: drawSignIn(frame, { form, returnTo, notice }) };
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
    path: '/sign-in/second-step',
    summary: 'Prove a second factor',
    who: anyVisitor,
    query: secondStepQuery,
    limits: ['log-in by source'],
    async show(house, { frame, form, scope, query, cookie }) {
      const returnTo = scope.readReturn(query.return_to);
      const factors = await findOffered(house, cookie);
      const factor = factors.find((one) => one === query.factor) ?? factors[0];
      if (factor === undefined) return beginAgain(returnTo);
      const others = factors.filter((one) => one !== factor);
      const title = frame.say('second-step.title');
      return { title, shows: drawSecondStep(frame, { form, factor, others, returnTo }) };
    },
    form: {
      fields: codeForm,
      secrets: ['code'],
      refusals: ['wrong_code', 'invalid_credentials'],
      async act(house, { scope, query, cookie, source }, { code }) {
        const returnTo = scope.readReturn(query.return_to);
        const challengeId = readFlowCookie(house, cookie)?.challengeId;
        const factors = await findOffered(house, cookie);
        const factor = factors.find((one) => one === query.factor) ?? factors[0];
        if (challengeId === undefined || factor === undefined) return beginAgain(returnTo);
        const presentedRefreshToken = cookie.read('refresh');
        const proof = { challengeId, factor, code, presentedRefreshToken };
        return goOn(house, await finishSecondFactor(house, proof, source), returnTo);
      },
    },
  }),
  ...page({
    path: sendCodePath,
    summary: 'Get a code for the second step',
    who: anyVisitor,
    query: secondStepQuery,
    limits: ['log-in by source'],
    async show(house, { frame, form, scope, query, cookie }) {
      const returnTo = scope.readReturn(query.return_to);
      const factor = await findSent(house, cookie, query.factor);
      if (factor === undefined) return beginAgain(returnTo);
      const title = frame.say('second-step.title');
      return { title, shows: drawSendCode(frame, { form, factor, returnTo }) };
    },
    form: {
      fields: nothingForm,
      refusals: [],
      async act(house, { scope, query, cookie, source }) {
        const returnTo = scope.readReturn(query.return_to);
        const challengeId = readFlowCookie(house, cookie)?.challengeId;
        const factor = await findSent(house, cookie, query.factor);
        if (challengeId === undefined || factor === undefined) return beginAgain(returnTo);
        await sendCode(house, { challengeId, factor }, source);
        return { goTo: linkTo('/sign-in/second-step', { factor, return_to: returnTo }) };
      },
    },
  }),
  ...page({
    path: '/sign-in/again',
    summary: 'Show once more that it is you',
    who: signedInHere,
    query: returnQuery,
    limits: ['log-in by source'],
    show(_house, { frame, form, scope, query, caller }) {
      const returnTo = scope.readReturn(query.return_to);
      const title = frame.say('again.title');
      return { title, shows: drawSignInAgain(frame, { form, returnTo }, caller.email) };
    },
    form: {
      fields: signInAgainForm,
      secrets: ['password'],
      refusals: ['invalid_credentials', 'second_factor_unavailable', 'password_too_long'],
      async act(house, { caller, scope, query, cookie, source }, { password }) {
        const presentedRefreshToken = cookie.read('refresh');
        const proof = { identifier: caller.email, password, presentedRefreshToken };
        const outcome = await logIn(house, proof, source);
        await endFormer(house, caller, source);
        return goOn(house, outcome, scope.readReturn(query.return_to));
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
    goTo: stepFor(
      outcome.factors.find((factor) => factor !== 'passkey'),
      returnTo,
    ),
    cookies: [{ kind: 'delete', cookie: 'session' }, writeFlowCookie(house, newFlow(outcome.challengeId))],
  };
}

function beginAgain(returnTo: string | undefined): PageAnswer {
  return { goTo: linkTo('/sign-in', { notice: 'expired', return_to: returnTo }) };
}

/** The factor whose code may be sent for the sign-in that this browser began. */
async function findSent(
  house: House,
  cookie: CookieAccess,
  asked: string | undefined,
): Promise<SentFactor | undefined> {
  const factors = await findOffered(house, cookie);
  return factors.filter(isSentFactor).find((factor) => factor === asked);
}

/** What the sign-in that this browser began still asks for, of what is typed. */
async function findOffered(house: House, cookie: CookieAccess): Promise<readonly TypedFactor[]> {
  const challengeId = readFlowCookie(house, cookie)?.challengeId;
  if (challengeId === undefined) return [];
  const factors = (await findPendingSignIn(house, challengeId)) ?? [];
  return factors.flatMap((factor) => (factor === 'passkey' ? [] : [factor]));
}
