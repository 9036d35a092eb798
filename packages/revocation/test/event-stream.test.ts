import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { readEventStream } from '../src/event-stream.ts';

async function read(text: string, pieceBytes = 7, maxLineBytes = 100): Promise<string[]> {
  const bytes = Buffer.from(text);
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
  }
  const seen: string[] = [];
  await readEventStream(pieces(), maxLineBytes, (data) => seen.push(data));
  return seen;
}

test('data of whole events is handed out, comments and other fields are passed over', async () => {
  const text = ': hello\n\nid: 7\ndata: {"a":1}\n\nevent: x\r\nretry: 5\r\ndata:second\r\n\r\nid\n\n';
  assert.deepEqual(await read(text), ['{"a":1}', 'second']);
});

test('what an interrupted stream left unfinished is dropped', async () => {
  assert.deepEqual(await read('data: one\n\ndata: two\n'), ['one']);
  assert.deepEqual(await read('data: one\n\ndata: tw'), ['one']);
});

for (const [name, text] of [
  ['an unknown field', 'data: 1\nsecret: 2\n\n'],
  ['two lines of data in one event', 'data: 1\ndata: 2\n\n'],
  ['a page', '<html>\n'],
] as const) {
  test(`a stream is given up: ${name}`, async () => {
    await assert.rejects(read(text), { code: 'answer_malformed' });
  });
}

test('a line that is too long is given up before it ends', async () => {
  assert.deepEqual(await read(`data: ${'x'.repeat(94)}\n\n`), ['x'.repeat(94)]);
  await assert.rejects(read(`data: ${'x'.repeat(95)}\n\n`), { code: 'answer_too_large' });
  await assert.rejects(read(`data: ${'x'.repeat(1000)}`), { code: 'answer_too_large' });
  await assert.rejects(read(`data: ${'x'.repeat(95)}\n\n`, 1000), { code: 'answer_too_large' });
});

test('where the stream is cut into pieces does not matter', async () => {
  const lists = fc.array(fc.stringMatching(/^[ -~]{0,40}$/), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(lists, fc.integer({ min: 1, max: 60 }), async (list, pieceBytes) => {
      const text = list.map((data) => `data: ${data}\n\n`).join('');
      assert.deepEqual(await read(text, pieceBytes), list);
    }),
  );
});
