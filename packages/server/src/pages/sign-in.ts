import { drawAlert, drawForm, type FormState } from './form.ts';
import type { Frame } from './frame.ts';
import { type Html, html } from './html.ts';
import { withReturn } from './links.ts';

export interface SignInView {
  readonly form: FormState;
  readonly returnTo: string | undefined;
  readonly notice: Notice | undefined;
}

const notices = ['expired', 'reset', 'verified'] as const;
export type Notice = (typeof notices)[number];

/** @returns undefined for what is no notice of this page */
export function readNotice(text: string | undefined): Notice | undefined {
  return notices.find((notice) => notice === text);
}

export function drawSignIn(frame: Frame, { form, returnTo, notice }: SignInView): Html {
  const { say } = frame;
  return html`<section class="card narrow">
<h1>${say('sign-in.title')}</h1>
${notice !== undefined && form.alert === undefined && html`<p class="notice" role="status">${say(`notice.${notice}`)}</p>`}
${drawAlert(frame, form)}
${drawForm(frame, form, {
  action: withReturn('/sign-in', returnTo),
  fields: [
    {
      name: 'identifier',
      label: say('sign-in.identifier'),
      autocomplete: 'username webauthn',
      inputMode: 'email',
      maxLength: 254,
    },
    { name: 'password', label: say('sign-in.password'), type: 'password', autocomplete: 'current-password' },
  ],
  button: say('sign-in.button'),
})}
<ul class="links"><li><a href="/forgot-password">${say('sign-in.to-forgot')}</a></li></ul>
</section>`;
}

/** Whoever is signed in already shows that it is he, once more. */
export function drawSignInAgain(
  frame: Frame,
  { form, returnTo }: Omit<SignInView, 'notice'>,
  email: string,
): Html {
  const { say } = frame;
  return html`<section class="card narrow">
<h1>${say('again.title')}</h1>
<p class="lead">${say('again.lead', { name: email })}</p>
${drawAlert(frame, form)}
${drawForm(frame, form, {
  action: withReturn('/sign-in/again', returnTo),
  more: html`<input hidden type="text" autocomplete="username" value="${email}" readonly>`,
  fields: [
    { name: 'password', label: say('sign-in.password'), type: 'password', autocomplete: 'current-password' },
  ],
  button: say('again.button'),
})}
</section>`;
}
