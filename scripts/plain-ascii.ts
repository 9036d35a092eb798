import type { Plugin } from 'rolldown';

/**
 * Writes every character outside ASCII as its escape. V8 keeps the text of a
 * module as long as it lives, and twice as large when one character of it does
 * not fit into a byte: an ellipsis in a message, a § in a comment.
 *
 * Strings, templates, regular expressions and names mean the same with escapes;
 * `String.raw` does not, and is refused beside them.
 */
export function plainAscii(): Plugin {
  return {
    name: 'plain-ascii',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk') chunk.code = escapeRest(chunk.code);
      }
    },
  };
}

const rest = /[\u0080-\uffff]/g;

function escapeRest(code: string): string {
  const escaped = code.replace(rest, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  if (escaped !== code && code.includes('String.raw')) throw new Error('String.raw would show escapes');
  return escaped;
}
