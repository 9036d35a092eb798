import { drawAlert, drawForm, type FormState } from './form.ts';
import type { Frame } from './frame.ts';
import { type Html, html } from './html.ts';
import { withReturn } from './links.ts';

export interface SignInView {
  readonly form: FormState;
  readonly returnTo: string | undefined;
}

export function drawSignIn(frame: Frame, { form, returnTo }: SignInView): Html {
  const { say } = frame;
  return html`<section class="card narrow">
<h1>${say('sign-in.title')}</h1>
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
</section>`;
}
