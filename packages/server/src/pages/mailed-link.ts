import type { PageTextKey } from '../texts/pages/page-texts.ts';
import { drawAlert, drawForm, type FieldView, type FormState, type FormView } from './form.ts';
import type { Frame } from './frame.ts';
import { type Html, html } from './html.ts';

export interface MailedLinkView {
  readonly form: FormState;
  /** Out of the link; goes on with the form, not with the address. */
  readonly token: string;
  /** Where the form goes. */
  readonly path: string;
  readonly title: PageTextKey;
  readonly lead: string;
  readonly button: PageTextKey;
  readonly fields?: readonly FieldView[];
  readonly weight?: FormView['weight'];
}

/** What a mailed link opens: nothing is done before its form is sent. */
export function drawMailedLink(frame: Frame, view: MailedLinkView): Html {
  const { say } = frame;
  const { form, token, path, title, lead, button, fields = [], weight = 'main' } = view;
  return html`<section class="card narrow">
<h1>${say(title)}</h1>
<p class="lead">${lead}</p>
${drawAlert(frame, form)}
${drawForm(frame, form, { action: path, fields, hidden: { token }, button: say(button), weight })}
</section>`;
}

/** A link that is unknown, over or used up. */
export function drawDeadLink({ say }: Frame): Html {
  return html`<section class="card narrow" data-code="invalid_link">
<h1>${say('link.dead-title')}</h1>
<p>${say('link.dead-text')}</p>
<p class="after"><a class="button plain" href="/sign-in">${say('link.to-sign-in')}</a></p>
</section>`;
}

export interface MessagePage {
  readonly title: string;
  readonly text: string;
  readonly href: string;
  readonly action: string;
}

/** That something is done, or on its way, and where to go from here. */
export function drawMessagePage(message: MessagePage): Html {
  return html`<section class="card narrow">
<h1>${message.title}</h1>
<p>${message.text}</p>
<p class="after"><a class="button main" href="${message.href}">${message.action}</a></p>
</section>`;
}

export function drawForgot(frame: Frame, form: FormState): Html {
  const { say } = frame;
  return html`<section class="card narrow">
<h1>${say('forgot.title')}</h1>
<p class="lead">${say('forgot.lead')}</p>
${drawAlert(frame, form)}
${drawForm(frame, form, {
  action: '/forgot-password',
  fields: [
    { name: 'identifier', label: say('sign-in.identifier'), autocomplete: 'username', inputMode: 'email' },
  ],
  button: say('forgot.button'),
})}
</section>`;
}
