import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createLog, type LogLevel } from '../../src/base/log.ts';
import { createLogSink, type LogSink } from '../../src/base/log-sink.ts';
import { Refusal } from '../../src/base/refusal.ts';
import { Secret } from '../../src/base/secret.ts';

const now = (): number => Date.UTC(2026, 0, 1);

function logged(write: (log: ReturnType<typeof createLog>) => void, level: LogLevel = 'info'): string[] {
  const lines: string[] = [];
  write(createLog({ level, now, sink: { write: (line) => void lines.push(line) } }));
  return lines;
}

function parsed(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const [line = ''] = logged((log) => log.info('happened', fields));
  return JSON.parse(line);
}

test('a line is one JSON object with time, level and event first', () => {
  const [line] = logged((log) => log.info('server.listening', { port: 4000 }));
  assert.equal(
    line,
    '{"at":"2026-01-01T00:00:00.000Z","level":"info","event":"server.listening","port":4000}\n',
  );
});

test('lines below the level are not written', () => {
  const all = (log: ReturnType<typeof createLog>): void => {
    log.info('a');
    log.warn('b');
    log.error('c');
  };
  assert.equal(logged(all).length, 3);
  assert.equal(logged(all, 'warn').length, 2);
  assert.equal(logged(all, 'error').length, 1);
});

test('fields cannot pass themselves off as time, level or event', () => {
  const line = parsed({ at: 'never', level: 'none', event: 'other' });
  assert.deepEqual(line, { at: '2026-01-01T00:00:00.000Z', level: 'info', event: 'happened' });
});

test('a line break in a value stays inside its line', () => {
  const [line = ''] = logged((log) => log.info('x', { agent: 'a\r\n{"level":"error"}' }));
  assert.equal(line.indexOf('\n'), line.length - 1);
});

const secretNames = [
  'password',
  'newPassword',
  'current_password',
  'token',
  'access_token',
  'refreshToken',
  'client_secret',
  'Authorization',
  'cookie',
  'set-cookie',
  'masterKey',
  'MASTER_KEY',
  'passphrase',
];
for (const name of secretNames) {
  test(`A-443: a field named ${name} is hidden, at any depth`, () => {
    const line = JSON.stringify(
      parsed({ [name]: 'canary-7351', deep: [{ inner: { [name]: ['canary-7351'] } }] }),
    );
    assert.ok(!line.includes('canary-7351'), line);
  });
}

const secretTexts: readonly (readonly [what: string, text: string])[] = [
  ['an access token', 'eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjYW5hcnkifQ.c2lnbmF0dXJl'],
  ['a refresh token', `cs_rt_${'Q'.repeat(71)}`],
  ['a client secret', `cs_cs_${'Q'.repeat(43)}`],
  ['a bearer header', 'Bearer abcdefghijklmnop'],
  ['a basic header', 'basic YWxhZGRpbjpvcGVuc2VzYW1l'],
];
for (const [what, text] of secretTexts) {
  test(`A-443: ${what} is hidden under any name, in texts and in errors`, () => {
    const line = JSON.stringify(parsed({ note: `saw ${text} here`, error: new Error(`bad ${text}`) }));
    assert.ok(!line.includes(text), line);
    assert.ok(line.includes('saw [redacted] here'), line);
  });
}

test('A-444: a Secret prints as [secret], in fields and in causes of errors', () => {
  const key = new Secret('canary-7351');
  const error = new Error('failed', { cause: new Error(`with ${key.toString()}`) });
  const line = JSON.stringify(parsed({ key, error, bytes: Buffer.from('canary-7351') }));
  assert.ok(!line.includes('canary-7351'), line);
});

test('durations and counts about secrets are shown', () => {
  const line = parsed({ access_token_seconds: 300, tokenCount: 2, password_ms: 41 });
  assert.deepEqual([line['access_token_seconds'], line['tokenCount'], line['password_ms']], [300, 2, 41]);
});

test('a refusal is shown by its code and private reason, a fault with its stack', () => {
  const line = JSON.stringify(parsed({ error: new Refusal('invalid_grant', { reason: 'spent' }) }));
  assert.ok(line.includes('invalid_grant: spent') && !line.includes('stack'));
  assert.ok(JSON.stringify(parsed({ error: new Error('broken') })).includes('log.test.ts'));
});

test('what cannot be printed neither throws nor grows without bound', () => {
  const circle: Record<string, unknown> = { big: 'x'.repeat(1_000_000), n: 1n };
  circle['self'] = circle;
  const hostile = {
    get broken(): string {
      throw new Error('no');
    },
  };
  const lines = logged((log) => {
    log.info('circle', circle);
    log.info('hostile', { hostile });
    log.info('wide', { list: Array.from({ length: 10_000 }, () => 'y') });
  });
  assert.equal(lines.length, 3);
  for (const line of lines) assert.ok(line.length < 100_000);
});

/** A pipe that nobody reads: it takes 64 KiB and then stops its writer. */
function openFullPipe(context: TestContext): { readonly descriptor: number; readonly readAll: () => string } {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-log-'));
  const path = join(directory, 'pipe');
  execFileSync('mkfifo', [path]);
  const descriptor = openSync(path, 'r+');
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  context.after(() => {
    closeSync(descriptor);
    closeSync(reader);
    rmSync(directory, { recursive: true });
  });
  const buffer = Buffer.alloc(1 << 20);
  return {
    descriptor,
    readAll() {
      try {
        return buffer.subarray(0, readSync(reader, buffer)).toString();
      } catch {
        return '';
      }
    },
  };
}

async function readUntilDrained(sink: LogSink, readAll: () => string): Promise<string> {
  let text = '';
  const drained = sink.drained();
  const nothingYet = Symbol('nothing yet');
  const turn = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve, nothingYet));
  while ((await Promise.race([drained, turn()])) === nothingYet) text += readAll();
  return text + readAll();
}

test('A-462: a reader that stands still blocks nothing; lines are dropped, counted and told', {
  skip: process.platform === 'win32',
}, async (context) => {
  const { descriptor, readAll } = openFullPipe(context);
  const sink = createLogSink({
    descriptor,
    maxWaitingBytes: 100_000,
    describeDropped: (lines) => `dropped ${lines}\n`,
  });
  const line = `${'x'.repeat(999)}\n`;
  for (let count = 0; count < 500; count += 1) sink.write(line);
  assert.ok(sink.dropped > 300, 'what does not fit is dropped');
  await new Promise(setImmediate);
  const droppedBefore = sink.dropped;
  let text = await readUntilDrained(sink, readAll);
  sink.write('after\n');
  text += await readUntilDrained(sink, readAll);
  assert.match(text, new RegExp(`dropped ${droppedBefore}\n`));
  assert.match(text, /after\n/);
});

test('lines arrive whole and in order', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'countersign-log-'));
  context.after(() => rmSync(directory, { recursive: true }));
  const descriptor = openSync(join(directory, 'log'), 'w');
  const sink = createLogSink({ descriptor, describeDropped: String });
  const expected = Array.from({ length: 2000 }, (_, index) => `line ${index}\n`);
  for (const line of expected) sink.write(line);
  await sink.drained();
  closeSync(descriptor);
  assert.equal(readFileSync(join(directory, 'log'), 'utf8'), expected.join(''));
  assert.equal(sink.dropped, 0);
});

test('a reader that went away costs lines, not the process', async () => {
  const sink = createLogSink({ descriptor: 1_000_000, describeDropped: String });
  sink.write('a\n');
  await sink.drained();
  sink.write('b\n');
  assert.equal(sink.dropped, 2);
});
