import type { SqlValue, Statement } from '../base/house.ts';

/**
 * A statement as it is written: values become parameters, never text, and a
 * statement inside another one keeps its own.
 * Written for what SQLite and PostgreSQL have in common; `?` marks a parameter.
 */
export function sql<Row = never>(
  text: TemplateStringsArray,
  ...values: readonly (SqlValue | Statement<unknown>)[]
): Statement<Row> {
  if (values.every(isValue)) return { sql: textOf(text), parameters: values };
  let written = text[0] ?? '';
  const parameters: SqlValue[] = [];
  for (const [index, value] of values.entries()) {
    if (isStatement(value)) {
      written += value.sql;
      parameters.push(...value.parameters);
    } else {
      written += '?';
      parameters.push(value);
    }
    written += text[index + 1] ?? '';
  }
  return { sql: written, parameters };
}

/** The statement must change exactly so many rows, or the whole act is refused. */
export function mustChange<Row>(count: number, statement: Statement<Row>): Statement<Row> {
  return { ...statement, mustChange: count };
}

/** `a, b, c` of a list; an empty list becomes an impossible value. */
export function list(values: readonly SqlValue[]): Statement {
  return values.length === 0
    ? { sql: 'NULL', parameters: [] }
    : { sql: values.map(() => '?').join(', '), parameters: values };
}

const texts = new WeakMap<TemplateStringsArray, string>();

/** Of one place in the program always the same text, so that whoever looks it up need not read it. */
function textOf(text: TemplateStringsArray): string {
  let written = texts.get(text);
  if (written === undefined) {
    written = text.join('?');
    texts.set(text, written);
  }
  return written;
}

function isValue(value: SqlValue | Statement<unknown>): value is SqlValue {
  return !isStatement(value);
}

function isStatement(value: SqlValue | Statement<unknown>): value is Statement<unknown> {
  return typeof value === 'object' && value !== null && 'sql' in value;
}
