import { html } from './html.ts';
import { layout } from './layout.ts';

export interface LandingView {
  readonly issuer: string;
}

/** What somebody sees who opens the issuer's address in a browser. */
export function drawLanding({ issuer }: LandingView): string {
  return layout({
    title: 'Countersign',
    body: html`<main class="landing">
<p class="mark" aria-hidden="true">✓</p>
<h1>Countersign</h1>
<p class="lead">This server signs people in and issues access tokens as <code>${issuer}</code>. Services check a token by its signature alone.</p>
<ul class="cards">
${cards.map(
  ({ href, title, text }) => html`<li><a href="${href}"><strong>${title}</strong><span>${text}</span></a></li>
`,
)}</ul>
</main>`,
  });
}

const cards = [
  { href: '/docs', title: 'Reference', text: 'Every call, its input, its answer and its refusals' },
  { href: '/openapi.json', title: 'OpenAPI', text: 'The same for programs' },
  {
    href: '/.well-known/oauth-authorization-server',
    title: 'Metadata',
    text: 'Where libraries find keys and endpoints',
  },
  { href: '/.well-known/jwks.json', title: 'Public keys', text: 'The key set that verifies access tokens' },
  { href: '/health/ready', title: 'Health', text: 'Whether requests can be served now' },
];
