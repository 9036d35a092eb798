import { z } from 'zod';

/** A JSON Schema of the dialect that OpenAPI 3.1 uses, as far as we write and read it. */
export interface JsonSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxItems?: number;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
}

/** Schemas with a name, by which others refer to them. */
export type NamedSchemas = Map<string, JsonSchema>;

/** Where OpenAPI keeps them. */
export const namedSchemasPath = '#/components/schemas/';

/**
 * The JSON Schema of a zod schema. Named parts go into `named` and are referred to.
 * @param direction answers may gain members, so they are left open; input is not
 */
export function toJsonSchema(
  schema: z.ZodType,
  direction: 'input' | 'output',
  named: NamedSchemas,
): JsonSchema {
  const { $schema: _, $defs = {}, ...own } = z.toJSONSchema(schema, { io: direction });
  for (const [name, part] of Object.entries($defs)) named.set(name, clean(part, direction));
  return clean(own, direction);
}

/** What zod adds beyond what the contract says: bounds of safe integers, and its own place for named parts. */
function clean(part: object, direction: 'input' | 'output'): JsonSchema {
  return JSON.parse(JSON.stringify(part), (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string') return value.replace('#/$defs/', namedSchemasPath);
    if ((key === 'minimum' || key === 'maximum') && Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER) {
      return undefined;
    }
    if (key === 'additionalProperties' && value === false && direction === 'output') return undefined;
    return value;
  });
}
