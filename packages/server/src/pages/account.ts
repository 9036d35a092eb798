import type { PageTextKey } from '../texts/pages/page-texts.ts';
import { drawAlert, drawForm, type FormState } from './form.ts';
import type { Frame } from './frame.ts';
import { type Html, html } from './html.ts';

/** The pages of an account; each has a text `account.{name}`. */
const places = [
  { href: '/account', label: 'account.profile' },
  { href: '/account/security', label: 'account.security' },
  { href: '/account/sessions', label: 'account.sessions' },
] as const satisfies readonly { readonly href: string; readonly label: PageTextKey }[];

export type AccountPlace = (typeof places)[number]['href'];

/** What was just done, as the page that one is led to says it. */
export const doneThings = ['profile', 'password', 'session', 'app', 'removed'] as const;
export type DoneThing = (typeof doneThings)[number];

export interface AccountShown {
  readonly place: AccountPlace;
  readonly done?: DoneThing | undefined;
  readonly body: Html;
}

/** Any page of the account: the way to the others, what was done, the page. */
export function drawAccount({ say }: Frame, { place, done, body }: AccountShown): Html {
  return html`<div class="account">
<nav aria-label="${say('account.pages')}">
<ul>
${places.map(
  ({ href, label }) =>
    html`<li><a href="${href}"${href === place && html` aria-current="page"`}>${say(label)}</a></li>\n`,
)}</ul>
</nav>
<div>
${done !== undefined && html`<p class="notice" role="status">${say(`done.${done}`)}</p>`}
${body}
</div>
</div>`;
}

export interface ProfileView {
  readonly form: FormState;
  readonly email: string;
  readonly username: string | null;
  readonly name: string | null;
}

export function drawProfile(frame: Frame, { form, email, username, name }: ProfileView): Html {
  const { say } = frame;
  return html`<section class="card">
<h1>${say('account.profile')}</h1>
${drawAlert(frame, form)}
<dl class="facts">
<div><dt>${say('profile.email')}</dt><dd>${email}</dd></div>
</dl>
${drawForm(frame, form, {
  action: '/account',
  fields: [
    {
      name: 'name',
      label: say('profile.name'),
      autocomplete: 'name',
      isOptional: true,
      value: name ?? undefined,
      maxLength: 200,
    },
    {
      name: 'username',
      label: say('profile.username'),
      hint: say('profile.username-hint'),
      autocomplete: 'username',
      isOptional: true,
      value: username ?? undefined,
      maxLength: 64,
    },
  ],
  button: say('profile.save'),
})}
</section>`;
}

/** A way to prove who one is, as the overview shows it. */
export interface SecurityRow {
  readonly title: string;
  readonly text: string;
  readonly isOn?: boolean;
  readonly href: string;
  readonly action: string;
}

export function drawSecurity({ say }: Frame, rows: readonly SecurityRow[]): Html {
  return html`<section class="card">
<h1>${say('account.security')}</h1>
<ul class="rows">
${rows.map(
  ({ title, text, isOn, href, action }) => html`<li class="row">
<div><strong>${title}${isOn === true && html` <span class="tag">${say('security.on')}</span>`}</strong><p class="quiet">${text}</p></div>
<a class="button plain" href="${href}">${action}</a>
</li>
`,
)}</ul>
</section>`;
}

export function drawPasswordChange(frame: Frame, form: FormState, email: string): Html {
  const { say } = frame;
  return html`<section class="card">
<h1>${say('password.title')}</h1>
<p class="lead">${say('password.lead')}</p>
${drawAlert(frame, form)}
${drawForm(frame, form, {
  action: '/account/password',
  more: html`<input hidden type="text" autocomplete="username" value="${email}" readonly>`,
  fields: [
    {
      name: 'current_password',
      label: say('password.current'),
      type: 'password',
      autocomplete: 'current-password',
    },
    {
      name: 'new_password',
      label: say('password.new'),
      hint: say('password.hint'),
      type: 'password',
      autocomplete: 'new-password',
    },
  ],
  button: say('password.save'),
})}
</section>`;
}
