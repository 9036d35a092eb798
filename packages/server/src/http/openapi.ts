import { type RefusalCode, refusals } from '../base/refusals.ts';
import { oauthErrorAnswer, problemAnswer } from '../contract/problem.ts';
import { statusOf } from './answer-error.ts';
import { createCookies } from './cookies.ts';
import { type JsonSchema, type NamedSchemas, namedSchemasPath, toJsonSchema } from './json-schema.ts';
import { refusalsOf } from './refusals-of.ts';
import type { Route } from './route.ts';

/** OpenAPI 3.1, the parts of it that we use. */
export interface OpenApiDocument {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  /** The permission that the caller must hold. */
  readonly 'x-permission'?: string;
  /** The scope that the machine client must hold. */
  readonly 'x-scope'?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export interface Answer {
  readonly description: string;
  readonly content?: Content;
  /** Codes of the refusals with this status. */
  readonly 'x-codes'?: readonly string[];
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;

/**
 * The reference of all routes, made from the rows and the contract alone: what
 * is not in them cannot be in it, nor the other way round.
 */
export function describeApi(routes: readonly Route[], issuer: string): OpenApiDocument {
  const named: NamedSchemas = new Map();
  toJsonSchema(problemAnswer, 'output', named);
  toJsonSchema(oauthErrorAnswer, 'output', named);
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: describeRoute(route, named) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Countersign',
      version: '1',
      description: 'Sign-in, sessions and access tokens. Errors carry a stable `code` (RFC 9457).',
    },
    servers: [{ url: issuer }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: { schemas: Object.fromEntries(named), securitySchemes: describeSecurity(issuer) },
  };
}

function describeRoute(route: Route, named: NamedSchemas): Operation {
  const { body, bodyType, isBodyOptional } = route.input;
  const mediaType = bodyType === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const parameters = describeParameters(route, named);
  return {
    operationId: nameOperation(route),
    tags: [route.tag],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    security: waysIn[route.who.kind],
    ...(route.who.permission !== undefined && { 'x-permission': route.who.permission }),
    ...(route.who.scope !== undefined && { 'x-scope': route.who.scope }),
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && {
      requestBody: {
        required: !isBodyOptional,
        content: { [mediaType]: { schema: toJsonSchema(body, 'input', named) } },
      },
    }),
    responses: { ...describeSuccess(route, named), ...describeRefusals(route) },
  };
}

/** `POST /v1/me/password` is `postV1MePassword`. */
function nameOperation({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

const waysIn: Readonly<Record<Route['who']['kind'], Operation['security']>> = {
  anyone: [],
  client: [{ clientSecret: [] }, {}],
  user: [{ accessToken: [] }],
  permission: [{ accessToken: [] }],
  machine: [{ accessToken: [] }],
  browser: [],
  'user-or-refresh-token': [{ accessToken: [] }, { refreshCookie: [] }, {}],
};

function describeSecurity(issuer: string): Readonly<Record<string, object>> {
  return {
    accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
    clientSecret: { type: 'http', scheme: 'basic' },
    refreshCookie: { type: 'apiKey', in: 'cookie', name: createCookies(issuer).nameOf('refresh') },
  };
}

function describeParameters({ input }: Route, named: NamedSchemas): readonly Parameter[] {
  const places = [
    { place: 'path', schema: input.params },
    { place: 'query', schema: input.query },
    { place: 'header', schema: input.headers },
  ] as const;
  return places.flatMap(({ place, schema }) => {
    if (schema === undefined) return [];
    const { properties = {}, required = [] } = toJsonSchema(schema, 'input', named);
    return (
      Object.entries(properties)
        // OpenAPI describes `Authorization` by its security schemes.
        .filter(([name]) => name !== 'authorization')
        .map(([name, member]) => ({ name, in: place, required: required.includes(name), schema: member }))
    );
  });
}

const successes: Readonly<Record<number, string>> = { 201: 'Made', 202: 'Accepted', 204: 'Done' };

function describeSuccess({ output }: Route, named: NamedSchemas): Readonly<Record<string, Answer>> {
  const { status, otherStatus, body, mediaType } = output;
  const [type = mediaType] = mediaType.split(';');
  const content =
    body === undefined ? {} : { content: { [type]: { schema: toJsonSchema(body, 'output', named) } } };
  const describe = (code: number): Answer => ({ description: successes[code] ?? 'As asked', ...content });
  return {
    [status]: describe(status),
    ...(otherStatus !== undefined && { [otherStatus]: describe(otherStatus) }),
  };
}

function describeRefusals(route: Route): Readonly<Record<string, Answer>> {
  const byStatus = Map.groupBy(refusalsOf(route), (code) => statusOf(code, route.errorStyle));
  return Object.fromEntries(
    [...byStatus]
      .sort(([one], [other]) => one - other)
      .map(([status, codes]) => [status, describeRefusal(codes, route.errorStyle)]),
  );
}

function describeRefusal(codes: readonly RefusalCode[], style: Route['errorStyle']): Answer {
  const isOAuth = style === 'oauth';
  const shown = isOAuth ? [...new Set(codes.map((code) => refusals[code].oauthError))] : codes;
  const schema: JsonSchema = {
    $ref: `${namedSchemasPath}${isOAuth ? 'OAuthError' : 'Problem'}`,
    properties: { [isOAuth ? 'error' : 'code']: { enum: shown } },
  };
  return {
    description: codes.map((code) => refusals[code].title).join('; '),
    content: { [isOAuth ? 'application/json' : 'application/problem+json']: { schema } },
    'x-codes': shown,
  };
}
