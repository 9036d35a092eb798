import { join } from 'node:path';
import type { Document } from './documents.ts';

/** A block of TypeScript in a document. */
export interface Example {
  /** Where it is compiled, from the folder of all examples. */
  readonly file: string;
  readonly code: string;
  /** Written behind the fence, for everybody to see: compiled, but not run, as it talks to a server. */
  readonly needsServer: boolean;
}

/** A block that the text before it calls “\`guard.ts\` of these examples” can be imported by the others. */
export function readExamples({ path, text }: Document): readonly Example[] {
  const place = path.replace(/\.md$/, '').replaceAll('/', '-');
  return [...text.matchAll(/^```(tsx?)( needs-server)?\n([\s\S]*?)^```$/gm)].map((match, index) => {
    const [, language = '', mark, code = ''] = match;
    const before = text.slice(0, match.index).trimEnd().split('\n').at(-1) ?? '';
    const called = /`([a-z-]+\.ts)` of these examples/.exec(before)?.[1];
    const file = join(place, called ?? `example-${index + 1}.${language}`);
    return { file, code, needsServer: mark !== undefined };
  });
}
