import type { Mutant } from './mutant.ts';
import { type Change, operatorsByType } from './operators.ts';
import { childrenOf, nodeAt, parseSource, type SyntaxNode } from './syntax-tree.ts';

/** Nodes with types inside and, somewhere in them, an expression that runs. */
const typedExpressions: ReadonlySet<string> = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
]);

const notRun: ReadonlySet<string> = new Set([
  'ImportDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
]);

/** All mutants of a source, in the order of the text. Those that do not parse are left out. */
export function listMutants(text: string, file: string): readonly Mutant[] {
  const changes: Change[] = [];
  walk(parseSource(text, file), text, changes);
  return changes
    .toSorted((one, other) => one.start - other.start || one.end - other.end)
    .map((change) => toMutant(text, file, change))
    .filter((mutant) => mutant.from !== mutant.to && parses(text, mutant));
}

function walk(node: SyntaxNode, text: string, changes: Change[]): void {
  if (typedExpressions.has(node.type)) {
    const expression = nodeAt(node, 'expression');
    if (expression !== undefined) walk(expression, text, changes);
    return;
  }
  if (notRun.has(node.type) || node.type.startsWith('TS') || isMessage(node, text)) return;
  changes.push(...(operatorsByType[node.type]?.(node, text) ?? []));
  for (const child of childrenOf(node)) walk(child, text, changes);
}

/** Texts for people are not behaviour: sentences, arguments of a TypeError, and `message` members. */
function isMessage(node: SyntaxNode, text: string): boolean {
  if (node.type === 'Literal') {
    return typeof node['value'] === 'string' && node['value'].includes(' ') && text[node.end] !== '.';
  }
  if (node.type === 'NewExpression') {
    const callee = nodeAt(node, 'callee');
    return callee !== undefined && text.slice(callee.start, callee.end) === 'TypeError';
  }
  if (node.type !== 'Property') return false;
  const key = nodeAt(node, 'key');
  return key !== undefined && text.slice(key.start, key.end) === 'message';
}

function toMutant(text: string, file: string, { start, end, to }: Change): Mutant {
  const line = text.slice(0, start).split('\n').length;
  const lineText = (text.split('\n')[line - 1] ?? '').trim();
  return { file, line, lineText, start, end, from: text.slice(start, end), to };
}

function parses(text: string, { file, start, end, to }: Mutant): boolean {
  try {
    parseSource(text.slice(0, start) + to + text.slice(end), file);
    return true;
  } catch {
    return false;
  }
}
