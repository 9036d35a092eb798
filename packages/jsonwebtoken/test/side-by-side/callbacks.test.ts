import assert from 'node:assert/strict';
import test, { after, before, mock } from 'node:test';
import { type Api, original, ours } from './apis.ts';
import { call, fixed } from './compare.ts';
import { differences, type Row } from './differences.ts';
import { secret } from './keys.ts';
import { outcomeOf, outcomeOfCallback } from './outcome.ts';
import { nowSeconds, signRows } from './sign-rows.ts';
import { goodTokens } from './tokens.ts';
import { verifyRows } from './verify-rows.ts';

before(() => mock.timers.enable({ apis: ['Date'], now: nowSeconds * 1000 }));
after(() => mock.timers.reset());

/** Every fifth row is enough: the forms differ in how they hand over, not in what they decide. */
const some = (rows: readonly Row[]): readonly Row[] => rows.filter((_, index) => index % 5 === 0);

function withCallback(api: Api, { call: name, parameters }: Row, callback: unknown): unknown {
  const [first, second, options] = parameters;
  const rest = options === undefined ? [callback] : [options, callback];
  return name === 'sign' ? api.sign(first, second, ...rest) : api.verify(first, second, ...rest);
}

test('with a callback, sign and verify come to what they come to without', async () => {
  for (const row of some([...signRows, ...verifyRows])) {
    const direct = outcomeOf(ours, () => call(ours, row));
    const handed = await outcomeOfCallback(ours, (callback) => withCallback(ours, row, callback));
    assert.deepEqual(fixed(row, handed), fixed(row, direct), row.name);
  }
});

test('with a callback, verify comes to what it comes to in jsonwebtoken', async () => {
  for (const row of some(verifyRows)) {
    const their = await outcomeOfCallback(original, (callback) => withCallback(original, row, callback));
    const our = await outcomeOfCallback(ours, (callback) => withCallback(ours, row, callback));
    if (differences.some(({ explains }) => explains(row, their, our))) continue;
    assert.deepEqual(our, their, row.name);
  }
});

test('a key can be found by a function, as in jsonwebtoken', async () => {
  const answers: readonly (readonly unknown[])[] = [
    [null, secret],
    [undefined, secret],
    [null, 'another'],
    [null, ''],
    [new Error('no such key')],
    [{ message: 'no error' }, secret],
    ['text'],
  ];
  for (const [name, token] of goodTokens) {
    for (const answer of answers) {
      const seen: unknown[] = [];
      const find = (header: unknown, callback: (...given: readonly unknown[]) => unknown): unknown => {
        seen.push(header);
        return callback(...answer);
      };
      const options = { algorithms: ['HS256', 'none'], complete: true };
      const [their, our] = await Promise.all(
        [original, ours].map((api) =>
          outcomeOfCallback(api, (callback) => api.verify(token, find, options, callback)),
        ),
      );
      assert.deepEqual(our, their, `${name} ${String(answer[0])}`);
      assert.deepEqual(seen[1], seen[0]);
    }
  }
});

test('A-002: a key that is not found refuses an unsigned token, and nothing is thrown', async () => {
  const unsigned = String(goodTokens.get('HS256')).replace(/[^.]*$/, '');
  for (const key of [undefined, null, '']) {
    const find = (_header: unknown, callback: (...given: readonly unknown[]) => unknown): unknown =>
      callback(null, key);
    const { error } = await outcomeOfCallback(ours, (callback) =>
      ours.verify(unsigned, find, { algorithms: ['HS256'] }, callback),
    );
    assert.equal(error?.['message'], 'secret or public key must be provided');
    assert.equal(error?.['isThrown'], undefined);
  }
});

test('verify answers what its callback, or the function that finds the key, answers', () => {
  const token = goodTokens.get('HS256');
  for (const api of [original, ours]) {
    assert.equal(
      api.verify(token, secret, () => 'answer'),
      'answer',
    );
    assert.equal(
      api.verify(token, secret, { algorithms: ['RS256'] }, () => 'refused'),
      'refused',
    );
    assert.equal(
      api.verify(
        token,
        () => 'promise',
        {},
        () => 'answer',
      ),
      'promise',
    );
  }
});

test('verify passes on what its callback throws', () => {
  const callback = (): never => {
    throw new RangeError('mine');
  };
  for (const api of [original, ours]) {
    assert.throws(() => api.verify(goodTokens.get('HS256'), secret, callback), RangeError);
    assert.throws(() => api.verify('', secret, callback), RangeError);
  }
});

test('the options are those of the call, also when the key is found later', async () => {
  for (const api of [original, ours]) {
    const options = { algorithms: ['RS256'] };
    const { error } = await outcomeOfCallback(api, (callback) => {
      const find = (_header: unknown, found: (...given: readonly unknown[]) => unknown): void => {
        options.algorithms = ['HS256'];
        found(null, secret);
      };
      return api.verify(goodTokens.get('HS256'), find, options, callback);
    });
    assert.equal(error?.['message'], 'invalid algorithm');
  }
});

test('sign calls back later with a token, at once with an error', async () => {
  for (const api of [original, ours]) {
    let isCalled = false;
    const later = outcomeOfCallback(api, (callback) => {
      const answer = api.sign({ a: 1 }, secret, (...given: readonly unknown[]) => {
        isCalled = true;
        return Reflect.apply(Object(callback), undefined, given);
      });
      assert.equal(isCalled, false);
      return answer;
    });
    assert.equal(typeof (await later).value, 'string');
    api.sign(undefined, secret, () => {
      isCalled = false;
    });
    assert.equal(isCalled, false);
  }
});

test('sign calls back once, also where the original calls twice or never', async () => {
  let calls = 0;
  ours.sign({ aud: 'a' }, secret, { audience: 'b' }, () => {
    calls += 1;
  });
  for (const [payload, key, options] of [
    ['', secret, {}],
    [5, secret, {}],
    [{ a: 1 }, null, { algorithm: 'none' }],
  ] as const) {
    const { value } = await outcomeOfCallback(ours, (callback) => ours.sign(payload, key, options, callback));
    assert.equal(typeof value, 'string');
  }
  assert.equal(calls, 1);
});

test('what the callback of sign throws is lost, as in jsonwebtoken', async () => {
  for (const api of [original, ours]) {
    api.sign({ a: 1 }, secret, () => {
      throw new RangeError('mine');
    });
    await new Promise((resolve) => setImmediate(resolve));
  }
});
