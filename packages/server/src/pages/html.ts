/** Text that is HTML already. Only `html` makes it. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | false | undefined | readonly Html[];

/** HTML as it is written; what is put in is escaped unless it is HTML itself. */
export function html(text: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let written = text[0] ?? '';
  for (const [index, part] of parts.entries()) written += write(part) + (text[index + 1] ?? '');
  return { html: written };
}

function write(part: Part): string {
  if (part === undefined || part === false) return '';
  if (typeof part === 'string' || typeof part === 'number') return escape(String(part));
  return 'html' in part ? part.html : part.map(write).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
