import { nodeAt, type SyntaxNode } from './syntax-tree.ts';

/** A piece of source and what stands there instead. */
export interface Change {
  readonly start: number;
  readonly end: number;
  readonly to: string;
}

/** The changes that one node offers. */
type Operator = (node: SyntaxNode, text: string) => readonly Change[];

const otherBinary: { readonly [operator: string]: readonly string[] } = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '&': ['|'],
  '|': ['&'],
  '^': ['&'],
};

const otherLogical: { readonly [operator: string]: string } = { '&&': '||', '||': '&&', '??': '&&' };

const otherMethod: { readonly [name: string]: string } = {
  some: 'every',
  every: 'some',
  min: 'max',
  max: 'min',
  startsWith: 'endsWith',
  endsWith: 'startsWith',
  toLowerCase: 'toUpperCase',
  indexOf: 'lastIndexOf',
  floor: 'ceil',
  ceil: 'floor',
};

const slice = (text: string, { start, end }: SyntaxNode): string => text.slice(start, end);
const replace = ({ start, end }: SyntaxNode, to: string): Change => ({ start, end, to });

/** An operator stands between its two sides; comments do not stand there in this house. */
function between(node: SyntaxNode, text: string, others: readonly string[]): readonly Change[] {
  const [left, right] = [nodeAt(node, 'left'), nodeAt(node, 'right')];
  if (left === undefined || right === undefined) return [];
  const operator = String(node['operator']);
  const at = text.indexOf(operator, left.end);
  if (at === -1 || at >= right.start) return [];
  return others.map((to) => ({ start: at, end: at + operator.length, to }));
}

const condition =
  (member: string, values: readonly string[]): Operator =>
  (node) => {
    const test = nodeAt(node, member);
    return test === undefined ? [] : values.map((value) => replace(test, value));
  };

function mutateLogical(node: SyntaxNode, text: string): readonly Change[] {
  const [left, right] = [nodeAt(node, 'left'), nodeAt(node, 'right')];
  const other = otherLogical[String(node['operator'])];
  if (left === undefined || right === undefined || other === undefined) return [];
  if (node['operator'] === '??') return [replace(node, slice(text, left)), replace(node, slice(text, right))];
  return between(node, text, [other]);
}

function mutateLiteral(node: SyntaxNode, text: string): readonly Change[] {
  const { value } = node;
  const raw = slice(text, node);
  if (typeof value === 'boolean') return [replace(node, String(!value))];
  if (typeof value === 'number') return [value + 1, value - 1].map((other) => replace(node, `(${other})`));
  if (typeof value === 'bigint') return [replace(node, `(${raw} + 1n)`)];
  if (typeof value === 'string') return [replace(node, value === '' ? "'\\0'" : "''")];
  if (!raw.startsWith('/')) return [];
  const anchors: Change[] = [];
  if (raw.startsWith('/^')) anchors.push({ start: node.start + 1, end: node.start + 2, to: '' });
  const last = raw.lastIndexOf('$/');
  if (last !== -1) anchors.push({ start: node.start + last, end: node.start + last + 1, to: '' });
  return anchors;
}

function mutateReturn(node: SyntaxNode): readonly Change[] {
  const argument = nodeAt(node, 'argument');
  if (argument === undefined) return [];
  const value = argument['type'] === 'Literal' ? argument['value'] : undefined;
  return typeof value === 'boolean' ? [] : [replace(argument, 'undefined')];
}

function mutateMember(node: SyntaxNode, text: string): readonly Change[] {
  const property = nodeAt(node, 'property');
  if (property === undefined || node['computed'] === true) return [];
  const other = otherMethod[slice(text, property)];
  return other === undefined ? [] : [replace(property, other)];
}

/** A call whose result nobody wants is there for what it does or throws. */
function mutateStatement(node: SyntaxNode): readonly Change[] {
  const type = nodeAt(node, 'expression')?.type;
  return type === 'CallExpression' || type === 'AwaitExpression' ? [replace(node, ';')] : [];
}

export const operatorsByType: { readonly [type: string]: Operator } = {
  BinaryExpression: (node, text) => between(node, text, otherBinary[String(node['operator'])] ?? []),
  LogicalExpression: mutateLogical,
  IfStatement: condition('test', ['true', 'false']),
  ConditionalExpression: condition('test', ['true', 'false']),
  ForStatement: condition('test', ['false']),
  WhileStatement: condition('test', ['false']),
  UnaryExpression: (node, text) => {
    const argument = nodeAt(node, 'argument');
    if (argument === undefined || !['!', '-'].includes(String(node['operator']))) return [];
    return [replace(node, slice(text, argument))];
  },
  UpdateExpression: (node, text) => [
    replace(
      node,
      slice(text, node).replace(/\+\+|--/, (operator) => (operator === '++' ? '--' : '++')),
    ),
  ],
  ThrowStatement: (node) => [replace(node, ';')],
  ReturnStatement: mutateReturn,
  ExpressionStatement: mutateStatement,
  MemberExpression: mutateMember,
  Literal: mutateLiteral,
};
