import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import test from 'node:test';
import { askLine, askSecret } from '../../src/cli/ask-secret.ts';

async function ask(typed: string, isEnd = false): Promise<{ answer: string | undefined; shown: string }> {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const asked = askSecret('Password: ', { input, output });
  input.write(typed);
  if (isEnd) input.end();
  const answer = await asked;
  return { answer, shown: String(output.read()) };
}

test('A-443: what is typed is the answer and is not shown', async () => {
  assert.deepEqual(await ask('canary 7351\r'), { answer: 'canary 7351', shown: 'Password: \n' });
});

for (const [name, typed] of [
  ['Ctrl-C', '\u0003'],
  ['Ctrl-C after some letters', 'cana\u0003'],
  ['Ctrl-D', '\u0004'],
] as const) {
  test(`${name} is no answer, and no fault`, async () => {
    assert.deepEqual(await ask(typed), { answer: undefined, shown: 'Password: \n' });
  });
}

test('an input that ends is no answer either', async () => {
  assert.equal((await ask('cana', true)).answer, undefined);
});

test('a line that is no secret is shown, and breaking off is no answer', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const asked = askLine('Go on? ', { input, output });
  input.write('yes\r');
  assert.equal(await asked, 'yes');
  assert.match(String(output.read()), /Go on\? .*yes/s);
  const other = askLine('Go on? ', { input: new PassThrough().end('\u0003'), output });
  assert.equal(await other, undefined);
});
