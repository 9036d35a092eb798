import assert from 'node:assert/strict';
import test from 'node:test';
import { refusals } from '../../src/base/refusals.ts';
import { statusOf } from '../../src/http/answer-error.ts';
import { viewApi } from '../../src/http/api-reference-view.ts';
import { namedSchemasPath } from '../../src/http/json-schema.ts';
import { describeApi } from '../../src/http/openapi.ts';
import { refusalsOf } from '../../src/http/refusals-of.ts';
import { listRoutes } from '../../src/http/routes.ts';
import { drawApiReference } from '../../src/pages/api-reference.ts';

const issuer = 'https://auth.example.com';
/** Pages for people are no part of the API. */
const routes = listRoutes().filter(({ errorStyle }) => errorStyle !== 'page');
const document = describeApi(routes, issuer);

function operationOf(method: string, path: string): (typeof document.paths)[string][string] {
  const found = document.paths[path]?.[method.toLowerCase()];
  assert.ok(found !== undefined, `${method} ${path}`);
  return found;
}

test('every route is in the document, and nothing else', () => {
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(described.sort(), routes.map(({ method, path }) => `${method} ${path}`).sort());
});

test('no two routes share method and path, and every operation has a name of its own', () => {
  const names = routes.map(({ method, path }) => operationOf(method, path).operationId);
  assert.equal(new Set(names).size, routes.length);
  for (const name of names) assert.match(name, /^[a-z]+[A-Za-z0-9]*$/);
});

test('every refusal that a route can give is listed under its status', () => {
  for (const route of routes) {
    const { responses } = operationOf(route.method, route.path);
    for (const code of refusalsOf(route)) {
      const shown = route.errorStyle === 'oauth' ? refusals[code].oauthError : code;
      const listed = responses[statusOf(code, route.errorStyle)]?.['x-codes'];
      assert.ok(listed?.includes(shown), `${route.method} ${route.path}: ${code}`);
    }
  }
});

test('the parameters of a path are those of its row, and required', () => {
  for (const route of routes) {
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const parameters = operationOf(route.method, route.path).parameters ?? [];
    const described = parameters.filter((parameter) => parameter.in === 'path');
    assert.deepEqual(
      described.map(({ name }) => name),
      inPath,
    );
    assert.ok(described.every(({ required }) => required));
  }
});

test('who may is said by security and permission', () => {
  for (const { method, path, who } of routes) {
    const operation = operationOf(method, path);
    assert.equal(operation['x-permission'], who.permission);
    assert.equal(operation['x-scope'], who.scope);
    const needsToken = ['user', 'permission', 'machine'].includes(who.kind);
    assert.equal(needsToken, JSON.stringify(operation.security) === '[{"accessToken":[]}]', path);
    for (const name of operation.security.flatMap((way) => Object.keys(way))) {
      assert.ok(Object.hasOwn(document.components.securitySchemes, name));
    }
  }
});

test('every reference leads somewhere', () => {
  const text = JSON.stringify(document);
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target ?? '');
  assert.ok(references.length > 0);
  for (const target of references) {
    assert.ok(target.startsWith(namedSchemasPath), target);
    assert.ok(Object.hasOwn(document.components.schemas, target.slice(namedSchemasPath.length)), target);
  }
  assert.ok(!text.includes('$defs') && !text.includes('9007199254740991'));
});

test('every text that is taken has a maximum length or a form', () => {
  const unbounded: string[] = [];
  const walk = (where: string, schema: unknown): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const node: { readonly type?: unknown } = schema;
    const isBounded = ['maxLength', 'pattern', 'enum', 'const'].some((name) => Object.hasOwn(schema, name));
    if (node.type === 'string' && !isBounded) unbounded.push(where);
    if (node.type === 'array' && !Object.hasOwn(schema, 'maxItems')) unbounded.push(where);
    for (const [name, part] of Object.entries(schema)) walk(`${where}.${name}`, part);
  };
  for (const { method, path } of routes) {
    const { parameters = [], requestBody } = operationOf(method, path);
    walk(`${method} ${path}`, parameters);
    walk(`${method} ${path}`, requestBody?.content);
  }
  assert.deepEqual(unbounded, []);
});

test('every body that is taken refuses members that it does not know, but OAuth ignores them', () => {
  for (const { method, path, errorStyle } of routes) {
    for (const { schema } of Object.values(operationOf(method, path).requestBody?.content ?? {})) {
      assert.equal(schema.additionalProperties, errorStyle === 'oauth' ? undefined : false, path);
    }
  }
});

test('the page shows every operation, escapes what it is given and loads nothing from elsewhere', () => {
  const evil = '<script>alert(1)</script>"\'&';
  const view = viewApi({ ...document, info: { ...document.info, description: evil } });
  const page = drawApiReference(view);
  for (const { method, path } of routes) {
    assert.ok(page.includes(`id="${operationOf(method, path).operationId}"`), `${method} ${path}`);
  }
  assert.ok(
    !page.includes('<script') && page.includes('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;'),
  );
  const loaded = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, target]) => target ?? '');
  assert.ok(loaded.every((target) => /^(?:#|\/(?!\/)|data:,$)/.test(target)));
  assert.ok(!/ style=| on\w+=/.test(page));
});

test('A-353: the document speaks of the issuer alone', () => {
  assert.deepEqual(document.servers, [{ url: issuer }]);
});
