import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { clientTypesFile, writeClientTypes } from '../scripts/write-client-types.ts';

test('the client’s wire types are those of the server’s contract', () => {
  assert.equal(readFileSync(clientTypesFile, 'utf8'), writeClientTypes(), 'run: npm run client-types');
});
