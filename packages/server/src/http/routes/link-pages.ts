import { forgotForm, linkForm, linkQuery, resetForm } from '../../contract/page.ts';
import { Refusal } from '../../base/refusal.ts';
import { askForReset } from '../../flows/ask-for-reset.ts';
import { disownSignIn, readDisownable } from '../../flows/disown-sign-in.ts';
import { resetPassword } from '../../flows/reset-password.ts';
import { findLink } from '../../flows/try-link.ts';
import type { Frame } from '../../pages/frame.ts';
import { drawDeadLink, drawForgot, drawMailedLink, drawMessagePage } from '../../pages/mailed-link.ts';
import { page, type PageAnswer, type PageVisit } from '../page.ts';
import type { Route } from '../route.ts';
import { anyVisitor } from '../who.ts';

/** What mailed links open. A GET shows a form and changes nothing: mail programs open links by themselves. */
export const linkPages: readonly Route[] = [
  ...page({
    path: '/not-me',
    summary: 'Take a sign-in back that was not yours',
    who: anyVisitor,
    query: linkQuery,
    refusals: ['invalid_link'],
    async show(house, visit) {
      const token = tokenOf(visit);
      const isOpen = await isLink(() => readDisownable(house, token));
      if (!isOpen) return deadLink(visit.frame);
      const { frame, form } = visit;
      const shows = drawMailedLink(frame, {
        form,
        token,
        path: '/not-me',
        title: 'not-me.title',
        lead: frame.say('not-me.lead'),
        button: 'not-me.button',
        weight: 'danger',
      });
      return { title: frame.say('not-me.title'), shows };
    },
    form: {
      fields: linkForm,
      refusals: ['invalid_link'],
      async act(house, { frame: { say }, source }, { token }) {
        const { needsNewPassword } = await disownSignIn(house, token, source);
        const title = say('not-me.done-title');
        const next = needsNewPassword
          ? { text: say('not-me.password-text'), href: '/forgot-password', action: say('not-me.to-password') }
          : { text: say('not-me.done-text'), href: '/sign-in', action: say('link.to-sign-in') };
        return { title, shows: drawMessagePage({ title, ...next }) };
      },
    },
  }),
  ...page({
    path: '/forgot-password',
    summary: 'Have a link mailed that sets another password',
    who: anyVisitor,
    limits: ['mail by source'],
    show: (_house, { frame, form }) => ({
      title: frame.say('forgot.title'),
      shows: drawForgot(frame, form),
    }),
    form: {
      fields: forgotForm,
      refusals: ['not_found'],
      act(house, { frame: { say }, source }, { identifier }) {
        askForReset(house, identifier, source);
        const title = say('forgot.sent-title');
        const next = { text: say('forgot.sent-text'), href: '/sign-in', action: say('link.to-sign-in') };
        return { title, shows: drawMessagePage({ title, ...next }) };
      },
    },
  }),
  ...page({
    path: '/reset-password',
    summary: 'Set another password by a mailed link',
    who: anyVisitor,
    query: linkQuery,
    refusals: ['invalid_link'],
    limits: ['link by source'],
    async show(house, visit) {
      const token = tokenOf(visit);
      const link = await findLink(house, { purpose: 'reset-password', token });
      const { frame, form } = visit;
      if (link === undefined) return deadLink(frame);
      const shows = drawMailedLink(frame, {
        form,
        token,
        path: '/reset-password',
        title: 'reset.title',
        lead: frame.say('reset.lead'),
        button: 'reset.button',
        fields: [
          {
            name: 'password',
            label: frame.say('password.new'),
            hint: frame.say('password.hint'),
            type: 'password',
            autocomplete: 'new-password',
          },
        ],
      });
      return { title: frame.say('reset.title'), shows };
    },
    form: {
      fields: resetForm,
      secrets: ['password'],
      refusals: [
        'invalid_link',
        'password_too_short',
        'password_too_long',
        'password_too_common',
        'overloaded',
      ],
      async act(house, { source }, { token, password }) {
        await resetPassword(house, { token, newPassword: password }, source);
        return { goTo: '/sign-in?notice=reset' };
      },
    },
  }),
];

export function tokenOf({
  query,
  form,
}: Pick<PageVisit<unknown, { readonly token?: string | undefined }>, 'query' | 'form'>): string {
  return query.token ?? form.typed['token'] ?? '';
}

export function deadLink(frame: Frame): PageAnswer {
  return {
    title: frame.say('link.dead-title'),
    shows: drawDeadLink(frame),
    refusal: new Refusal('invalid_link'),
  };
}

async function isLink(find: () => Promise<unknown>): Promise<boolean> {
  try {
    await find();
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.code === 'invalid_link') return false;
    throw error;
  }
}
