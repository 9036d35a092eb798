import assert from 'node:assert/strict';
import { createServer, connect, type Socket } from 'node:net';
import test, { type TestContext } from 'node:test';
import { runCommand } from '../../src/cli/run-command.ts';
import { makeFolder } from '../settings/settings-folder.ts';
import { nowMs, recordTerminal, run } from './recorded-terminal.ts';

const issuer = 'http://localhost:4000';

async function serve(context: TestContext, environment: Readonly<Record<string, string>> = {}) {
  let currentMs = nowMs;
  const recorded = recordTerminal({
    directory: makeFolder(context),
    environment: { COUNTERSIGN_PORT: '0', COUNTERSIGN_ISSUER: issuer, ...environment },
    now: () => currentMs,
  });
  const ended = runCommand(['serve'], recorded.terminal);
  const line = await recorded.logged('server.listening');
  return {
    ...recorded,
    ended,
    line,
    url: String(line['url']),
    advanceMs: (ms: number): void => {
      currentMs += ms;
    },
  };
}

/** A call whose body never comes, so that it stays open. */
async function openSlowCall(context: TestContext, url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  context.after(() => socket.destroy());
  socket.on('error', () => undefined);
  const head = 'POST /v1/login HTTP/1.1\r\nHost: localhost:4000\r\nContent-Type: application/json\r\n';
  socket.write(`${head}Content-Length: 50\r\nExpect: 100-continue\r\n\r\n`);
  // The server answers 100 once it has taken the call.
  await new Promise((resolve) => socket.once('data', resolve));
  return socket;
}

test('serve says where it listens and where guards hear what is revoked', async (context) => {
  const { line, url, ended, sendStopSignal } = await serve(context);
  assert.deepEqual(
    [line['mode'], line['algorithm'], line['issuer'], line['revocation_feed']],
    ['development', 'ES256', issuer, `${issuer}/revocations`],
  );
  const answer = await fetch(`${url}/health/live`);
  assert.equal(answer.status, 200);
  sendStopSignal();
  assert.equal(await ended, 0);
});

test('what is unsafe is logged at the start, by name and without values', async (context) => {
  const { logged, ended, sendStopSignal } = await serve(context, {
    COUNTERSIGN_ISSUER: 'http://192.0.2.7:4000',
  });
  const warning = await logged('setting.unsafe');
  assert.equal(warning['setting'], 'issuer');
  sendStopSignal();
  assert.equal(await ended, 0);
});

test('A-454: the first signal stops and ends with 0; the same signal passed on twice is one', async (context) => {
  const { logged, ended, sendStopSignal, url } = await serve(context);
  await openSlowCall(context, url);
  sendStopSignal();
  sendStopSignal();
  await logged('server.stopping');
  await assert.rejects(async () => {
    // What was on its way when the signal came is still answered.
    for (let call = 0; call < 100; call++) await (await fetch(`${url}/health/live`)).text();
  }, 'no new connection is taken');
  sendStopSignal();
  const first = await Promise.race([ended, new Promise((resolve) => setImmediate(resolve, 'still open'))]);
  assert.equal(first, 'still open', 'the open call still has its time');
});

test('a second signal ends at once, with exit code 3', async (context) => {
  const { logged, ended, sendStopSignal, advanceMs, url } = await serve(context);
  await openSlowCall(context, url);
  sendStopSignal();
  await logged('server.stopping');
  advanceMs(1000);
  sendStopSignal();
  assert.equal(await ended, 3);
});

test('a taken port is one clear line and exit code 1', async (context) => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  context.after(() => other.close());
  const address = other.address();
  const port = String(typeof address === 'object' ? address?.port : undefined);
  const { exitCode, errors } = await run(['serve'], {
    directory: makeFolder(context),
    environment: { COUNTERSIGN_PORT: port, COUNTERSIGN_ISSUER: issuer },
  });
  assert.equal(exitCode, 1);
  assert.match(errors, new RegExp(`127\\.0\\.0\\.1:${port} is taken by another process`));
  assert.ok(!errors.includes('\n    at '));
});

test('A-095: a database opened with another master key stops the start', async (context) => {
  const directory = makeFolder(context);
  const first = await run(['users', 'list'], { directory });
  assert.equal(first.exitCode, 0);
  const { output: other } = await run(['keys', 'generate-secret'], { directory });
  const { exitCode, errors } = await run(['users', 'list'], {
    directory,
    environment: { COUNTERSIGN_MASTER_KEY: other },
  });
  assert.equal(exitCode, 1);
  assert.match(errors, /COUNTERSIGN_MASTER_KEY does not open/);
  assert.ok(!errors.includes(other));
});
