import { doneQuery, passwordForm, profileForm, sessionForm } from '../../contract/page.ts';
import { Refusal } from '../../base/refusal.ts';
import { changePassword } from '../../flows/change-password.ts';
import { changeProfile } from '../../flows/change-profile.ts';
import { endSession } from '../../flows/end-session.ts';
import { type FactorList, listFactors } from '../../flows/list-factors.ts';
import { listSessions, type SessionSummary } from '../../flows/list-sessions.ts';
import {
  doneThings,
  type DoneThing,
  drawAccount,
  drawPasswordChange,
  drawProfile,
  drawSecurity,
  type SecurityRow,
} from '../../pages/account.ts';
import type { Frame } from '../../pages/frame.ts';
import { drawSessions, type SessionView } from '../../pages/sessions.ts';
import { agentFamily } from '../../rules/agent-family.ts';
import { page } from '../page.ts';
import { signInCookies } from '../page-cookies.ts';
import type { Route } from '../route.ts';
import { anyVisitor, signedInHere } from '../who.ts';

export const accountPages: readonly Route[] = [
  ...page({
    path: '/account',
    summary: 'See and change your profile',
    who: signedInHere,
    query: doneQuery,
    show(_house, { frame, form, caller, query }) {
      const body = drawProfile(frame, { form, ...caller });
      const title = frame.say('account.profile');
      return { title, shows: drawAccount(frame, { place: '/account', done: readDone(query.done), body }) };
    },
    form: {
      fields: profileForm,
      refusals: ['username_taken', 'invalid_token'],
      async act(house, { caller: { caller }, source }, { name = null, username = null }) {
        await changeProfile(house, { caller, name, username }, source);
        return { goTo: '/account?done=profile' };
      },
    },
  }),
  ...page({
    path: '/account/security',
    summary: 'See how your account is protected',
    who: signedInHere,
    query: doneQuery,
    async show(house, { frame, query, caller }) {
      const factors = await listFactors(house, caller.caller);
      const shown = {
        place: '/account/security',
        done: readDone(query.done),
        body: drawSecurity(frame, listSecurity(frame, factors)),
      } as const;
      return { title: frame.say('account.security'), shows: drawAccount(frame, shown) };
    },
  }),
  ...page({
    path: '/account/sessions',
    summary: 'See and end your sessions',
    who: signedInHere,
    query: doneQuery,
    async show(house, { frame, form, caller, query }) {
      const sessions = await listSessions(house, caller.caller);
      const body = drawSessions(frame, form, sessions.map(viewSession));
      const title = frame.say('account.sessions');
      return {
        title,
        shows: drawAccount(frame, { place: '/account/sessions', done: readDone(query.done), body }),
      };
    },
    form: {
      fields: sessionForm,
      refusals: [],
      async act(house, { caller: { caller }, source }, { session_id: sessionId }) {
        await endSession(house, { caller, sessionId }, source).catch(ignoreEnded);
        return { goTo: '/account/sessions?done=session' };
      },
    },
  }),
  ...page({
    path: '/.well-known/change-password',
    summary: 'Lead password managers to the page that changes the password',
    who: anyVisitor,
    show: () => ({ goTo: '/account/password' }),
  }),
  ...page({
    path: '/account/password',
    summary: 'Change your password',
    who: signedInHere,
    show(_house, { frame, form, caller }) {
      const body = drawPasswordChange(frame, form, caller.email);
      const title = frame.say('password.title');
      return { title, shows: drawAccount(frame, { place: '/account/security', body }) };
    },
    form: {
      fields: passwordForm,
      secrets: ['current_password', 'new_password'],
      refusals: [
        'invalid_credentials',
        'password_too_short',
        'password_too_long',
        'password_too_common',
        'password_breached',
        'conflict',
        'overloaded',
      ],
      async act(house, { caller: { caller }, source }, fields) {
        const { current_password: currentPassword, new_password: newPassword } = fields;
        const signedIn = await changePassword(house, { caller, currentPassword, newPassword }, source);
        return { goTo: '/account/security?done=password', cookies: signInCookies(house, signedIn) };
      },
    },
  }),
];

function readDone(text: string | undefined): DoneThing | undefined {
  return doneThings.find((thing) => thing === text);
}

function listSecurity({ say }: Frame, { factors, recoveryCodesLeft }: FactorList): readonly SecurityRow[] {
  const hasApp = factors.some(({ kind }) => kind === 'totp');
  return [
    {
      title: say('security.password'),
      text: say('security.password-text'),
      href: '/account/password',
      action: say('security.change'),
    },
    {
      title: say('app.title'),
      text: say('security.app-text'),
      isOn: hasApp,
      href: '/account/app',
      action: say(hasApp ? 'security.change' : 'security.set-up'),
    },
    {
      title: say('recovery.title'),
      text:
        recoveryCodesLeft === 0
          ? say('security.recovery-text')
          : say('recovery.left', { left: recoveryCodesLeft }),
      href: '/account/recovery-codes',
      action: say('security.show'),
    },
    {
      title: say('account.sessions'),
      text: say('security.sessions-text'),
      href: '/account/sessions',
      action: say('security.show'),
    },
  ];
}

function viewSession({ id, userAgent, address, lastUsedAtMs, current }: SessionSummary): SessionView {
  const family = agentFamily(userAgent ?? undefined);
  return {
    id,
    device: family === 'unknown' ? undefined : family,
    address,
    lastUsedAtMs,
    isCurrent: current,
  };
}

/** Gone is gone, whoever ended it. */
function ignoreEnded(error: unknown): void {
  if (!(error instanceof Refusal && error.code === 'not_found')) throw error;
}
