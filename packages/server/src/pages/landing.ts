import { html } from './html.ts';
import { layout } from './layout.ts';

export interface LandingView {
  readonly issuer: string;
  /** What the service is called. */
  readonly name: string;
}

/** What somebody sees who opens the issuer's address in a browser. */
export function drawLanding({ issuer, name }: LandingView): string {
  return layout({
    title: name,
    body: html`<main class="landing">
<p class="mark"><img src="/assets/logo.svg" alt=""></p>
<h1>${name}</h1>
<p class="lead">This server signs people in and issues access tokens as <code>${issuer}</code>. Services check a token by its signature alone.</p>
<p class="enter"><a class="button main" href="/sign-in">Sign in</a></p>
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
