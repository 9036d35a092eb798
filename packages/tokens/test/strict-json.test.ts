import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseStrictObject } from '../src/strict-json.ts';
import { refuses } from './forge.ts';

const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const nested = (depth: number): string => '{"a":'.repeat(depth - 1) + '{}' + '}'.repeat(depth - 1);

const refused: readonly (readonly [string, Uint8Array])[] = [
  ['A-022: invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
  ['A-022: an overlong encoding', Buffer.from([0x7b, 0x22, 0xc0, 0xaf, 0x22, 0x3a, 0x31, 0x7d])],
  ['A-022: a byte order mark', utf8('\ufeff{"a":1}')],
  ['A-022: UTF-16', Buffer.from('{"a":1}', 'utf16le')],
  ['A-022: an unpaired surrogate in a value', utf8('{"a":"\\ud800"}')],
  ['A-022: an unpaired surrogate in a name', utf8('{"\\udc00":1}')],
  ['A-022: an unpaired surrogate in a list, in capitals', utf8('{"a":["x","\\uDFFF"]}')],
  ['A-023: a member twice', utf8('{"alg":"none","alg":"RS256"}')],
  ['A-023: a member twice, once in escapes', utf8('{"sub":"a","s\\u0075b":"b"}')],
  ['A-023: a member twice further down', utf8('{"a":{"b":1,"b":1}}')],
  ['A-023: a member twice inside a list', utf8('{"a":[{"b":1},{"b":1,"b":2}]}')],
  ['A-023: a member twice, the first one with members', utf8('{"a":{"x":1,"y":2},"a":1}')],
  ['A-023: __proto__ twice', utf8('{"__proto__":1,"__proto__":2}')],
  ['A-023: a duplicate as long as an exponent spares', utf8('{"n":1e7,"":0,"":0}')],
  ['A-023: a duplicate beside 1e5 for 100000', utf8('{"n":1e5,"":0,"":0}')],
  ['A-023: a duplicate beside 1e20', utf8('{"n":1e20,"abcdef":12345678,"abcdef":1}')],
  ['A-023: a duplicate beside a fraction written shortly', utf8('{"n":1e-5,"":0,"":0}')],
  ['A-023: a duplicate of the same length', utf8('{"sub":"a","sub":"b"}')],
  ['A-023: a duplicate beside text beyond ASCII', utf8('{"name":"Žofie","":0,"":0}')],
  ['A-024: a list', utf8('[]')],
  ['A-024: a list with an object', utf8('[{"sub":"a"}]')],
  ['A-024: a string', utf8('"a"')],
  ['A-024: a number', utf8('1')],
  ['A-024: null', utf8('null')],
  ['A-024: true', utf8('true')],
  ['A-024: nothing', utf8('')],
  ['text behind the object', utf8('{}{}')],
  ['a comment', utf8('{/**/}')],
  ['A-025: one level too deep', utf8(nested(33))],
  ['A-025: one level too deep, with a space', utf8(`${nested(33)} `)],
  ['A-025: one list too deep, with a space', utf8(`{"a":${'['.repeat(32)}${']'.repeat(32)}} `)],
  ['A-025: lists without end', utf8(`{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
  ['A-025: objects without end', utf8(nested(100_000))],
  ['A-025: open brackets only', utf8(`{"a":${'['.repeat(100_000)}`)],
];

for (const [name, bytes] of refused) {
  test(`refused: ${name}`, () => refuses(() => parseStrictObject(bytes, 'claims_invalid'), 'claims_invalid'));
}

const accepted: readonly (readonly [string, string])[] = [
  ['an empty object', '{}'],
  ['colons and quotes inside strings', '{"a:\\"b":"c:d\\\\","e":"\\":\\""}'],
  ['the same name in different objects', '{"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]}'],
  ['text beyond ASCII', '{"name":"Žofie 🦊","\\ud83e\\udd8a":"\\u00e9"}'],
  [
    'every kind of number',
    '{"a":[0,-0,1,9,10,99,100,999,1000,1e3,1e2,12e1,0.5,-7,1e21,9007199254740993,1e-7,120,1763808000]}',
  ],
  ['empty objects, lists and names', '{"":{},"a":[],"b":[[],{}],"c":"","d":[true,false,null]}'],
  ['white space', ' \r\n\t{ "a" : [ 1 , { "b" : null } ] } '],
  ['the deepest allowed nesting', nested(32)],
  ['the deepest allowed nesting, with a space', `${nested(32)} `],
  ['the deepest allowed list, with a space', `{"a":${'['.repeat(31)}${']'.repeat(31)}} `],
];

for (const [name, text] of accepted) {
  test(`accepted as JSON.parse reads it: ${name}`, () => {
    assert.deepEqual(parseStrictObject(utf8(text), 'claims_invalid'), JSON.parse(text));
  });
}

test('A-026: __proto__, constructor and toString are ordinary data', () => {
  const value = parseStrictObject(
    utf8('{"__proto__":{"admin":true},"constructor":1,"toString":"x"}'),
    'malformed',
  );
  assert.deepEqual(Object.keys(value), ['__proto__', 'constructor', 'toString']);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal('admin' in {}, false);
  assert.equal(typeof Object.prototype.toString, 'function');
});

test('bytes in the middle of others are read alone', () => {
  const around = new Uint8Array(Buffer.from('[{"a":1}]'));
  assert.deepEqual(parseStrictObject(around.subarray(1, -1), 'malformed'), { a: 1 });
  const beyondAscii = new Uint8Array(Buffer.from('["ž",{"a":"ž"}]'));
  assert.deepEqual(parseStrictObject(beyondAscii.subarray(6, -1), 'malformed'), { a: 'ž' });
});

test('A-025: a text over the limit is refused unread', () => {
  const long = (bytes: number): Buffer => Buffer.from('{}'.padEnd(bytes));
  assert.deepEqual(parseStrictObject(long(1_048_576), 'malformed'), {});
  refuses(() => parseStrictObject(long(1_048_577), 'malformed'), 'too_large');
});

test('A-023: a duplicate of any length is refused beside any number of members of any kind', () => {
  const values = ['1', '1234567', '"text"', 'true', 'false', 'null', '[]', '[1,2]', '{}', '{"b":1}'];
  for (const value of values) {
    for (let members = 1; members <= 12; members++) {
      const good = Array.from({ length: members }, (_, at) => `"${String.fromCharCode(97 + at)}":${value}`);
      assert.ok(parseStrictObject(Buffer.from(`{${good.join(',')}}`), 'malformed'));
      for (let length = 0; length <= 24; length++) {
        const text = `{${good.join(',')},"a":"${'x'.repeat(length)}","a":${value}}`;
        refuses(() => parseStrictObject(Buffer.from(text), 'malformed'), 'malformed');
      }
    }
  }
});
