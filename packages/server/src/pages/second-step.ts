import type { SecondFactor } from '../base/second-factor.ts';
import type { PageTextKey } from '../texts/pages/page-texts.ts';
import { drawAlert, drawForm, type FormState } from './form.ts';
import type { Frame } from './frame.ts';
import { type Html, html } from './html.ts';
import { linkTo } from './links.ts';
import { isSentFactor, sendCodePath } from './send-code.ts';

/** Factors that are proven by typing a code. */
export type TypedFactor = Exclude<SecondFactor, 'passkey'>;

export interface SecondStepView {
  readonly form: FormState;
  /** The one that is asked for now. */
  readonly factor: TypedFactor;
  /** The others that could be. */
  readonly others: readonly TypedFactor[];
  readonly returnTo: string | undefined;
}

interface FactorTexts {
  readonly lead: PageTextKey;
  readonly label: PageTextKey;
  /** On the way from another factor to this one. */
  readonly choose: PageTextKey;
}

const texts: Readonly<Record<TypedFactor, FactorTexts>> = {
  totp: { lead: 'second-step.totp-lead', label: 'second-step.code', choose: 'second-step.totp-choose' },
  sms: { lead: 'second-step.sms-lead', label: 'second-step.code', choose: 'second-step.sms-choose' },
  email: { lead: 'second-step.email-lead', label: 'second-step.code', choose: 'second-step.email-choose' },
  'recovery-code': {
    lead: 'second-step.recovery-lead',
    label: 'second-step.recovery-code',
    choose: 'second-step.recovery-choose',
  },
};

const path = '/sign-in/second-step';

/** Where a factor is proven, or its code asked for first. */
export function stepFor(factor: string | undefined, returnTo: string | undefined): string {
  return linkTo(isSentFactor(factor) ? sendCodePath : path, { factor, return_to: returnTo });
}

export function drawSecondStep(frame: Frame, { form, factor, others, returnTo }: SecondStepView): Html {
  const { say } = frame;
  const { lead, label } = texts[factor];
  const isDigits = factor !== 'recovery-code';
  return html`<section class="card narrow">
<h1>${say('second-step.title')}</h1>
<p class="lead">${say(lead)}</p>
${drawAlert(frame, form)}
${drawForm(frame, form, {
  action: linkTo(path, { factor, return_to: returnTo }),
  fields: [
    {
      name: 'code',
      label: say(label),
      autocomplete: isDigits ? 'one-time-code' : 'off',
      maxLength: 64,
      ...(isDigits && { inputMode: 'numeric', isCode: true }),
    },
  ],
  button: say('second-step.button'),
})}
<ul class="links">
${others.map(
  (other) => html`<li><a href="${stepFor(other, returnTo)}">${say(texts[other].choose)}</a></li>\n`,
)}${isSentFactor(factor) && html`<li><a href="${stepFor(factor, returnTo)}">${say('send-code.again')}</a></li>\n`}<li><a href="${linkTo('/sign-in', { return_to: returnTo, again: '1' })}">${say('second-step.over')}</a></li>
</ul>
</section>`;
}
