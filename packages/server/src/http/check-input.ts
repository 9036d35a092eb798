import type { z } from 'zod';
import { Refusal } from '../base/refusal.ts';

/** More would only echo an attacker's effort. */
const maxFields = 16;
const maxPathLength = 64;

/**
 * The input in the form of its schema. Without a schema nothing is read:
 * `Value` is then `undefined`, by the defaults of `route()`.
 *
 * @throws Refusal `invalid_request`, naming the members at fault, never their values
 */
export function checkInput<Value>(schema: z.ZodType<Value> | undefined, value: unknown): Value;
export function checkInput(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new Refusal('invalid_request', { fields: parsed.error.issues.flatMap(toFields).slice(0, maxFields) });
}

/**
 * The parameters of a path. An id that cannot be one names nothing.
 * @throws Refusal `not_found`
 */
export function checkParams<Value>(schema: z.ZodType<Value> | undefined, value: unknown): Value;
export function checkParams(schema: z.ZodType | undefined, value: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw new Refusal('not_found', { reason: 'the path is not of the form of the route' });
}

interface Field {
  readonly path: string;
  readonly message: string;
}

function toFields(issue: z.core.$ZodIssue): readonly Field[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: joinPath([...issue.path, key]), message: 'is not known here' }));
  }
  return [{ path: joinPath(issue.path), message: describe(issue) }];
}

/** Our own words: what zod says may repeat what was sent. */
function describe(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `must be ${issue.expected}`;
    case 'too_big':
      return issue.origin === 'string' ? `is longer than ${issue.maximum}` : `is more than ${issue.maximum}`;
    case 'too_small':
      return issue.origin === 'string' ? `is shorter than ${issue.minimum}` : `is less than ${issue.minimum}`;
    case 'custom':
      return issue.message;
    default:
      return 'is not of the documented form';
  }
}

function joinPath(path: readonly PropertyKey[]): string {
  return path.map(String).join('.').slice(0, maxPathLength);
}
