import assert from 'node:assert/strict';
import test from 'node:test';
import { inspect } from 'node:util';
import { original, ours } from './side-by-side/apis.ts';

const date = new Date(1_800_000_000_000);

for (const api of [original, ours]) {
  const owner = api === ours ? 'here' : 'in jsonwebtoken';

  test(`errors have these properties, in this order, ${owner}`, () => {
    const inner = new RangeError('inside');
    assert.deepEqual(Object.entries(new api.JsonWebTokenError('why')), [
      ['name', 'JsonWebTokenError'],
      ['message', 'why'],
    ]);
    assert.equal(Reflect.get(new api.JsonWebTokenError('why', inner), 'inner'), inner);
    assert.deepEqual(Object.entries(new api.TokenExpiredError('why', date)), [
      ['name', 'TokenExpiredError'],
      ['message', 'why'],
      ['expiredAt', date],
    ]);
    assert.deepEqual(Object.entries(new api.NotBeforeError('why', date)), [
      ['name', 'NotBeforeError'],
      ['message', 'why'],
      ['date', date],
    ]);
  });

  test(`errors are instances of each other and of Error, ${owner}`, () => {
    for (const name of ['TokenExpiredError', 'NotBeforeError'] as const) {
      const error = new api[name]('why', date);
      assert.ok(error instanceof api.JsonWebTokenError && error instanceof Error);
      assert.equal(error.constructor, api[name]);
      assert.equal(api[name].name, name);
      assert.equal(String(error), `${name}: why`);
      assert.match(inspect(error), new RegExp(name));
    }
    assert.ok(!(new api.NotBeforeError('why', date) instanceof api.TokenExpiredError));
  });
}

test('the first line of the stack says what happened', () => {
  assert.match(
    String(new ours.TokenExpiredError('jwt expired', date).stack),
    /^TokenExpiredError: jwt expired\n/,
  );
  assert.match(
    String(new ours.JsonWebTokenError('jwt malformed').stack),
    /^JsonWebTokenError: jwt malformed\n/,
  );
});

test('the package exports what jsonwebtoken exports', () => {
  // What Node adds to a module that is required.
  const names = Object.keys(ours).filter((name) => name !== 'default' && name !== '__esModule');
  assert.deepEqual(names.sort(), Object.keys(original).sort());
});
