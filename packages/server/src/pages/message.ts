import type { MessageView } from '../base/messages.ts';
import { type Html, html } from './html.ts';

/**
 * A mail as HTML: one column, readable without style sheets and images, light
 * and dark, nothing from elsewhere. Everything of the view is escaped (A-149).
 */
export function drawMessage({ language, subject, paragraphs, code, link, sender }: MessageView): string {
  return html`<!doctype html>
<html lang="${language}" dir="auto">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${subject}</title>
<style>${{ html: styles }}</style>
</head>
<body>
<main>
${paragraphs.map((paragraph) =>
  paragraph === code
    ? html`<p class="code">${code}</p>
`
    : html`<p>${breakLines(paragraph)}</p>
`,
)}${
  link &&
  html`<p><a class="button" href="${link.href}" style="${{ html: buttonStyle }}">${link.label}</a></p>
<p class="quiet">${link.help}<br><a href="${link.href}">${link.href}</a></p>
`
}<p class="quiet sender">${sender}</p>
</main>
</body>
</html>
`.html;
}

function breakLines(paragraph: string): readonly Html[] {
  return paragraph.split('\n').map((line, index) => (index === 0 ? html`${line}` : html`<br>${line}`));
}

/** Stands at the element too, for programs that read no style sheets. */
const buttonStyle =
  'display:inline-block;padding:12px 20px;border-radius:8px;background:#0b57c4;color:#ffffff;font-weight:600;text-decoration:none';

const styles = `
:root { color-scheme: light dark; supported-color-schemes: light dark; }
body { margin: 0; padding: 24px 16px; background: #ffffff; color: #1b1f27;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
main { max-width: 36rem; margin: 0 auto; }
p { margin: 0 0 16px; }
a { color: #0b57c4; }
.code { font: 700 30px/1.3 ui-monospace, Menlo, Consolas, monospace; letter-spacing: 0.12em; }
.quiet { color: #545c6b; font-size: 14px; }
.sender { border-top: 1px solid #dfe2e8; padding-top: 16px; margin-top: 24px; }
@media (prefers-color-scheme: dark) {
  body { background: #14161a; color: #e7e9ee; }
  a { color: #8ab8ff; }
  .quiet { color: #a3abb9; }
  .sender { border-color: #2d323b; }
}
`;
