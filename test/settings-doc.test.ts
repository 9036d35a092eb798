import assert from 'node:assert/strict';
import test from 'node:test';
import {
  environmentName,
  readSettingValues,
  settingNames,
} from '../packages/server/src/settings/settings.ts';
import { readDocument, readRows, readSection } from './documents.ts';

const page = readDocument('docs/settings.md').text;
const rows = readRows(readSection(page, 'Every setting'));

test('docs/settings.md has a row for every setting and for nothing else', () => {
  assert.deepEqual(rows.map(([name = '']) => name).toSorted(), settingNames.toSorted());
});

test('each row names the variable of the environment', () => {
  for (const [name = '', variable] of rows) assert.equal(variable, `\`${environmentName(name)}\``);
});

test('each default that is one value is the one of the program', () => {
  const read = readSettingValues({});
  assert.ok(read.kind === 'read');
  const values: Readonly<Record<string, unknown>> = read.values;
  for (const [name = '', , shown = ''] of rows) {
    const value = values[name];
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    assert.equal(/^`([^`]+)`/.exec(shown)?.[1], String(value), name);
  }
});
