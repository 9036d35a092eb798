import type { House } from '../../base/house.ts';
import type { RefusalCode } from '../../base/refusals.ts';
import { linkForm, linkQuery, mailboxForm } from '../../contract/page.ts';
import { confirmNewEmail } from '../../flows/confirm-new-email.ts';
import { findLink } from '../../flows/try-link.ts';
import { undoNewEmail } from '../../flows/undo-new-email.ts';
import { verifyEmail } from '../../flows/verify-email.ts';
import type { PageSession } from '../../flows/find-page-session.ts';
import type { FieldView } from '../../pages/form.ts';
import type { Frame } from '../../pages/frame.ts';
import { drawMailedLink, drawMessagePage, type MailedLinkView } from '../../pages/mailed-link.ts';
import { mailLinks } from '../../rules/mail-links.ts';
import { page, type PageAnswer, type PageVisit } from '../page.ts';
import type { Route } from '../route.ts';
import { anyVisitor } from '../who.ts';
import { deadLink, tokenOf } from './link-pages.ts';

type Purpose = 'verify-email' | 'change-email' | 'undo-email';
type Visit = PageVisit<PageSession | undefined, { readonly token?: string | undefined }>;

/** What every refusal of a link together with a password can be. */
const refusals: readonly RefusalCode[] = ['invalid_link', 'invalid_credentials', 'email_taken', 'overloaded'];

/** Links of messages that prove a mailbox. The password, or a session of the account, is asked for beside them. */
export const mailboxPages: readonly Route[] = [
  ...page({
    path: mailLinks['verify-email'].page,
    summary: 'Prove that a mailbox is yours',
    who: anyVisitor,
    query: linkQuery,
    refusals: ['invalid_link'],
    limits: ['link by source'],
    show: (house, visit) => showLink(house, visit, 'verify-email'),
    form: {
      fields: mailboxForm,
      secrets: ['password'],
      refusals: [...refusals, 'username_taken', 'registration_closed', 'password_too_long'],
      async act(house, { caller, source }, fields) {
        await verifyEmail(house, { ...fields, caller: caller?.caller }, source);
        return { goTo: caller === undefined ? '/sign-in?notice=verified' : '/account' };
      },
    },
  }),
  ...page({
    path: mailLinks['change-email'].page,
    summary: 'Confirm another e-mail address',
    who: anyVisitor,
    query: linkQuery,
    refusals: ['invalid_link'],
    limits: ['link by source'],
    show: (house, visit) => showLink(house, visit, 'change-email'),
    form: {
      fields: mailboxForm,
      secrets: ['password'],
      refusals: [...refusals, 'password_too_long'],
      async act(house, { caller, source }, fields) {
        await confirmNewEmail(house, { ...fields, caller: caller?.caller }, source);
        return { goTo: caller === undefined ? '/sign-in?notice=verified' : '/account' };
      },
    },
  }),
  ...page({
    path: mailLinks['undo-email'].page,
    summary: 'Take a change of the e-mail address back',
    who: anyVisitor,
    query: linkQuery,
    refusals: ['invalid_link'],
    limits: ['link by source'],
    show: (house, visit) => showLink(house, visit, 'undo-email'),
    form: {
      fields: linkForm,
      refusals: ['invalid_link'],
      async act(house, { frame: { say }, source }, { token }) {
        await undoNewEmail(house, token, source);
        const title = say('undo-email.done-title');
        const next = { text: say('undo-email.done-text'), href: '/sign-in', action: say('link.to-sign-in') };
        return { title, shows: drawMessagePage({ title, ...next }) };
      },
    },
  }),
];

const texts: Readonly<
  Record<Purpose, Pick<MailedLinkView, 'title' | 'button' | 'weight'> & { readonly lead: `${Purpose}.lead` }>
> = {
  'verify-email': { title: 'verify-email.title', lead: 'verify-email.lead', button: 'verify-email.button' },
  'change-email': { title: 'change-email.title', lead: 'change-email.lead', button: 'change-email.button' },
  'undo-email': {
    title: 'undo-email.title',
    lead: 'undo-email.lead',
    button: 'undo-email.button',
    weight: 'danger',
  },
};

async function showLink(house: House, visit: Visit, purpose: Purpose): Promise<PageAnswer> {
  const { frame, form, caller } = visit;
  const token = tokenOf(visit);
  if ((await findLink(house, { purpose, token })) === undefined) return deadLink(frame);
  const asksForPassword = caller === undefined && purpose !== 'undo-email';
  const { title, lead, ...others } = texts[purpose];
  const shows = drawMailedLink(frame, {
    ...others,
    form,
    token,
    title,
    lead: frame.say(lead),
    path: mailLinks[purpose].page,
    fields: asksForPassword ? [passwordField(frame)] : [],
  });
  return { title: frame.say(title), shows };
}

function passwordField({ say }: Frame): FieldView {
  return {
    name: 'password',
    label: say('sign-in.password'),
    type: 'password',
    autocomplete: 'current-password',
  };
}
