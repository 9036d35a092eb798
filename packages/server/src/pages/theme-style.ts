import type { Theme } from './frame.ts';

/** Colours that the operator chose, before the style sheets that use them. */
export function writeThemeStyle({ accent }: Theme): string {
  return `:root { --accent: light-dark(${accent.light}, ${accent.dark}); }\n`;
}

/** The mark of a service that has no logo of its own. */
export function drawMark({ accent }: Theme): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="9.5" fill="${accent.light}"/><path d="M9.5 16.8l4.3 4.4 8.7-9.6" fill="none" stroke="#fff" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round"/></svg>`;
}
