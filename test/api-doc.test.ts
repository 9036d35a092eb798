import assert from 'node:assert/strict';
import test from 'node:test';
import { refusals } from '../packages/server/src/base/refusals.ts';
import { commands } from '../packages/server/src/cli/commands.ts';
import { listRoutes } from '../packages/server/src/http/routes.ts';
import { readDocument, readRows, readSection } from './documents.ts';

const api = readDocument('docs/api.md').text;

test('docs/api.md lists every refusal with its status and title, and none else', () => {
  const listed = readRows(readSection(api, 'Errors')).map(([code, status, title]) => ({
    code,
    status,
    title,
  }));
  const catalogue = Object.entries(refusals).map(([code, row]) => ({
    code,
    status: String(row.status),
    title: row.title,
  }));
  assert.deepEqual(sortByCode(listed), sortByCode(catalogue));
});

function sortByCode<Row extends { readonly code: string | undefined }>(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((one, other) => String(one.code).localeCompare(String(other.code)));
}

test('docs/api.md lists every call and none else', () => {
  const listed = readRows(readSection(api, 'Every call')).map(([call = '']) => call);
  const calls = listRoutes().filter(({ errorStyle }) => errorStyle !== 'page');
  assert.deepEqual(listed.toSorted(), calls.map(({ method, path }) => `${method} ${path}`).toSorted());
});

test('docs/pages.md lists every page and none else', () => {
  const listed = readRows(readSection(readDocument('docs/pages.md').text, 'Every page'));
  const pages = listRoutes().filter(({ errorStyle, method }) => errorStyle === 'page' && method === 'GET');
  assert.deepEqual(
    listed.map(([path = '', who = '', what = '']) => `${path} ${who} ${what}`).toSorted(),
    pages.map(({ path, who, summary }) => `${path} ${whoSees(who.kind)} ${summary}`).toSorted(),
  );
});

function whoSees(kind: string): string {
  return kind === 'browser' ? 'signed in' : 'anybody';
}

test('docs/commands.md lists every command and its options, and none else', () => {
  const page = readDocument('docs/commands.md').text;
  const listed = readRows(readSection(page, 'Every command')).map(([usage = '']) => usage);
  const usages = commands.map((command) => [command.name, ...(command.operands ?? [])].join(' '));
  assert.deepEqual(listed.toSorted(), usages.toSorted());
  const options = new Set(commands.flatMap((command) => Object.keys(command.options ?? {})));
  assert.deepEqual(
    [...options].filter((option) => !page.includes(`--${option}`)),
    [],
  );
});
