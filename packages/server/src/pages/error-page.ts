import type { PageTextKey } from '../texts/pages/page-texts.ts';
import type { Frame } from './frame.ts';
import { type Html, html } from './html.ts';

export interface ErrorView {
  readonly status: number;
  /** Of the catalogue of refusals. */
  readonly code: string;
  /** How long to wait, in words. */
  readonly wait: string;
  readonly requestId: string;
}

interface ErrorTexts {
  readonly title: PageTextKey;
  readonly text: PageTextKey;
}

const texts: Readonly<Record<number, ErrorTexts>> = {
  404: { title: 'error.not-found.title', text: 'error.not-found.text' },
  405: { title: 'error.not-found.title', text: 'error.not-found.text' },
  401: { title: 'error.refused.title', text: 'error.refused.text' },
  403: { title: 'error.refused.title', text: 'error.refused.text' },
  429: { title: 'error.slow.title', text: 'error.slow.text' },
  500: { title: 'error.failed.title', text: 'error.failed.text' },
  503: { title: 'error.busy.title', text: 'error.busy.text' },
};
const otherwise: ErrorTexts = { title: 'error.invalid.title', text: 'error.invalid.text' };

/** What somebody sees instead of a page. */
export function drawError({ say }: Frame, view: ErrorView): { readonly title: string; readonly shows: Html } {
  const row = texts[view.status] ?? otherwise;
  const title = say(row.title);
  return {
    title,
    shows: html`<section class="card narrow" data-code="${view.code}">
<p class="status">${view.status}</p>
<h1>${title}</h1>
<p>${say(row.text, { wait: view.wait })}</p>
<p class="after"><a class="button plain" href="/">${say('error.home')}</a></p>
<p class="quiet">${say('error.request-id')} <code>${view.requestId}</code></p>
</section>`,
  };
}
