import { isTemplate } from './template-table.ts';
import type { WriteMessage } from './outbox-parts.ts';

/**
 * Makes texts of templates and values.
 *
 * @param issuer  the origin that every link begins with
 */
export function createWriter(issuer: string): WriteMessage {
  return ({ template, values }) => {
    if (!isTemplate(template)) throw new Error('a template of another version');
    const lines = Object.entries(typeof values === 'object' && values !== null ? values : {}).map(
      ([name, value]) => `${name}: ${name === 'path' ? issuer : ''}${String(value)}`,
    );
    return { template, subject: template, text: lines.join('\n'), html: undefined };
  };
}
