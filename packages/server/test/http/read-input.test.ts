import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Refusal } from '../../src/base/refusal.ts';
import { readClientCredentials } from '../../src/http/client-credentials.ts';
import { readBearer } from '../../src/http/read-bearer.ts';
import { readForm } from '../../src/http/read-form.ts';
import { readJson } from '../../src/base/read-json.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function refusal(code: string): (error: unknown) => boolean {
  return (error) => error instanceof Refusal && error.code === code;
}

test('what JSON.stringify writes is read back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!/\\u0000|\\ud[89a-f]/i.test(text) && text.isWellFormed());
      assert.deepEqual(readJson(bytes(text)), JSON.parse(text));
    }),
  );
});

test('A-137: a member given twice is refused wherever it stands and however it is written', () => {
  const texts = [
    '{"a":1,"a":1}',
    '{"x":{"a":1,"b":2,"a":3}}',
    '[{"a":1,"\\u0061":2}]',
    '{"a":":","a":"}"}',
    '{"__proto__":1,"__proto__":2}',
    '{"\\"":1,"\\"":2}',
  ];
  for (const text of texts) assert.throws(() => readJson(bytes(text)), refusal('invalid_request'), text);
});

test('colons and quotes within texts are no members', () => {
  const value = { 'a:b': 'c:d', '\\': '\\"', '"': '":"', list: [':', '{"a":1}'] };
  assert.deepEqual(readJson(bytes(JSON.stringify(value))), value);
});

test('A-365: a member called __proto__ changes no prototype', () => {
  const value = readJson(bytes('{"__proto__":{"isAdmin":true}}'));
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(Object.hasOwn(Object(value), '__proto__'), true);
});

test('whatever bytes come, they are read or refused', () => {
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.string().map(bytes)), (input) => {
      try {
        readJson(input);
      } catch (error) {
        assert.ok(error instanceof Refusal);
      }
    }),
  );
});

test('a form is read as URLSearchParams would, where that is unambiguous', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.string({ minLength: 1 })), {
        selector: ([name]) => name,
        maxLength: 10,
      }),
      (pairs) => {
        fc.pre(pairs.flat().every((text) => text.isWellFormed() && !text.includes('\0')));
        assert.deepEqual(
          Object.entries(readForm(new URLSearchParams(pairs).toString())),
          Object.entries(Object.fromEntries(pairs)),
        );
      },
    ),
  );
});

test('a parameter without a value counts as absent, and still only once', () => {
  assert.deepEqual(readForm('a=&b&c=1'), { c: '1' });
  assert.throws(() => readForm('a=&a=1'), refusal('invalid_request'));
});

const basicRows: readonly (readonly [name: string, field: string, expected: string | undefined])[] = [
  ['plain', 'Basic Y18xOnNlY3JldA==', 'c_1 secret'],
  ['without padding', 'basic Y18xOnNlY3JldA', 'c_1 secret'],
  [
    'encoded colon, percent and plus',
    `Basic ${Buffer.from('c%3A1:a%25%2B%3A').toString('base64')}`,
    'c:1 a%+:',
  ],
  ['plus is a space', `Basic ${Buffer.from('c:a+b').toString('base64')}`, 'c a b'],
  ['a colon in the secret', `Basic ${Buffer.from('c:a:b').toString('base64')}`, 'c a:b'],
  ['no colon', `Basic ${Buffer.from('c').toString('base64')}`, undefined],
  ['empty id', `Basic ${Buffer.from(':x').toString('base64')}`, undefined],
  ['empty secret', `Basic ${Buffer.from('c:').toString('base64')}`, undefined],
  ['a bare percent sign', `Basic ${Buffer.from('c:100%').toString('base64')}`, undefined],
  ['not UTF-8', `Basic ${Buffer.from([0x63, 0x3a, 0xff]).toString('base64')}`, undefined],
  ['encoded octets that are not UTF-8', `Basic ${Buffer.from('c:%ff').toString('base64')}`, undefined],
  ['beyond ASCII', `Basic ${Buffer.from('c:ä').toString('base64')}`, undefined],
  ['a line break', `Basic ${Buffer.from('c:a%0D%0Ab').toString('base64')}`, undefined],
  ['not base64', 'Basic ****', undefined],
  ['base64url', 'Basic Y18x_-==', undefined],
  ['stray bits', 'Basic Y18xOnNlY3JldB==', undefined],
  ['nothing', 'Basic', undefined],
  ['another scheme', 'Bearer abc', undefined],
];

for (const [name, field, expected] of basicRows) {
  test(`A-304: HTTP Basic is decoded strictly: ${name}`, () => {
    if (expected === undefined) {
      assert.throws(() => readClientCredentials(field, {}), refusal('invalid_client'));
      return;
    }
    const { clientId, clientSecret } = readClientCredentials(field, {});
    assert.equal(`${clientId} ${clientSecret}`, expected);
  });
}

test('A-305: an id in the body must be that of the field', () => {
  const field = 'Basic Y18xOnNlY3JldA==';
  assert.equal(readClientCredentials(field, { client_id: 'c_1' }).clientId, 'c_1');
  assert.throws(() => readClientCredentials(field, { client_id: 'c_2' }), refusal('invalid_request'));
  assert.throws(() => readClientCredentials(field, { client_secret: 'secret' }), refusal('invalid_request'));
});

test('A-070: a bearer token is read whole or refused, however long', () => {
  assert.equal(readBearer(null), undefined);
  assert.equal(readBearer('Basic x'), undefined);
  assert.equal(readBearer('Bearerx'), undefined);
  assert.equal(readBearer('bEARER   a.b-c_d~e+f/g=='), 'a.b-c_d~e+f/g==');
  for (const field of [
    'Bearer',
    'Bearer ',
    'Bearer\tx',
    'Bearer x y',
    'Bearer x, Bearer y',
    'Bearer "x"',
    'Bearer ä',
  ]) {
    assert.throws(() => readBearer(field), refusal('invalid_token'), field);
  }
  assert.throws(() => readBearer(`Bearer ${'a='.repeat(50_000)}`), refusal('invalid_token'));
});
