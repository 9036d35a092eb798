import { type Html, html } from './html.ts';

/** A whole page: our own style sheet, no script, nothing from elsewhere. */
export function layout(page: { readonly title: string; readonly body: Html }): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${page.title}</title>
<link rel="icon" href="/assets/logo.svg">
<link rel="stylesheet" href="/assets/style.css">
</head>
<body>
${page.body}
</body>
</html>
`.html;
}

/** `code` between backquotes, the rest as text. */
export function prose(text: string): readonly Html[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
}
