import type { Say } from '../texts/pages/page-texts.ts';
import { type Html, html } from './html.ts';

/** How the operator wants pages to look. */
export interface Theme {
  readonly name: string;
  readonly accent: { readonly light: string; readonly dark: string };
  /** SVG, or the `data:` address of a PNG; a mark of our own when undefined. */
  readonly logo: string | undefined;
  /** A second style sheet. */
  readonly css: string | undefined;
  /** Where to report vulnerabilities. */
  readonly securityContact: string | undefined;
}

/** What every page is drawn with. */
export interface Frame {
  readonly say: Say;
  /** Tag of the language that `say` speaks. */
  readonly language: string;
  readonly theme: Theme;
  /** Who is signed in. */
  readonly viewer: { readonly name: string } | undefined;
}

export interface DrawnPage {
  readonly title: string;
  readonly shows: Html;
  /** Whether a form on it was refused. */
  readonly isWrong: boolean;
  readonly runsScript: boolean;
  /** Of the form that signs out. */
  readonly formToken: string | undefined;
}

/** A whole page: nothing from elsewhere, no style or script inside. */
export function drawPage(frame: Frame, page: DrawnPage): string {
  const { say, language, theme } = frame;
  const title = page.isWrong ? say('frame.wrong', { title: page.title }) : page.title;
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – ${theme.name}</title>
<link rel="icon" href="${logoPath(theme)}">
<link rel="stylesheet" href="/assets/style.css">
${theme.css !== undefined && html`<link rel="stylesheet" href="/assets/custom.css">\n`}${page.runsScript && html`<script src="/assets/passkeys.js" defer></script>\n`}</head>
<body class="hosted">
<a class="skip" href="#content">${say('frame.skip')}</a>
${drawBar(frame, page)}
<main id="content">
${page.shows}
</main>
</body>
</html>
`.html;
}

function drawBar({ say, theme, viewer }: Frame, { formToken }: DrawnPage): Html {
  return html`<header class="bar">
<a class="brand" href="/"><img src="${logoPath(theme)}" alt=""> <span>${theme.name}</span></a>
${
  viewer !== undefined &&
  html`<nav class="viewer" aria-label="${say('frame.account')}">
<a href="/account">${viewer.name}</a>
${
  formToken !== undefined &&
  html`<form method="post" action="/sign-out"><input type="hidden" name="form_token" value="${formToken}"><button class="quiet">${say('frame.sign-out')}</button></form>`
}
</nav>`
}
</header>`;
}

function logoPath({ logo }: Theme): string {
  return logo?.startsWith('data:') === true ? '/assets/logo.png' : '/assets/logo.svg';
}
