import { drawAlert, type FormState } from './form.ts';
import type { Frame } from './frame.ts';
import { type Html, html } from './html.ts';

export interface SessionView {
  readonly id: string;
  /** Undefined: not known. */
  readonly device: string | undefined;
  readonly address: string;
  readonly lastUsedAtMs: number;
  readonly isCurrent: boolean;
}

export function drawSessions(frame: Frame, form: FormState, sessions: readonly SessionView[]): Html {
  const { say } = frame;
  return html`<section class="card">
<h1>${say('account.sessions')}</h1>
<p class="lead">${say('sessions.lead')}</p>
${drawAlert(frame, form)}
<ul class="rows">
${sessions.map((session) => drawSession(frame, form, session))}</ul>
</section>`;
}

function drawSession(frame: Frame, form: FormState, session: SessionView): Html {
  const { say } = frame;
  const { id, device, address, lastUsedAtMs, isCurrent } = session;
  const name = device ?? say('sessions.unknown-device');
  return html`<li class="row">
<div><strong>${name}${isCurrent && html` <span class="tag">${say('sessions.current')}</span>`}</strong><p class="quiet">${address} · ${drawTime(frame, lastUsedAtMs)}</p></div>
${
  !isCurrent &&
  html`<form method="post" action="/account/sessions"><input type="hidden" name="form_token" value="${form.token}"><input type="hidden" name="session_id" value="${id}"><button class="quiet" aria-label="${say('sessions.end-of', { device: name })}">${say('sessions.end')}</button></form>`
}
</li>
`;
}

/** In UTC, and says so: the server does not know the visitor's clock. */
function drawTime({ language }: Frame, atMs: number): Html {
  const at = new Date(atMs);
  const shown = new Intl.DateTimeFormat(language, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  });
  return html`<time datetime="${at.toISOString()}">${shown.format(at)} UTC</time>`;
}
