import { drawAlert, drawForm, type FormState } from './form.ts';
import type { Frame } from './frame.ts';
import { type Html, html } from './html.ts';

export function drawSignOut(frame: Frame, form: FormState): Html {
  const { say, viewer } = frame;
  return html`<section class="card narrow">
<h1>${say('sign-out.title')}</h1>
${drawAlert(frame, form)}
<p>${say('sign-out.text', { name: viewer?.name ?? '' })}</p>
${drawForm(frame, form, { action: '/sign-out', button: say('sign-out.button') })}
<ul class="links"><li><a href="/account">${say('sign-out.stay')}</a></li></ul>
</section>`;
}

export function drawSignedOut({ say }: Frame): Html {
  return html`<section class="card narrow">
<h1>${say('signed-out.title')}</h1>
<p>${say('signed-out.text')}</p>
<p class="after"><a class="button main" href="/sign-in">${say('signed-out.again')}</a></p>
</section>`;
}
