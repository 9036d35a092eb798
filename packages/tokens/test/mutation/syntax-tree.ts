import { parseAst } from 'rolldown/parseAst';

/** A node of an ESTree as these mutations need it: its kind, its place, and what else it holds. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [member: string]: unknown;
}

/** The tree of a TypeScript source. @throws SyntaxError-like errors of the parser */
export function parseSource(text: string, file: string): SyntaxNode {
  const program: unknown = parseAst(text, { lang: 'ts' }, file);
  if (!isNode(program)) throw new TypeError('the parser gave no tree');
  return program;
}

export function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    'start' in value &&
    typeof value.start === 'number' &&
    'end' in value &&
    typeof value.end === 'number'
  );
}

/** The nodes right below one. */
export function childrenOf(node: SyntaxNode): readonly SyntaxNode[] {
  return Object.values(node).flatMap((value) => (Array.isArray(value) ? value : [value]).filter(isNode));
}

/** The node that a member holds; undefined for anything else. */
export function nodeAt(node: SyntaxNode, member: string): SyntaxNode | undefined {
  const value = node[member];
  return isNode(value) ? value : undefined;
}
