import type { SecondFactor } from '../base/second-factor.ts';
import type { PageTextKey } from '../texts/pages/page-texts.ts';
import { drawAlert, drawForm, type FormState } from './form.ts';
import type { Frame } from './frame.ts';
import { type Html, html } from './html.ts';
import { linkTo } from './links.ts';

/** Factors whose code is sent when somebody asks for it. */
export type SentFactor = Extract<SecondFactor, 'sms' | 'email'>;

export function isSentFactor(factor: string | undefined): factor is SentFactor {
  return factor === 'sms' || factor === 'email';
}

export interface SendCodeView {
  readonly form: FormState;
  readonly factor: SentFactor;
  readonly returnTo: string | undefined;
}

export const sendCodePath = '/sign-in/send-code';

const leads: Readonly<Record<SentFactor, PageTextKey>> = {
  sms: 'send-code.sms-lead',
  email: 'send-code.email-lead',
};

/** Asks before anything is sent: to open a page sends nothing. */
export function drawSendCode(frame: Frame, { form, factor, returnTo }: SendCodeView): Html {
  const { say } = frame;
  return html`<section class="card narrow">
<h1>${say('second-step.title')}</h1>
<p class="lead">${say(leads[factor])}</p>
${drawAlert(frame, form)}
${drawForm(frame, form, {
  action: linkTo(sendCodePath, { factor, return_to: returnTo }),
  button: say('send-code.button'),
})}
<ul class="links">
<li><a href="${linkTo('/sign-in', { return_to: returnTo, again: '1' })}">${say('second-step.over')}</a></li>
</ul>
</section>`;
}
