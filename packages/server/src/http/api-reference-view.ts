import { refusals } from '../base/refusals.ts';
import type { ApiReferenceView, FieldView, OperationView } from '../pages/api-reference.ts';
import { type JsonSchema, namedSchemasPath } from './json-schema.ts';
import type { OpenApiDocument, Operation } from './openapi.ts';

type Schemas = OpenApiDocument['components']['schemas'];

const maxDepth = 3;

/** The OpenAPI document as the reference page shows it. */
export function viewApi(document: OpenApiDocument): ApiReferenceView {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      tag: operation.tags[0] ?? '',
      view: viewOperation(document, operation, { method: method.toUpperCase(), path }),
    })),
  );
  return {
    title: document.info.title,
    issuer: document.servers[0]?.url ?? '',
    description: document.info.description,
    chapters: document.tags.map(({ name }) => ({
      title: name,
      operations: operations.filter(({ tag }) => tag === name).map(({ view }) => view),
    })),
  };
}

function viewOperation(
  { components }: OpenApiDocument,
  operation: Operation,
  at: { readonly method: string; readonly path: string },
): OperationView {
  const { schemas } = components;
  const [bodyType, body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const answers = Object.entries(operation.responses);
  const [status = '', answer] = answers.find(([, { 'x-codes': codes }]) => codes === undefined) ?? [];
  const [answerType, answerBody] = Object.entries(answer?.content ?? {})[0] ?? [];
  return {
    ...at,
    id: operation.operationId,
    summary: operation.summary,
    description: operation.description,
    who: describeWho(operation),
    parameters: (operation.parameters ?? []).map((parameter) => ({
      ...describeField(parameter.name, parameter.schema, parameter.required),
      place: parameter.in,
    })),
    bodyType,
    body: listFields(body?.schema, schemas),
    status: Number(status),
    answerType,
    answer: listFields(answerBody?.schema, schemas),
    refusals: answers.flatMap(([refusedStatus, { 'x-codes': codes = [] }]) =>
      codes.map((code) => ({ status: Number(refusedStatus), code, title: findTitle(code) })),
    ),
  };
}

function describeWho(operation: Operation): string {
  const permission = operation['x-permission'];
  if (permission !== undefined) return `a signed-in user with the permission ${permission}`;
  if (operation.security.length === 0) return 'anyone';
  const ways = operation.security.flatMap((way) => Object.keys(way));
  if (ways.includes('clientSecret')) return 'a registered client';
  return ways.includes('refreshCookie') ? 'whoever holds a token of the session' : 'a signed-in user';
}

function findTitle(code: string): string {
  const row = Object.entries(refusals).find(([name, { oauthError }]) => name === code || oauthError === code);
  return row?.[1].title ?? '';
}

/** Members of an object, those of objects inside it with a dotted name. */
function listFields(schema: JsonSchema | undefined, schemas: Schemas, prefix = ''): readonly FieldView[] {
  const { properties = {}, required = [] } = resolve(schema, schemas);
  const depth = prefix.split('.').length;
  return Object.entries(properties).flatMap(([name, member]) => {
    const found = resolve(member, schemas);
    const inner = found.type === 'array' ? resolve(found.items, schemas) : found;
    const path = `${prefix}${name}`;
    const field = describeField(path, found, required.includes(name));
    if (inner.properties === undefined || depth > maxDepth) return [field];
    // An object that only holds others together says nothing that their names do not.
    const own = found.type === 'array' || field.description !== '' || !field.isRequired ? [field] : [];
    return [...own, ...listFields(inner, schemas, found.type === 'array' ? `${path}[].` : `${path}.`)];
  });
}

function resolve(schema: JsonSchema | undefined, schemas: Schemas): JsonSchema {
  const name = schema?.$ref?.slice(namedSchemasPath.length);
  return (name === undefined ? schema : schemas[name]) ?? {};
}

function describeField(name: string, schema: JsonSchema, isRequired: boolean): FieldView {
  return { name, type: describeType(schema), isRequired, description: describeMeaning(schema) };
}

function describeType(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf !== undefined) return schema.anyOf.map(describeType).join(' | ');
  if (schema.type === 'array') return `${describeType(schema.items ?? {})}[]`;
  return [schema.type ?? 'object'].flat().join(' | ');
}

function describeMeaning(schema: JsonSchema): string {
  const said =
    schema.description ?? schema.anyOf?.find((part) => part.description !== undefined)?.description;
  const bound = schema.maxLength ?? schema.anyOf?.find((part) => part.maxLength !== undefined)?.maxLength;
  const isSaid = bound === undefined || said?.startsWith('At most') === true;
  return [said, isSaid ? undefined : `at most ${bound} characters`]
    .filter((part) => part !== undefined)
    .join('; ');
}
