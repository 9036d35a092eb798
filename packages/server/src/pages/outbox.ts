import { type Html, html } from './html.ts';
import { layout } from './layout.ts';

export interface OutboxView {
  /** The newest first. */
  readonly messages: readonly OutboxEntry[];
  /** Links below it are made links; no others. */
  readonly issuer: string;
}

export interface OutboxEntry {
  readonly id: string;
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly hasHtml: boolean;
  readonly createdAtMs: number;
}

/** What would have been sent: for whoever develops, instead of a mail server. */
export function drawOutbox({ messages, issuer }: OutboxView): string {
  return layout({
    title: 'Outbox',
    body: html`<main class="landing">
<h1>Outbox</h1>
<p class="lead">No mail leaves this server in development. These messages would have been sent; the last hundred stay until it stops.</p>
<p><a href="/outbox">Look again</a></p>
${messages.length === 0 ? html`<p>Nothing yet.</p>` : messages.map((message) => drawEntry(message, issuer))}
</main>`,
  });
}

function drawEntry(
  { id, recipient, subject, text, hasHtml, createdAtMs }: OutboxEntry,
  issuer: string,
): Html {
  const at = new Date(createdAtMs).toISOString();
  return html`<article id="m-${id}">
<h2>${subject === '' ? 'SMS' : subject}</h2>
<p class="who">To ${recipient}, <time datetime="${at}">${at}</time>${
    hasHtml && html`, <a href="/outbox/${id}">as HTML</a>`
  }</p>
<pre>${linkLines(text, issuer)}</pre>
</article>
`;
}

function linkLines(text: string, issuer: string): readonly Html[] {
  return text
    .split(/(https?:\/\/\S+)/)
    .map((part) => (part.startsWith(`${issuer}/`) ? html`<a href="${part}">${part}</a>` : html`${part}`));
}
