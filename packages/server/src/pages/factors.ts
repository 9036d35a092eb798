import type { PageTextKey } from '../texts/pages/page-texts.ts';
import { drawAlert, drawForm, type FieldView, type FormState } from './form.ts';
import type { Frame } from './frame.ts';
import { type Html, html } from './html.ts';

/** What can be taken away again, beside passkeys. */
export type RemovableFactor = 'totp' | 'sms' | 'email';

export function drawAppIntro(frame: Frame, form: FormState, isOn: boolean): Html {
  const { say } = frame;
  return html`<section class="card">
<h1>${say('app.title')}${isOn && html` <span class="tag">${say('security.on')}</span>`}</h1>
<p class="lead">${say(isOn ? 'app.lead-on' : 'app.lead')}</p>
${drawAlert(frame, form)}
${drawForm(frame, form, { action: '/account/app', button: say(isOn ? 'app.replace' : 'app.begin'), weight: isOn ? 'plain' : 'main' })}
${isOn && html`<p class="after"><a href="/account/factors/remove?kind=totp">${say('app.remove')}</a></p>`}
</section>`;
}

export interface AppSecretView {
  readonly form: FormState;
  /** SVG of our own making, without a script or style in it. */
  readonly qrCode: string;
  /** Base32. */
  readonly secret: string;
}

export function drawAppSecret(frame: Frame, { form, qrCode, secret }: AppSecretView): Html {
  const { say } = frame;
  const picture: Html = { html: qrCode };
  return html`<section class="card">
<h1>${say('app.scan-title')}</h1>
<p class="lead">${say('app.scan-lead')}</p>
<div class="qr" role="img" aria-label="${say('app.qr-label')}">${picture}</div>
<details><summary>${say('app.by-hand')}</summary>
<p>${say('app.by-hand-text')}</p>
<code class="key">${(secret.match(/.{1,4}/g) ?? []).join(' ')}</code>
</details>
${drawForm(frame, form, {
  action: '/account/app/confirm',
  fields: [appCodeField(frame)],
  button: say('app.confirm'),
})}
</section>`;
}

/** When the first code was wrong: the picture is shown once, so it is gone. */
export function drawAppConfirm(frame: Frame, form: FormState): Html {
  const { say } = frame;
  return html`<section class="card">
<h1>${say('app.confirm-title')}</h1>
<p class="lead">${say('app.confirm-lead')}</p>
${drawAlert(frame, form)}
${drawForm(frame, form, {
  action: '/account/app/confirm',
  fields: [appCodeField(frame)],
  button: say('app.confirm'),
})}
<p class="after"><a href="/account/app">${say('app.anew')}</a></p>
</section>`;
}

function appCodeField({ say }: Frame): FieldView {
  return {
    name: 'code',
    label: say('app.code'),
    autocomplete: 'one-time-code',
    inputMode: 'numeric',
    maxLength: 64,
    isCode: true,
  };
}

export function drawFactorRemoval(frame: Frame, form: FormState, kind: RemovableFactor): Html {
  const { say } = frame;
  return html`<section class="card">
<h1>${say(`remove.${kind}`)}</h1>
<p class="lead">${say('remove.lead')}</p>
${drawAlert(frame, form)}
${drawForm(frame, form, {
  action: '/account/factors/remove',
  hidden: { kind },
  button: say('remove.button'),
  weight: 'danger',
})}
<p class="after"><a href="/account/security">${say('remove.keep')}</a></p>
</section>`;
}

export function drawRecoveryCodesIntro(frame: Frame, form: FormState, left: number): Html {
  const { say } = frame;
  const lead: PageTextKey = left === 0 ? 'recovery.none' : 'recovery.left';
  return html`<section class="card">
<h1>${say('recovery.title')}</h1>
<p class="lead">${say(lead, { left })}</p>
${drawAlert(frame, form)}
${drawForm(frame, form, { action: '/account/recovery-codes', button: say('recovery.make'), weight: left === 0 ? 'main' : 'plain' })}
</section>`;
}

/** Shown once; on paper the page is the list alone. */
export function drawRecoveryCodes({ say, theme }: Frame, codes: readonly string[]): Html {
  return html`<section class="card">
<h1>${say('recovery.made-title')}</h1>
<p class="lead">${say('recovery.made-lead', { name: theme.name })}</p>
<ul class="codes">
${codes.map((code) => html`<li>${code}</li>\n`)}</ul>
<p class="quiet">${say('recovery.print')}</p>
<p class="after"><a class="button main" href="/account/security">${say('recovery.kept')}</a></p>
</section>`;
}
